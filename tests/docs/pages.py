"""The reference pages, made from the code: what each says stands once, in the code, the policy or a contract."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import typer
from typer.testing import CliRunner

import houdbaar
from houdbaar import errors
from houdbaar.cli.main import app
from houdbaar.exports.contract import Contract, Table, packaged_contracts, register_contract
from houdbaar.exports.entities import ENTITIES, REGISTERS
from houdbaar.policy.describe import explanation, overview
from houdbaar.policy.load import load_policy
from houdbaar.policy.model import Policy
from houdbaar.questions import OF_EXPORTS, OF_RUNS, VIEWS

_MADE = "<!-- Made by `make docs` from the code: change it there. -->"
# What commands and checks use of the workspace, and notebooks don't.
_INNER = {"require_exports", "state", "contracts", "sources", "may_be_source", "pseudonyms", "work_cache", "ledger"}
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def page(title: str, lead: str, *parts: str) -> str:
    """A page of Markdown."""
    return "\n\n".join([f"# {title}", _MADE, lead, *(part for part in parts if part)]) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return ("" if value is None else str(value)).replace("|", "\\|").replace("\n", " ")


def code(name: object) -> str:
    """A name in the code, as Markdown."""
    return f"`{name}`" if name not in (None, "") else ""


def commands() -> str:
    """What every command takes: its own help."""
    root = typer.main.get_command(app)
    parts = [
        f"## {' '.join(path)}\n\n```text\n{_help(path)}\n```"
        for path, command in _walk(root, ("houdbaar",))
        if not getattr(command, "commands", None)
    ]
    lead = (
        "Each command's own help. All take `--workspace` (else the current folder is meant), `--format text|json`, `--output` and "
        "`--fail-on`; the [exit codes](../engineer.md#exit-codes) are the same for all."
    )
    return page("Commands", lead, *parts)


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _walk(below, (*path, name))


def _help(path: Sequence[str]) -> str:
    done = CliRunner().invoke(app, [*path[1:], "--help"], prog_name="houdbaar", env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def policy() -> str:
    """Versions, clauses, terms and knobs of the packaged policy."""
    loaded = load_policy()
    data = overview(loaded)
    versions = table(("version", "in force from"), [(each["id"], each["effective_from"]) for each in data["versions"]])
    clauses = table(
        ("clause", "section", "promise", "severity", "checked by"),
        [
            (each["id"], each["section"], each["duty"], each["severity"], ", ".join(map(code, each["codes"])) or _unchecked(each))
            for each in data["clauses"]
        ],
    )
    terms = table(
        ("rule", "clause", "records of", "from", "term", "then"),
        [(code(each["rule"]), each["clause"], code(each["entity"]), _trigger(each), _term(each), each["action"]) for each in data["rules"]],
    )
    purposes = table(
        ("purpose", "data are used for", "tables"),
        [(code(name), meaning, _described_for(loaded, name)) for name, meaning in loaded.purposes.items()],
    )
    knobs = table(
        ("knob", "default", "values", "meaning"),
        [
            (code(knob.name), _value(knob.shown(knob.default)), ", ".join(knob.choices) or knob.type.replace("_", " "), knob.meaning)
            for knob in loaded.knobs.values()
            if not knob.name.startswith("rules.")
        ],
    )
    return page(
        "Policy",
        f"What `data/policy/{loaded.id}.yaml` holds: {loaded.title}. `houdbaar policy show` tells the same of a workspace's own policy, "
        "and `houdbaar explain CODE` what bears on one code.",
        "## Versions",
        versions,
        "## Clauses",
        "What is promised, in our words, and what checks it. Clauses that no code checks are looked at by a person, or by nobody: they are "
        "never counted as a pass.",
        clauses,
        "## Terms",
        "A record may be kept for the term, counted in calendar months from the day of its trigger; the last day is still allowed.",
        terms,
        "## Purposes",
        "What data are used for, in the policy's words, and the tables for which a clause describes it; `purposes` of an `[[exports]]` "
        "block says which of them a source serves. Of an export that feeds several tables each needs one: `SCP-PURPOSE`.",
        purposes,
        "## Knobs",
        "What the policy leaves open. Set one in `houdbaar.toml` under `[knobs]`, or for a what-if with `--knob name=value`. Each rule "
        "has two more: `rules.<rule>.boundary` (`inclusive` or `exclusive`: whether its last permitted day is still allowed), and, where "
        "no knob gives its term, `rules.<rule>.period` (such as `P14M`), which is for what-ifs alone.",
        knobs,
    )


def _described_for(policy: Policy, purpose: str) -> str:
    kinds = {kind for clause in policy.clauses.values() if purpose in clause.purpose for kind in clause.category}
    return "all" if "all" in kinds else ", ".join(code(name) for name, entity in ENTITIES.items() if entity.category in kinds)


def _unchecked(clause: dict[str, Any]) -> str:
    return f"{'a person' if clause['check'] == 'manual' else 'nobody'}: {clause['reason']}"


def _trigger(rule: dict[str, Any]) -> str:
    return code(rule["trigger"]) + (f", else {code(rule['fallback'])}" if rule["fallback"] else "")


def _term(rule: dict[str, Any]) -> str:
    notes = [f"the knob `{rule['period_knob']}`"] if rule["period_knob"] else []
    notes += ["assumed: the text gives none"] if rule["is_assumed"] else []
    return rule["term"] + (f" ({'; '.join(notes)})" if notes else "")


def _value(value: object) -> str:
    if value is None:
        return "unset"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return code(str(value).lower() if isinstance(value, bool) else value)


def findings() -> str:
    """Every code: what it means, how bad it is, what to do."""
    loaded = load_policy()
    groups: dict[str, list[str]] = {}
    for each in loaded.codes.values():
        groups.setdefault(each.group, []).append(_code_part(explanation(loaded, each.code)))
    parts = [part for group, texts in groups.items() for part in (f"## {group.capitalize()}", *texts)]
    index = table(
        ("severity", "codes"),
        [
            (severity, ", ".join(f"[{each.code}](#{each.code.lower()})" for each in loaded.codes.values() if each.severity == severity))
            for severity in _SEVERITIES
        ],
    )
    return page(
        "Findings",
        "Every code that a finding can have. `houdbaar explain CODE` says it in the terminal, with the workspace's own knobs.",
        index,
        *parts,
    )


def _code_part(data: dict[str, Any]) -> str:
    other = ", ".join(f"{severity} for {category}" for category, severity in data["severity_for"].items())
    facts = [
        ("severity", data["severity"] + (f" ({other})" if other else "")),
        ("promised in", ", ".join(f"{each['id']} (section {each['section']})" for each in data["clauses"])),
        ("terms", "; ".join(f"{each['term']} from {each['entity']}.{each['trigger']}" for each in data["rules"])),
        ("reads", ", ".join(map(code, data["reads"]))),
        ("verdicts", ", ".join(data["verdicts"])),
        ("knobs", ", ".join(code(each["knob"]) for each in data["knobs"] if not each["knob"].startswith("rules."))),
        ("what to do", data["remediation"]),
    ]
    lines = "\n".join(f"- {name}: {value}" for name, value in facts if value)
    return f"### {data['code']}\n\n{_sentence(data['meaning'])}\n\n{lines}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def contracts() -> str:
    """Which columns of which export are read, and what they become."""
    packaged = packaged_contracts()
    index = ", ".join(f"[{each.id}](#{_anchor(each.id)})" for each in packaged)
    registers = [register_contract(name) for name in REGISTERS]
    return page(
        "Contracts",
        "Which columns of which export are read, and which column of which [entity](views.md) they become. A column in italics is computed "
        "from others. A column that stands nowhere here is not read, and told as `SCP-COLUMN` if it looks personal. "
        "How to write a contract: "
        "[CONTRIBUTING](../../CONTRIBUTING.md#add-a-source-a-yaml-file).",
        index,
        *map(_contract_part, packaged),
        "## Registers",
        *(f"### {name}s.csv\n\n{_columns(contract.tables[0])}" for name, contract in zip(REGISTERS, registers, strict=True)),
    )


def _contract_part(contract: Contract) -> str:
    detect = contract.detect
    must = "; ".join(" or ".join(map(code, group)) for group in detect.columns)
    facts = [
        f"Formats: {', '.join(sorted(detect.formats))}. Recognised by: {must or 'its path'}"
        + (f", in a path like {code(detect.path)}" if detect.path else "")
        + "."
    ]
    if contract.role:
        facts.append(f"Role: {contract.role}.")
    if contract.purposes:
        facts.append(f"Purposes: {', '.join(contract.purposes)}.")
    parts = [f"## {contract.id}", " ".join(facts)]
    for each in contract.tables:
        starts = f", whose terms begin with {' or '.join(map(code, each.triggers))}" if each.triggers else ""
        left_out = f" Rows left out, and counted: {', '.join(reason for reason, _ in each.excludes)}." if each.excludes else ""
        parts += [f"Rows of {code(each.entity)}{starts}.{left_out}", _columns(each)]
    return "\n\n".join(parts)


def _columns(made: Table) -> str:
    rows = []
    for column in made.columns:
        names = " or ".join(map(code, column.physical_names)) or f"*{', '.join(column.reads) or 'computed'}*"
        notes = [
            note for note in (column.identifier and f"identifier: {column.identifier}", "key" if column.key_position else None) if note
        ]
        rows.append((names, code(column.name), column.logical_type, "; ".join(notes)))
    return table(("export's column", "becomes", "type", ""), rows)


def _anchor(heading: str) -> str:
    return "".join(letter for letter in heading.lower().replace(" ", "-") if letter.isalnum() or letter in "-_")


def views() -> str:
    """What a question in SQL can read."""
    from houdbaar.exports.views import LOCATION

    entities = [(name, entity, "exports") for name, entity in ENTITIES.items()] + [
        (name, entity, "a register") for name, entity in REGISTERS.items()
    ]
    parts = []
    for name, entity, kind in entities:
        stamps = [column.name for column in entity.columns if column.type in ("TIMESTAMPTZ", "DATE")]
        columns = ", ".join(
            f"{code(column.name)} {column.type if not column.type.startswith('STRUCT') else 'list of key and value'}"
            for column in entity.columns
        )
        key = " or ".join(" + ".join(map(code, each)) for each in entity.keys)
        about = f"Of {kind}; kind of data {entity.category}; key: {key or 'none lasts'}."
        parts.append(f"### {name}\n\n{about}\n\n{columns}" + (f"\n\nStamps: {', '.join(map(code, stamps))}." if stamps else ""))
    own = table(
        ("view", "has a row for"),
        [(code(name), VIEWS[name]) for name in (*OF_EXPORTS, *OF_RUNS) if name not in ENTITIES and name not in REGISTERS],
    )
    located = ", ".join(f"{code(name)} {kind}" for name, kind in LOCATION.items())
    return page(
        "Views",
        "What `houdbaar.sql` and `Workspace.sql` can read. These are raw rows: for the eyes of whoever asks.",
        own,
        "## Entities and registers",
        'Each has a view of its own name (write `"order"`, which is a word of SQL).',
        f"Every row says where it comes from: {located}.",
        "Each stamp has three columns beside it: `…_first_date` and `…_last_date`, the local days between which it lies, and `…_issue`, "
        "the code that says why it can't be used.",
        *parts,
    )


def python() -> str:
    """The public names with their docstrings."""
    functions = [_function("houdbaar.sql", houdbaar.sql)]
    classes = [_class(each) for each in (houdbaar.Workspace, houdbaar.Audit, houdbaar.Subject, houdbaar.Charts)]
    failures = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, errors.AuditError)]
    told = table(
        ("error", "exit code", "meaning"), [(code(f"houdbaar.{each.__name__}"), each.exit_code, inspect.getdoc(each)) for each in failures]
    )
    lead = (
        "`import houdbaar as hb`. Everything is typed; heavy libraries are loaded when they are needed. How it is used stands in the "
        "[analyst's page](../analyst.md) and in the [notebooks](../../notebooks/README.md)."
    )
    return page("Python", lead, *classes, "## Functions", *functions, "## Errors", told)


def _class(each: type) -> str:
    parts = [f"## {each.__name__}", inspect.cleandoc(each.__doc__ or "")]
    for name, member in vars(each).items():
        if name.startswith("_") or name in _INNER or not getattr(member, "__doc__", None):
            continue
        if isinstance(member, property) or type(member).__name__ == "cached_property":
            getter = member.fget if isinstance(member, property) else member.func  # type: ignore[attr-defined]
            kind = _annotation(inspect.signature(getter).return_annotation)
            parts.append(f"### {each.__name__}.{name}\n\n```python\n{name}: {kind}\n```\n\n{inspect.getdoc(member)}")
        elif inspect.isfunction(member) or isinstance(member, classmethod):
            parts.append(_function(f"{each.__name__}.{name}", getattr(each, name)))
    return "\n\n".join(parts)


def _function(name: str, function: Callable[..., object]) -> str:
    signature = inspect.signature(function)
    shown = [_parameter(each) for each in signature.parameters.values() if each.name != "self"]
    given = ", ".join(_with_star(shown, signature))
    text = f"{name.rpartition('.')[2]}({given}) -> {_annotation(signature.return_annotation)}"
    wrapped = "\n".join(textwrap.wrap(text, 96, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False))
    return f"### {name}\n\n```python\n{wrapped}\n```\n\n{inspect.getdoc(function)}"


def _with_star(shown: list[str], signature: inspect.Signature) -> list[str]:
    """The parameters with the `*` that keyword-only ones stand behind."""
    kinds = [each.kind for each in signature.parameters.values() if each.name != "self"]
    first = next((position for position, kind in enumerate(kinds) if kind is inspect.Parameter.KEYWORD_ONLY), None)
    return shown if first is None else [*shown[:first], "*", *shown[first:]]


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {inspect.Parameter.VAR_KEYWORD: "**", inspect.Parameter.VAR_POSITIONAL: "*"}.get(parameter.kind, "")
    text = f"{stars}{parameter.name}: {_annotation(parameter.annotation)}"
    if parameter.default is inspect.Parameter.empty:
        return text
    return f"{text} = {'…' if callable(parameter.default) else repr(parameter.default)}"


def _annotation(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return text.replace("duckdb.DuckDBPyRelation", "DuckDBPyRelation")


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "policy.md": policy,
    "findings.md": findings,
    "contracts.md": contracts,
    "views.md": views,
    "python.md": python,
}
