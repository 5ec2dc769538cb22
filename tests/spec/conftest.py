"""`audit` and `find` run the command line on exports that a test draws; `judge` also checks the verdict that stands behind each row."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from spec.found import Found
from spec.given import KEY, Export, csv_bytes, drawn
from spec.outcome import Outcome, check

Audit = Callable[..., Outcome]
# What a company settles once; a test about that gives other settings.
SETTLED = """
[knobs]
"policy.controller" = "Twingatrack"
"policy.dpo_contact" = "fg@voorbeeld.nl"
"policy.recipients" = ["Teltonika", "Voorbeeld Koeriers"]
"""
# What the company uses each kind of record for.
PURPOSES = {
    "analytics_event": "P-ANALYTICS", "analytics_user": "P-ANALYTICS", "cookie": "P-ANALYTICS", "mail_member": "P-MARKETING",
    "mail_activity": "P-MARKETING", "mail_send": "P-MARKETING", "mail_campaign": "P-MARKETING", "contact": "P-CONTRACT",
    "account": "P-SERVICE", "order": "P-CONTRACT", "invoice": "P-BILLING", "payment": "P-BILLING", "service_event": "P-SERVICE",
    "message": "P-FOLLOWUP", "shipment": "P-DELIVERY",
}  # fmt: skip


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audit]:
    """What `audit` is, for exports that several tests of a module look at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOUDBAAR_KEY", KEY)
        folder = tmp_path_factory.mktemp("audits")
        patch.chdir(folder)
        runs = count(1)

        def run(
            as_of: str, *exports: Export, knobs: Mapping[str, str] | None = None, arguments: tuple[str, ...] = (), **company
        ) -> Outcome:
            place = folder / f"audit-{next(runs)}"
            write(place / "given", exports, **company)
            options = [option for name, value in (knobs or {}).items() for option in ("--knob", f"{name}={value}")]
            command = ["audit", str(place / "given"), "--as-of", as_of, "--output", str(place / "run"), *options, *arguments]
            done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False)
            return Outcome(done.exit_code, done.stdout, done.stderr, place / "run")

        yield run


@pytest.fixture
def audit(auditor: Audit) -> Audit:
    """Audit these exports as of a day, as `houdbaar audit` does. Without settings they lie in a bare folder.

    `knobs` are given as --knob, `settings` is more text for houdbaar.toml, `arguments` are added to the command line; `registers`
    are drawn tables by name (`holds`), `policy` is the text of the workspace's own policy.
    """
    return auditor


@pytest.fixture
def judge(audit: Audit) -> Callable[..., Outcome]:
    """Audit, and check that every row of the first export got the verdict that its table draws. By itself only that code is checked."""

    def run(
        code: str,
        as_of: str,
        export: Export,
        *others: Export,
        knobs: Mapping[str, str] | None = None,
        is_whole: bool = False,
        **company,
    ) -> Outcome:
        outcome = audit(as_of, export, *others, knobs=knobs, arguments=() if is_whole else ("--checks", code), **company)
        assert outcome.exit_code == 0, outcome.stderr
        check(outcome, code, export.source if is_workspace([export, *others], **company) else export.contract, export.expected)
        return outcome

    return run


def is_workspace(exports: list[Export] | tuple[Export, ...], **company) -> bool:
    """Whether anything has to be said in houdbaar.toml, or stands beside it."""
    return any(company.values()) or any(export.binding or export.own_contract or export.name for export in exports)


def write(
    folder: Path,
    exports: tuple[Export, ...],
    settings: str | None = None,
    registers: Mapping[str, str] | None = None,
    policy: str | None = None,
) -> None:
    """A workspace with a binding for each export, or the bare folder where nothing is to be said."""
    folder.mkdir(parents=True)
    is_bound = is_workspace(exports, settings=settings, registers=registers, policy=policy)
    texts = [f'policy = "{"policy.yaml" if policy else "twingatrack"}"', SETTLED if settings is None else settings]
    if policy is not None:
        (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    for name, text in (registers or {}).items():
        (folder / "registers").mkdir(exist_ok=True)
        rows = drawn(text)
        header = ",".join(word.strip() for word in text.split("|")) + "\n"
        (folder / "registers" / f"{name}.csv").write_bytes(csv_bytes(rows, expected=()) if rows else header.encode())
    for export in exports:
        export.write((folder / "exports" if is_bound else folder) / export.source)
        contract = export.contract
        if export.own_contract is not None:
            contract = f"contracts/{export.source}.odcs.yaml"
            (folder / "contracts").mkdir(exist_ok=True)
            (folder / contract).write_text(export.own_contract, encoding="utf-8")
        binding = {"source": export.source, "contract": contract, "path": f"{export.source}/**", "role": "controller", **export.binding}
        lines = [f'{name} = "{value}"' for name, value in binding.items() if value]
        purpose = PURPOSES.get(export.contract.removeprefix("plain."))
        texts.append("\n".join(["[[exports]]", *lines, *([f'purposes = ["{purpose}"]'] if purpose else [])]))
    if is_bound:
        text = "\n\n".join(texts) + "\n"
        tomllib.loads(text)
        (folder / "houdbaar.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Found]:
    """Find a person as `houdbaar subject find` does: exports, then what the person stated by kind (lists, or one value)."""
    monkeypatch.setenv("HOUDBAAR_KEY", KEY)
    runs = count(1)

    def run(
        *exports: Export, arguments: tuple[str, ...] = (), company: Mapping[str, Any] | None = None, **stated: str | list[str]
    ) -> Found:
        place = tmp_path / f"search-{next(runs)}"
        write(place / "given", exports, **(company or {}))
        options = [
            option
            for kind, values in stated.items()
            for value in ([values] if isinstance(values, str) else values)
            for option in (f"--{kind.replace('_', '-')}", value)
        ]
        command = ["subject", "find", "--workspace", str(place / "given"), "--output", str(place / "found"), "--format", "json"]
        done = CliRunner().invoke(app, [*command, *options, *arguments], prog_name="houdbaar", catch_exceptions=False)
        return Found(done.exit_code, done.stdout, done.stderr, place / "found" / "private" / "records.parquet")

    return run
