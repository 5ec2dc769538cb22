"""What a transform in a contract may say: one scalar expression over one row, of allowed parts only."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from houdbaar.exports.addresses import compared_address
from houdbaar.resources import package_text

if TYPE_CHECKING:
    from sqlglot import exp

    from houdbaar.engines.duckdb import Engine

# SQL that makes the macros for transforms.
MACRO_FILES = (
    "exports/sql/functions.sql",
    "exports/sql/functions_google.sql",
    "exports/sql/functions_mailchimp.sql",
    "exports/sql/functions_systems.sql",
)
# Columns that every export has without holding them: the file's path, and the element of the exploded list.
PSEUDO_COLUMNS = frozenset({"file_name", "item"})

_FUNCTIONS = frozenset(
    "coalesce nullif if lower upper trim ltrim rtrim left right length len substring replace split_part contains starts_with ends_with "
    "concat concat_ws regexp_matches regexp_extract regexp_replace lpad rpad reverse abs round floor ceil greatest least "
    "nfc_normalize strip_accents list_value list_contains list_extract array_length struct_pack md5 sha256".split()
)
# Nodes of the syntax tree that are no function calls, by sqlglot's class names.
_NODES = frozenset(
    "Column Identifier Literal Null Boolean Paren And Or Not Is In Between EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Like ILike "
    "Add Sub Mul Div IntDiv Mod Neg DPipe Bracket Case If Cast TryCast DataType DataTypeParam ColumnDef Array Struct PropertyEQ Tuple "
    "Var".split()
)
# Functions that sqlglot knows under its own name, by class: what DuckDB calls them stands in _FUNCTIONS.
_KNOWN_CALLS = frozenset(
    "Coalesce Nullif Lower Upper Trim Left Right Length Substring Replace SplitPart Contains StartsWith EndsWith Concat ConcatWs "
    "RegexpLike RegexpExtract RegexpReplace RegexpFullMatch Pad Reverse Abs Round Floor Ceil Greatest Least Normalize ArrayContains "
    "ArraySize ArrayLength MD5 SHA2".split()
)


_STAGING_FILES = tuple(f"exports/sql/{name}.sql" for name in ("stamps_usual", "stamps_read", "stamps_place", "rows"))


def offer_macros(engine: Engine) -> None:
    """Make the macros callable that staging, transforms and checks call: once an engine."""
    for macros in (*_STAGING_FILES, *MACRO_FILES):
        engine.offer_macros(package_text(macros))
    engine.offer_function("bare_email", compared_address)


class ExpressionError(ValueError):
    """A transform says something that transforms may not; the message names it, `word` is what can have a near match."""

    def __init__(self, what: str, word: str | None = None) -> None:
        super().__init__(what)
        self.word = word


@functools.cache
def macro_names() -> frozenset[str]:
    """Names of the macros in `MACRO_FILES`, all of which transforms may call."""
    from houdbaar.resources import package_text

    return frozenset(name for file in MACRO_FILES for name in re.findall(r"^create macro (\w+)", package_text(file), re.MULTILINE))


def callable_names() -> frozenset[str]:
    """Names of all functions that a transform may call."""
    return macro_names() | _FUNCTIONS


@functools.cache
def columns_read(text: str) -> tuple[str, ...]:
    """Columns that a transform reads, in order, pseudo columns left out. Raises ExpressionError for what is no allowed expression."""
    from sqlglot import exp

    tree = _parse(text)
    for node in tree.walk():
        _check(node)
    names = dict.fromkeys(node.name for node in tree.find_all(exp.Column))
    return tuple(name for name in names if name not in PSEUDO_COLUMNS)


def _parse(text: str) -> exp.Expr:
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        trees = sqlglot.parse(text, dialect="duckdb")
    except SqlglotError:
        raise ExpressionError("is no SQL expression") from None
    if len(trees) != 1 or trees[0] is None:
        raise ExpressionError("must be one SQL expression")
    return trees[0]


def _check(node: exp.Expr) -> None:
    from sqlglot import exp

    kind = type(node).__name__
    if isinstance(node, exp.Anonymous):
        _check_call(str(node.this))
    elif isinstance(node, exp.Column) and node.table:
        raise ExpressionError(f"says {node.sql(dialect='duckdb')}: write a nested field with brackets, as device['web_info']['browser']")
    elif kind not in _NODES and kind not in _KNOWN_CALLS:
        _refuse(node)


def _check_call(name: str) -> None:
    if name.lower() not in callable_names():
        raise ExpressionError(f"calls {name}(), which is not allowed in a transform", name.lower())


def _refuse(node: exp.Expr) -> None:
    from sqlglot import exp

    if isinstance(node, (exp.Subquery, exp.Query)):
        raise ExpressionError("has a sub-query: a transform is one scalar expression over one row")
    if isinstance(node, exp.Window):
        raise ExpressionError("has a window: a transform is one scalar expression over one row")
    if isinstance(node, exp.AggFunc):
        raise ExpressionError(f"aggregates with {node.sql_name().lower()}(): a transform is one scalar expression over one row")
    if isinstance(node, exp.Func):
        raise ExpressionError(f"calls {node.sql_name().lower()}(), which is not allowed in a transform", node.sql_name().lower())
    raise ExpressionError(f"has {type(node).__name__.lower()}, which is not allowed in a transform")
