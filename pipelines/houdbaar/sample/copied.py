"""The example company as it comes with Houdbaar, in a folder of somebody's own."""

from pathlib import Path

from houdbaar.errors import UsageError
from houdbaar.folders import writing
from houdbaar.resources import read_bytes, tree

_SETTINGS = "houdbaar.toml"


def copy_example(folder: Path) -> None:
    """Write the example's files, unless the folder is a workspace already. Raises UsageError for a folder that has something else."""
    if (folder / _SETTINGS).exists():
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: name a new folder; nothing was changed")
    with writing(folder):
        for name in sorted(tree("sample"), key=lambda name: name == _SETTINGS):  # the settings last: they make it a workspace
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(read_bytes(f"sample/{name}"))
