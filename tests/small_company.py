"""The example company without the many files of its website and its mailings: for tests to which their number shows nothing."""

import re
import shutil
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
LEFT_OUT = ("ga4", "mailchimp", "mailserver")


def small_company(folder: Path) -> Path:
    """Make it, with its registers, and without the public key: as `houdbaar init` makes the whole."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("runs", ".houdbaar", *LEFT_OUT))
    text = (SAMPLE / "houdbaar.toml").read_text(encoding="utf-8")
    head, *blocks = re.sub(r"^(#.*|sample_key.*)\n", "", text, flags=re.MULTILINE).split("[[exports]]\n")
    kept = [block for block in blocks if not re.search(rf'^path = "({"|".join(LEFT_OUT)})/', block, re.MULTILINE)]
    assert 0 < len(kept) < len(blocks)
    (folder / "houdbaar.toml").write_text("[[exports]]\n".join([head, *kept]), encoding="utf-8")
    return folder
