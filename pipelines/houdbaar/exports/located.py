"""YAML with the line of every value, for errors that say where; and a list that collects all of a file's problems."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from houdbaar.errors import ContractError
from houdbaar.resources import yaml_nodes

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node


@dataclass(frozen=True, slots=True)
class Located:
    """A YAML value (str, int, float, bool, None, list of Located or dict of Located) and its 1-based line."""

    value: Any
    line: int

    def plain(self) -> Any:
        """The value without lines: str, int, float, bool, None, list, dict."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value


@dataclass(slots=True)
class Problems:
    """What is wrong with one contract, collected so that one run shows everything."""

    origin: str
    lines: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, what: str, word: str | None = None, known: Iterable[str] = ()) -> None:
        """Note a problem; `word` is compared with what is known, to propose the nearest."""
        near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6) if word else []
        hint = f'\n  did you mean "{near[0]}"?' if near else ""
        self.lines.append((line, what + hint))

    def check_words(self, words: Mapping[str, Located], known: Iterable[str], what: str) -> None:
        """Note every key that isn't among the known words."""
        choices = list(known)
        for word, item in words.items():
            if word not in choices:
                self.add(item.line, f'unknown {what} "{word}"', word, choices)

    def stop(self) -> None:
        """Raise ContractError with all problems, by line, if there are any."""
        if self.lines:
            raise ContractError("\n".join(f"{self.origin}:{line}: {what}" for line, what in sorted(self.lines)))


def read_yaml(text: str, origin: str) -> Located:
    """The YAML document with lines. Raises ContractError with file and line when it is no YAML, is empty or repeats a key."""
    root = _composed(text, origin)
    problems = Problems(origin)
    document = _located(root, problems, set())
    problems.stop()
    return document


def _composed(text: str, origin: str) -> Node:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        root = yaml_nodes(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContractError(f"{origin}:{line}: this is no valid YAML ({error.problem})") from None
    except (YAMLError, RecursionError, ValueError):
        raise ContractError(f"{origin}:1: this is no valid YAML") from None
    if root is None:
        raise ContractError(f"{origin}:1: the contract is empty")
    return root


def _located(node: Node, problems: Problems, seen: set[int]) -> Located:
    """The node and all below it. A node met twice is an alias, and refused: aliases of aliases grow without end."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    line = node.start_mark.line + 1
    if id(node) in seen:
        problems.add(line, "aliases can't be used here: write the value out")
        return Located(None, line)
    seen.add(id(node))
    if isinstance(node, MappingNode):
        return Located(_mapping(node, problems, seen), line)
    if isinstance(node, SequenceNode):
        return Located([_located(item, problems, seen) for item in node.value], line)
    return Located(_scalar(node), line)


def _mapping(node: Node, problems: Problems, seen: set[int]) -> dict[str, Located]:
    found: dict[str, Located] = {}
    for key, item in node.value:
        line = key.start_mark.line + 1
        if str(key.value) in found:
            problems.add(line, f'"{key.value}" stands here twice')
        found[str(key.value)] = Located(_located(item, problems, seen).value, line)
    return found


def _scalar(node: Node) -> str | int | float | bool | None:
    """Dates, and numbers in other forms than decimal ones, stay text as they are written."""
    kind, text = str(node.tag).rsplit(":", 1)[-1], str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int" and text.lstrip("+-").isdecimal():
        return int(text)
    return float(text) if kind == "float" else text
