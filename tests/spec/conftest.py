"""`audit` runs the command line on exports that a test draws; `judge` also checks the verdict that stands behind each row."""

import functools
import tomllib
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner

from houdbaar.cli.main import app
from houdbaar.policy import load
from spec.given import KEY, Export
from spec.outcome import Outcome, check

Audit = Callable[..., Outcome]


@pytest.fixture(autouse=True, scope="session")
def _one_reading_of_the_policy() -> Iterator[None]:
    """Its text is the same for every audit of these tests, and reading it takes longer than all the rest of a small audit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "read_policy", functools.cache(load.read_policy))
        yield


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audit]:
    """What `audit` is, for exports that several tests of a module look at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOUDBAAR_KEY", KEY)
        folder = tmp_path_factory.mktemp("audits")
        patch.chdir(folder)
        runs = count(1)

        def run(
            as_of: str, *exports: Export, knobs: Mapping[str, str] | None = None, settings: str = "", arguments: tuple[str, ...] = ()
        ) -> Outcome:
            place = folder / f"audit-{next(runs)}"
            write(place / "given", exports, settings)
            options = [option for name, value in (knobs or {}).items() for option in ("--knob", f"{name}={value}")]
            command = ["audit", str(place / "given"), "--as-of", as_of, "--output", str(place / "run"), *options, *arguments]
            done = CliRunner().invoke(app, command, prog_name="houdbaar", catch_exceptions=False)
            return Outcome(done.exit_code, done.stdout, done.stderr, place / "run")

        yield run


@pytest.fixture
def audit(auditor: Audit) -> Audit:
    """Audit these exports as of a day, as `houdbaar audit` does. Without settings they lie in a bare folder.

    `knobs` are given as --knob, `settings` is more text for houdbaar.toml, `arguments` are added to the command line.
    """
    return auditor


@pytest.fixture
def judge(audit: Audit) -> Callable[..., Outcome]:
    """Audit, and check that every row of the first export got the verdict that its table draws."""

    def run(code: str, as_of: str, export: Export, *others: Export, knobs: Mapping[str, str] | None = None, settings: str = "") -> Outcome:
        outcome = audit(as_of, export, *others, knobs=knobs, settings=settings)
        assert outcome.exit_code == 0, outcome.stderr
        check(outcome, code, export.source if is_workspace([export, *others], settings) else export.contract, export.expected)
        return outcome

    return run


def is_workspace(exports: list[Export] | tuple[Export, ...], settings: str) -> bool:
    """Whether anything has to be said in houdbaar.toml."""
    return bool(settings) or any(export.binding or export.own_contract or export.name for export in exports)


def write(folder: Path, exports: tuple[Export, ...], settings: str) -> None:
    """A workspace with a binding for each export, or the bare folder where nothing is to be said."""
    folder.mkdir(parents=True)
    is_bound = is_workspace(exports, settings)
    texts = ['policy = "twingatrack"', settings]
    for export in exports:
        export.write((folder / "exports" if is_bound else folder) / export.source)
        contract = export.contract
        if export.own_contract is not None:
            contract = f"contracts/{export.source}.odcs.yaml"
            (folder / "contracts").mkdir(exist_ok=True)
            (folder / contract).write_text(export.own_contract, encoding="utf-8")
        binding = {"source": export.source, "contract": contract, "path": f"{export.source}/**", **export.binding}
        texts.append("\n".join(["[[exports]]", *(f'{name} = "{value}"' for name, value in binding.items())]))
    if is_bound:
        text = "\n\n".join(texts) + "\n"
        tomllib.loads(text)
        (folder / "houdbaar.toml").write_text(text, encoding="utf-8")
