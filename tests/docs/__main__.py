"""`make docs`: write the pages of docs/reference and the picture of the terminal again, from the code."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs.pages import PAGES
from docs.terminal import PICTURE, picture

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Write what is generated; everything else in docs/ people write."""
    for name, page in PAGES.items():
        target = ROOT / "docs" / "reference" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page(), encoding="utf-8")
    target = ROOT / "docs" / PICTURE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
