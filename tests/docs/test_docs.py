"""The documentation is true: generated pages are those that the code makes, links lead somewhere, commands run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import houdbaar as hb
from docs.pages import PAGES
from docs.terminal import PICTURE, drawn
from example_run import ExampleRun
from houdbaar.cli.main import app
from small_company import shrunk, small_company

ROOT = Path(__file__).parents[2]
PAGES_OF_PEOPLE = ("README.md", "docs/officer.md", "docs/analyst.md", "docs/engineer.md")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").glob("*.md"), ROOT / "pipelines" / "README.md"]
)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
OTHER_COMMANDS = ("make ", "pip ", "jupyter ")  # which no test runs


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == PAGES[name](), "it is behind: run `make docs`"


def test_nothing_else_stands_among_the_reference_pages() -> None:
    assert {path.name for path in (ROOT / "docs" / "reference").iterdir()} == set(PAGES)


def test_the_terminal_s_picture_is_what_the_audit_prints(audited_example: ExampleRun) -> None:
    audit = hb.Workspace(audited_example.workspace).run()
    assert (ROOT / "docs" / PICTURE).read_text(encoding="utf-8") == drawn(audit), "it is behind: run `make docs`"


def test_the_terminal_s_picture_loads_nothing() -> None:
    assert "url(http" not in (ROOT / "docs" / PICTURE).read_text(encoding="utf-8")


def text_of(path: Path) -> str:
    """What people read of a document, without code; of a notebook its stories."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")
    return FENCE.sub("", text)


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them; a heading that stands twice gets a number."""
    seen: dict[str, int] = {}
    found = set()
    for heading in re.findall(r"^#{1,6} (.+)$", text_of(path), re.MULTILINE):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.add(slug if slug not in seen else f"{slug}-{seen[slug]}")
        seen[slug] = seen.get(slug, 0) + 1
    return found


def links() -> Iterator[tuple[Path, str]]:
    for path in (*DOCUMENTS, *NOTEBOOKS):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", text_of(path))):
            yield path, target


def broken(path: Path, target: str) -> bool:
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return not re.fullmatch(r"https://[\w.-]+\.[a-z]{2,}(/\S*)?|mailto:[\w.+-]+@[\w.-]+", target)
    name, _, anchor = target.partition("#")
    there = (path.parent / name).resolve() if name else path
    if not there.exists() or not there.is_relative_to(ROOT):
        return True
    return bool(anchor) and (there.suffix != ".md" or anchor not in anchors(there))


def test_every_link_leads_somewhere() -> None:
    found = list(links())
    assert len(found) > 100
    assert [f"{path.relative_to(ROOT)}: {target}" for path, target in found if broken(path, target)] == []


@pytest.mark.parametrize(
    "target", ["docs/nothing.md", "docs/officer.md#nothing", "#nothing", "http://example.com", "../outside.md", "https://x"]
)
def test_a_broken_link_is_seen(target: str) -> None:
    assert broken(ROOT / "README.md", target)


def test_every_page_is_reached_from_the_readme() -> None:
    reached, front = {ROOT / "README.md"}, [ROOT / "README.md"]
    while front:
        path = front.pop()
        targets = (target.partition("#")[0] for of, target in links() if of == path)
        for there in ((path.parent / name).resolve() for name in targets if name and ":" not in name):
            if there not in reached and there.suffix == ".md":
                reached.add(there)
                front.append(there)
    assert [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md") if path not in reached] == []


def commands(page: str) -> list[tuple[list[str], int]]:
    """The commands of a page's shell blocks in order, and the exit code that their comments promise (0 when they say nothing)."""
    lines = "".join(SHELL.findall((ROOT / page).read_text(encoding="utf-8"))).splitlines()
    found = []
    for line in lines:
        words = shlex.split(line, comments=True)
        if words and not line.startswith(OTHER_COMMANDS):
            said = re.search(r"# .*exit code (\d)", line)
            found.append((words, int(said[1]) if said else 0))
    return found


@pytest.mark.parametrize("page", PAGES_OF_PEOPLE)
def test_the_commands_of_a_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, on a day that has come, in a folder with `my-exports`; but for the README, which makes it, with `my-audit` too."""
    shutil.copytree(small_company(tmp_path / "my-audit") / "exports", tmp_path / "my-exports")
    if page == "README.md":
        shutil.rmtree(tmp_path / "my-audit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOUDBAAR_TODAY", "2026-11-26")
    monkeypatch.setenv("HOUDBAAR_KEY", "5a" * 32)
    found = commands(page)
    assert found
    for words, code in found:
        assert words[0] == "houdbaar", words
        done = CliRunner().invoke(app, words[1:], prog_name="houdbaar")
        assert done.exit_code == code, f"{shlex.join(words)}\n{done.output}"
        if words[1] == "init":  # the page then says: exports of your own in place of the examples
            shrunk(tmp_path / words[2])


BINDING = '[[exports]]\nsource = "{0}"\ncontract = "plain.{0}"\npath = "{0}.csv"\nextracted_at = "2026-10-31T06:00:00+01:00"\n'
TINY = {
    "contact": "contact_id,customer_id,email,created_at\nC-1,K-1001,jan@example.com,2021-03-01\n",
    "mail_member": (
        "list_id,email,status,signup_source,opted_in_at\n"
        "nieuws,jan@example.com,subscribed,newsletter,2024-01-05 10:00\nnieuws,els@example.com,subscribed,newsletter,ooit\n"
    ),
    "analytics_event": "event_at,event_name,client_id\n2023-06-01 10:00,page_view,app-1\n2026-06-01 10:00,page_view,app-2\n",
}


def test_the_python_of_the_analyst_s_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a company of three small exports."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-audit" / "exports").mkdir(parents=True)
    settings = 'policy = "twingatrack"\n\n' + "\n".join(map(BINDING.format, TINY))
    (tmp_path / "my-audit" / "houdbaar.toml").write_text(settings, encoding="utf-8")
    for name, text in TINY.items():
        (tmp_path / "my-audit" / "exports" / f"{name}.csv").write_text(text, encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "analyst.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 3
    names: dict[str, Any] = {}
    exec(compile("\n".join(blocks), "docs/analyst.md", "exec"), names)
    assert names["audit"].findings.filter("code = 'RET-MKT-12'").fetchall()
    assert {source for (source,) in names["person"].records.project("source").fetchall()} == {"contact", "mail_member"}
