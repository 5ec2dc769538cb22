"""`python -m houdbaar.sample DIR`: writes the example workspace into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from houdbaar.sample.company import write_sample


def main() -> None:
    """Write the example workspace into the folder that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m houdbaar.sample", description="Write the example company's workspace.")
    parser.add_argument("folder", type=Path, help="folder to write to, for example data/sample")
    write_sample(parser.parse_args().folder)


if __name__ == "__main__":
    main()
