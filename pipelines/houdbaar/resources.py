"""Files that come with Houdbaar: policy, contracts, the example workspace and SQL; and YAML, in which the first two are written.

The packaged copy is read first, then the checkout's. Members are read as text or bytes, one by one: a folder can't be handed out
from a zipped wheel.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from ruamel.yaml.nodes import Node

_DEEPEST = 100  # levels of YAML
# What people make in a checkout by working there is no resource; a wheel never has any.
LEFT_OUT = frozenset({"runs", "houdbaar-runs", "__pycache__"})


def _data() -> Traversable:
    """Where data/ is: inside the installed package, else in the checkout that this module runs from."""
    packaged = files("houdbaar") / "_data"
    if packaged.is_dir():
        return packaged
    return Path(__file__).parents[2] / "data"


def _find(relative: str) -> Traversable:
    """The file or folder below data/. Raises FileNotFoundError naming it: packaged files are ours, so absence is a bug."""
    found = _data().joinpath(*relative.split("/"))
    if not (found.is_file() or found.is_dir()):
        raise FileNotFoundError(f"Houdbaar was installed without {relative}")
    return found


def read_text(relative: str) -> str:
    """Text of a file below data/, such as 'policy/twingatrack.yaml'. Raises FileNotFoundError."""
    return _find(relative).read_text(encoding="utf-8")


def read_bytes(relative: str) -> bytes:
    """Bytes of a file below data/, such as 'sample/exports/….parquet'. Raises FileNotFoundError."""
    return _find(relative).read_bytes()


def names(folder: str) -> list[str]:
    """Names of the files (not folders) directly in a folder below data/, sorted. Raises FileNotFoundError."""
    return sorted(item.name for item in _find(folder).iterdir() if item.is_file() and not item.name.startswith("."))


def tree(folder: str) -> list[str]:
    """Paths, relative to a folder below data/, of all files in it at any depth, sorted; nothing hidden, no results of runs."""
    return sorted(_walk(_find(folder), ""))


def _walk(folder: Traversable, prefix: str) -> Iterator[str]:
    for item in folder.iterdir():
        if item.name.startswith(".") or item.name in LEFT_OUT:
            continue
        if item.is_dir():
            yield from _walk(item, f"{prefix}{item.name}/")
        else:
            yield prefix + item.name


def expectations() -> dict[str, str]:
    """The packaged suites of expectations: name and JSON text. Raises FileNotFoundError."""
    packaged = files("houdbaar") / "_expectations"
    folder = packaged if packaged.is_dir() else Path(__file__).parents[2] / "expectations"
    if not folder.is_dir():
        raise FileNotFoundError("Houdbaar was installed without expectations/")
    members = sorted((item for item in folder.iterdir() if item.name.endswith(".json")), key=lambda item: item.name)
    return {item.name.removesuffix(".json"): item.read_text(encoding="utf-8") for item in members}


@functools.cache
def _code() -> Traversable:
    """The package's folder: an audit reads two hundred files there, and to find it takes as long as to read one."""
    return files("houdbaar")


def package_text(package_relative: str) -> str:
    """Text of a file that lies beside the code, such as 'checks/retention/ret_ana_26.sql'. Raises FileNotFoundError."""
    return _code().joinpath(*package_relative.split("/")).read_text(encoding="utf-8")


def package_names(package_relative: str) -> list[str]:
    """Names of the files directly in a folder beside the code, sorted; empty when there is no such folder."""
    folder = _code().joinpath(*package_relative.split("/"))
    return sorted(item.name for item in folder.iterdir() if item.is_file()) if folder.is_dir() else []


def yaml_nodes(text: str) -> Node | None:
    """A YAML document as nodes, which know their lines; None when it is empty.

    Raises RecursionError where it is nested deeper than any file of ours (the fast parser would crash), and ruamel's YAMLError.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
    from ruamel.yaml.resolver import VersionedResolver

    class Resolver(VersionedResolver):
        """Of YAML 1.2, which is what the fast parser gives anyway: to ask it anew for each scalar takes a third of the reading."""

        processing_version = (1, 2)

    reader = YAML(typ="safe")
    reader.Resolver = Resolver
    depth = 0
    for event in reader.parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _DEEPEST:
            raise RecursionError
    root: Node | None = reader.compose(text)
    return root
