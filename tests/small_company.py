"""The example company without its website, its mailings and its office: for tests to which the number of exports shows nothing."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
LARGE = ("ga4", "mailchimp", "mailserver", "office", "offers")


def small_company(folder: Path, without: Sequence[str] = LARGE) -> Path:
    """Make it, with its registers, and without the public key: as `houdbaar init` makes the whole."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("runs", ".houdbaar"))
    settings = folder / "houdbaar.toml"
    settings.write_text(re.sub(r"^sample_key.*\n", "", settings.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    return shrunk(folder, without)


def shrunk(folder: Path, without: Sequence[str] = LARGE) -> Path:
    """The company without these folders of exports, and without what is said of them."""
    for name in without:
        shutil.rmtree(folder / "exports" / name)
    text = re.sub(r"^#.*\n", "", (folder / "houdbaar.toml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    head, *blocks = text.split("[[exports]]\n")
    kept = [block for block in blocks if not re.search(rf'^path = "({"|".join(without)})/', block, re.MULTILINE)]
    assert 0 < len(kept) < len(blocks)
    (folder / "houdbaar.toml").write_text("[[exports]]\n".join([head, *kept]), encoding="utf-8")
    return folder
