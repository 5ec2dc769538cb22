"""The notebooks run from the first cell to the last, and are committed without outputs."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from small_company import SAMPLE, small_company

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
# Who the story is about may be named in it; nobody else of the example is.
TOLD = {"3-access-request": {"margriet.de.wit@example.com"}}
ABOUT = {
    "1-first-audit": ("ga4", "webshop", "accounts"),
    "2-why-overdue": ("mailchimp", "leads"),
    "3-access-request": ("mailchimp", "webshop", "accounts"),
    "4-trends": ("portal", "accounts", "leads"),
}
ADDRESS = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+\w+")


def each_notebook() -> Any:
    return pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) == 4


@each_notebook()
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(nbformat.from_dict(content))
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert [cell["id"] for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []


@each_notebook()
def test_a_notebook_tells_a_story(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown"
    assert "".join(cells[0]["source"]).startswith("# ")
    told = [cell for cell in cells if cell["cell_type"] == "markdown"]
    assert 2 * len(told) >= len(cells)


@pytest.fixture
def place(path: Path, tmp_path: Path) -> Path:
    """Where a notebook runs: it finds the example company there, with those exports that its story is about, and no more of them."""
    without = [folder.name for folder in (SAMPLE / "exports").iterdir() if folder.is_dir() and folder.name not in ABOUT[path.stem]]
    company = small_company(tmp_path / ("example-months" if path.stem == "4-trends" else "example"), without)
    for export in sorted((company / "exports").glob("ga4/events/*.parquet"))[:-5]:
        export.unlink()
    return tmp_path


# pyzmq and ipykernel open sockets and threads that Python warns about when they end.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::RuntimeWarning")
@each_notebook()
def test_a_notebook_runs(path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("IPYTHONDIR", str(place / "ipython"))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(place)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if "image/svg+xml" in output.get("data", {})], "a story without a picture"
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    said = "\n".join(str(output.get("data", {}).get("text/html", "")) + str(output.get("text", "")) for output in outputs)
    assert set(ADDRESS.findall(said)) - TOLD.get(path.stem, set()) == set()
