"""A real browser: Chromium or Chrome, as the machine has it; without one these tests say that they skip."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from houdbaar.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
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
    """The folder of the second monthly audit of the example company: with changes, a trend, plans and what became of them."""
    folder = tmp_path_factory.mktemp("report") / "company"
    with pytest.MonkeyPatch.context() as here:
        here.delenv("HOUDBAAR_KEY", raising=False)
        shutil.copytree(ROOT / "data" / "sample", folder, ignore=shutil.ignore_patterns("runs", ".houdbaar", "houdbaar-runs"))
        company = Workspace(folder)
        company.audit("2026-09-30")
        return company.audit("2026-10-31").folder
