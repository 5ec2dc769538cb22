"""The report in a real browser: nothing is loaded, nothing is broken, everybody can read it, on paper and on a phone too."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from example_run import ExampleRun
from houdbaar.policy.load import load_policy
from houdbaar.reports.page import render_report
from houdbaar.reports.processing import register_of_processing, register_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = ("nl", "en")
KINDS = """() => [...new Set([...document.querySelectorAll('*')].map(each => {
    const path = []
    for (let at = each; at; at = at.parentElement) path.unshift([at.tagName, ...[...at.classList].sort()].join('.'))
    return path.join(' ')
}))]"""
MORE_ROWS = "SECTION.evidence P.small.soft"  # how many more rows there are; what it looks like, others show


class Opened:
    """A page with all that went wrong, and all that it asked of the network (its own file aside)."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.errors, self.requests = page, [], []
        page.on("console", lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: None if request.url == path.as_uri() else self.requests.append(request.url))
        page.goto(path.as_uri())

    def show(self, language: str) -> None:
        """Choose a language as people do."""
        self.page.locator(f"label[for=to-{language}]").click()

    def is_shown(self, language: str) -> bool:
        return self.page.locator(f"main > .in-{language}").is_visible()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Opens a file in a window of its own."""
    contexts = []

    def new(path: Path, viewport: dict[str, int] = DESKTOP, **more: Any) -> Opened:
        contexts.append(browser.new_context(viewport=viewport, **more))
        return Opened(contexts[-1].new_page(), path)

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def report(sample_run: Path) -> Path:
    return sample_run / "report.html"


@pytest.fixture(scope="session")
def long_report(audited_example: ExampleRun) -> Path:
    """Of all sources of the example company, in their first month."""
    return audited_example.folder / "report.html"


def violations(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG_AA}, "resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"][:3]]


def test_nothing_goes_wrong_and_nothing_is_asked_of_the_network(opened: Callable[..., Opened], report: Path) -> None:
    seen = opened(report)
    for language in (*LANGUAGES, LANGUAGES[0]):
        seen.show(language)
        seen.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert (seen.errors, seen.requests) == ([], [])


def test_the_policy_of_the_page_forbids_scripts_and_whatever_is_elsewhere(opened: Callable[..., Opened], report: Path) -> None:
    seen = opened(report)
    seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.com/a.png\" alt=\"\">')")
    seen.page.evaluate("const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s)")
    seen.page.wait_for_timeout(200)
    assert seen.page.evaluate("window.ran") is None
    assert len([error for error in seen.errors if "Content Security Policy" in error]) == 2


@pytest.mark.parametrize("is_scripted", [True, False])
def test_the_language_is_switched_without_a_script_and_by_keyboard(opened: Callable[..., Opened], report: Path, is_scripted: bool) -> None:
    seen = opened(report, java_script_enabled=is_scripted)
    assert (seen.is_shown("nl"), seen.is_shown("en")) == (True, False)
    seen.page.locator("#to-nl").focus()
    seen.page.keyboard.press("ArrowRight")
    assert (seen.is_shown("nl"), seen.is_shown("en")) == (False, True)


def test_the_first_tab_leads_past_the_head(opened: Callable[..., Opened], report: Path) -> None:
    seen = opened(report)
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("location.hash") == "#nl-verdict"


@pytest.mark.parametrize(
    ("language", "scheme", "viewport"),
    [("nl", "light", DESKTOP), ("en", "light", PHONE), ("en", "dark", DESKTOP)],
    ids=["nl", "phone", "dark"],
)
def test_everybody_can_read_it(opened: Callable[..., Opened], report: Path, language: str, scheme: str, viewport: dict[str, int]) -> None:
    """No rule of WCAG 2.2 AA that axe can tell is broken, with all details open."""
    seen = opened(report, viewport, color_scheme=scheme)
    seen.show(language)
    seen.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert violations(seen.page) == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP, {"width": 800, "height": 600}], ids=["phone", "desktop", "tablet"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_window_needs_a_sideways_scroll(
    opened: Callable[..., Opened], report: Path, long_report: Path, language: str, viewport: dict[str, int]
) -> None:
    for path in (report, long_report):
        seen = opened(path, viewport)
        seen.show(language)
        seen.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_report_of_more_sources_has_no_other_kinds_of_elements(opened: Callable[..., Opened], report: Path, long_report: Path) -> None:
    """What everybody can read in the report of the small company they can read in that of the large one."""
    known, seen = (set(opened(path).page.evaluate(KINDS)) for path in (report, long_report))
    assert len(seen) > 400
    assert {kind for kind in seen - known if not kind.endswith(MORE_ROWS)} == set()


def test_charts_are_drawn_and_said(opened: Callable[..., Opened], long_report: Path) -> None:
    seen = opened(long_report)
    charts = seen.page.locator("main > .in-nl svg[role=img]")
    assert charts.count() >= 10
    assert all(charts.nth(number).bounding_box()["height"] > 60 for number in range(charts.count()))
    painted = "(svg) => { const box = svg.querySelector('use').getBBox(); return box.width > 100 && box.height > 50 }"
    assert all(charts.nth(number).evaluate(painted) for number in range(charts.count()))
    assert all(charts.nth(number).locator("title, desc").count() == 2 for number in range(charts.count()))


def test_it_prints(opened: Callable[..., Opened], report: Path) -> None:
    """Details are open on paper, and the switch isn't there."""
    seen = opened(report)
    seen.page.emulate_media(media="print")
    assert not seen.page.locator(".switch").is_visible()
    assert seen.page.locator("main > .in-nl details .lines li").first.evaluate("(line) => line.getBoundingClientRect().height") > 0
    content = seen.page.pdf(format="A4")
    assert content.startswith(b"%PDF")
    assert 5 < len(re.findall(rb"/Type\s*/Page\b", content)) < 60


@pytest.fixture(scope="session")
def crowded(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run with ten thousand and more findings, of many sources and files."""
    folder = tmp_path_factory.mktemp("crowded")
    for file in sample_run.glob("*.json"):
        (folder / file.name).write_bytes(file.read_bytes())
    rows = pq.read_table(sample_run / "findings.parquet")
    many = []
    for number in range(-(-10_000 // rows.num_rows)):
        copy = rows.to_pylist()
        for position, row in enumerate(copy):
            row["finding_id"] = f"{number:032x}{position:032x}"
            row["file"] = f"exports/{number}/{row['file']}"
            row["source"] = row["source"] and f"{row['source']}-{number}"
        many.append(pa.Table.from_pylist(copy, schema=rows.schema))
    pq.write_table(pa.concat_tables(many), folder / "findings.parquet")
    (folder / "report.html").write_text(render_report(folder, load_policy(), []), encoding="utf-8")
    return folder / "report.html"


def test_ten_thousand_findings_are_a_page_that_opens_fast(opened: Callable[..., Opened], crowded: Path) -> None:
    assert pq.read_metadata(crowded.with_name("findings.parquet")).num_rows >= 10_000
    assert crowded.stat().st_size < 3_000_000
    start = time.monotonic()
    seen = opened(crowded, PHONE)
    seen.show("en")
    assert time.monotonic() - start < 10
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert "more groups of findings" in seen.page.locator("main > .in-en").inner_text()


def test_the_register_of_processing_is_as_readable(opened: Callable[..., Opened], tmp_path: Path) -> None:
    from datetime import date

    policy = load_policy()
    path = tmp_path / "register.html"
    path.write_text(register_page(policy, register_of_processing(policy, [], [], None, date(2026, 10, 31))), encoding="utf-8")
    seen = opened(path, PHONE)
    for language in LANGUAGES:
        seen.show(language)
        assert violations(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert (seen.errors, seen.requests) == ([], [])
