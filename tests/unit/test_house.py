"""The house rules of design.md and CONTRIBUTING.md, held to be true: imports, sizes, docstrings, no glued SQL, no registry."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pipelines" / "houdbaar"
MODULES = sorted(PACKAGE.rglob("*.py"))
SQL_FILES = sorted(PACKAGE.rglob("*.sql"))
# A macro is as short as a function, and a file of them is read like a module; a query is read in one go.
MACROS = [path for path in SQL_FILES if "create macro" in path.read_text(encoding="utf-8")]
QUERIES = [path for path in SQL_FILES if path not in MACROS]

# Highest first; a module may import from its own room, from its floor's other rooms (never in a circle) and from the floors below.
FLOORS = (
    {"houdbaar", "__main__"},
    {"cli"},
    {"workspace"},
    {"reports", "gates", "ledger", "sample"},
    {"subjects", "checks"},
    {"exports", "policy"},
    {"engines"},
    {"errors", "resources", "privacy", "folders", "written"},
)
# Modules that are a part of a room without lying in its folder.
PARTS = dict.fromkeys(
    ("audit", "charting", "gate", "holding", "judging", "packages", "questions", "reading", "run_files", "search", "settings", "subject"),
    "workspace",
)
STATEMENT = re.compile(
    r"^\s*(select\b.+\bfrom\b|with\b.+\bas\s*\(|insert\s+into\b|delete\s+from\b|update\b.+\bset\b|copy\b.+\bto\b"
    r"|(create|drop|alter)\b.*\b(table|view|macro)\b|from\b.+\b(select|where|join)\b)",
    re.IGNORECASE | re.DOTALL,
)
# Written as alternatives, so that this file does not hold what it forbids.
REGISTRY = re.compile(r"\b(test\.)?py(?:pi|thonhosted)\.(?:org|io)\b|\bregistry\.(?:npmjs|yarnpkg)\b|--(?:extra-)?index-url \S+:/")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(module: str) -> str:
    """'houdbaar.policy.calendar' is in the room 'policy'; the package itself is a room of its own."""
    name = module.split(".")[1] if "." in module else module
    return PARTS.get(name, name)


def floor_of(room: str) -> int:
    found = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    assert found, f"{room} has no place in the house: say in FLOORS on which floor it is"
    return found[0]


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Every module of ours that is imported anywhere in a file, functions and TYPE_CHECKING blocks included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "houdbaar":
            names = [f"houdbaar.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "houdbaar")


def room_edges() -> dict[tuple[str, str], str]:
    """Which room imports from which other, with one file that does."""
    edges: dict[tuple[str, str], str] = {}
    for path in MODULES:
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        here = "houdbaar" if parts == ("__init__",) else PARTS.get(parts[0], parts[0])
        for there in map(room_of, imports_of(parsed(path))):
            if there != here:
                edges[here, there] = shown(path)
    return edges


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public functions and classes of a module, and public methods of its public classes."""
    bodies = [tree.body]
    while bodies:
        for node in bodies.pop():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield node
                if isinstance(node, ast.ClassDef):
                    bodies.append(node.body)


def sql_glue(tree: ast.Module) -> Iterator[int]:
    """Lines where SQL text is put together with values: f-strings, %, + and .format()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            is_glued, text = any(isinstance(part, ast.FormattedValue) for part in node.values), "".join(map(str, pieces))
        elif isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant):
            is_glued, text = isinstance(node.op, ast.Add | ast.Mod), str(node.left.value)
        elif isinstance(node, ast.Attribute) and node.attr == "format" and isinstance(node.value, ast.Constant):
            is_glued, text = True, str(node.value.value)
        else:
            continue
        if is_glued and STATEMENT.match(text):
            yield node.lineno


def project_files() -> list[Path]:
    """What git has or would take; skipped where the tests run outside a checkout."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_imports_point_down() -> None:
    wrong = [f"{path}: {here} imports {there}" for (here, there), path in room_edges().items() if floor_of(here) > floor_of(there)]
    assert wrong == []


def test_rooms_of_one_floor_do_not_import_each_other_in_a_circle() -> None:
    edges = room_edges()
    assert [edge for edge in edges if (edge[1], edge[0]) in edges] == []


def test_floors_are_checked_at_all() -> None:
    assert ("cli", "errors") in room_edges()
    assert floor_of("cli") < floor_of("errors")


@pytest.mark.parametrize(("files", "limit"), [(MODULES, 300), (MACROS, 300), (QUERIES, 80)], ids=["python", "macros", "queries"])
def test_files_are_short(files: list[Path], limit: int) -> None:
    sizes = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {path: size for path, size in sizes.items() if size > limit} == {}


def test_functions_are_short() -> None:
    sizes = {f"{shown(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1 for path in MODULES for node in functions(path)}
    assert {name: size for name, size in sizes.items() if size > 80} == {}


def test_public_names_have_a_docstring() -> None:
    missing = [
        f"{shown(path)}:{node.lineno} {node.name}" for path in MODULES for node in public(parsed(path)) if not ast.get_docstring(node)
    ]
    assert missing + [shown(path) for path in MODULES if not ast.get_docstring(parsed(path))] == []


def test_sql_is_never_glued() -> None:
    # The engine itself puts a quoted name around a whole statement (create table … as), in one place for all.
    modules = [path for path in MODULES if path.parent.name != "engines"]
    assert [f"{shown(path)}:{line}" for path in modules for line in sql_glue(parsed(path))] == []


@pytest.mark.parametrize(
    ("code", "is_glue"),
    [
        ('f"select a from {table}"', True),
        ('"select a from t where b = " + value', True),
        ('"delete from %s" % table', True),
        ('"create table {} (a int)".format(name)', True),
        ('f"{count} records from {source}"', False),
        ('"select a from t"', False),
        ('f"select one of {names}"', False),
    ],
)
def test_the_glue_test_tells_glue_from_messages(code: str, is_glue: bool) -> None:
    assert bool(list(sql_glue(ast.parse(code)))) is is_glue


def test_no_registry_is_named() -> None:
    def holds(path: Path) -> bool:
        return bool(REGISTRY.search(path.read_bytes().decode("utf-8", errors="ignore")))

    assert [shown(path) for path in project_files() if holds(path)] == []


def test_the_lock_has_hashes_and_no_address() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if "==" in line]
    assert pins, "the lock is empty"
    assert not [line for line in lines if "://" in line or re.match(r"\s*-(?!-hash=sha256:)", line)]
    assert all(line.endswith("\\") for line in pins), "a pin without a hash"


def test_the_lock_has_what_the_project_needs() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[<>=\s\[]", need, maxsplit=1)[0].replace(".", "-").lower() for need in wanted}
    pinned = {line.split("==")[0] for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if "==" in line}
    assert names - pinned == set()
