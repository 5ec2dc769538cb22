"""A real browser: Chromium or Chrome, as the machine has it; without one these tests say that they skip."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from houdbaar.workspace import Workspace
from small_company import small_company

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, headless, with a profile of its own. HOUDBAAR_CHROMIUM names another one."""
    from playwright.sync_api import Error, sync_playwright

    found = os.environ.get("HOUDBAAR_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser is installed (looked for {', '.join(NAMES)}): the report is not opened; on Debian: apt install chromium")
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        except Error as error:
            pytest.skip(f"{found} can't be started here: {str(error).splitlines()[0]}")
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second monthly audit of a small company: with changes, a trend, plans and what became of them."""
    with pytest.MonkeyPatch.context() as here:
        here.delenv("HOUDBAAR_KEY", raising=False)
        company = Workspace(small_company(tmp_path_factory.mktemp("report") / "company"))
        company.audit("2026-09-30")
        leads = company.exports / "leads" / "leads.csv"
        leads.write_text("".join(leads.read_text(encoding="utf-8").splitlines(keepends=True)[:-5]), encoding="utf-8")
        return company.audit("2026-10-31").folder
