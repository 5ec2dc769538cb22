"""YAML as plain values that know their line, and a reader that collects every problem instead of stopping at the first."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from houdbaar.errors import PolicyError
from houdbaar.policy.calendar import Period
from houdbaar.policy.words import unknown
from houdbaar.resources import yaml_nodes

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, Node

_TAG = "tag:yaml.org,2002:"
_LONGEST_NUMBER = 18
_LONGEST_MESSAGE = 300
_KNOWN_TAGS = frozenset({"map", "seq", "str", "int", "float", "bool", "null", "timestamp"})


@dataclass(frozen=True, slots=True)
class Item:
    """A value of the file: text, int, bool, None, list of Item or dict of Item; dates stay text. `line` counts from 1."""

    value: object
    line: int

    def plain(self) -> object:
        """The value without lines: text, int, bool, None, lists and dicts of them."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value


def _scalar(tag: str, text: str) -> object:
    """None, bool or int as YAML 1.2 reads them; everything else, dates too, stays text."""
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    is_number = tag == "int" and len(text) < _LONGEST_NUMBER and text.lstrip("+-").isdecimal()
    return int(text) if is_number else text


class Reader:
    """Reads values out of a YAML text; what is wrong is kept with its line, and raised together by `finish`."""

    def __init__(self, origin: str) -> None:
        """Start reading the file that messages call `origin`."""
        self.origin = origin
        self._problems: list[tuple[int, str]] = []

    def problem(self, at: Item, what: str) -> None:
        """Keep a problem for the report."""
        # What the file says is quoted in messages: on one line, and not without end.
        self._problems.append((at.line, " ".join(what.split())[:_LONGEST_MESSAGE]))

    def finish(self) -> None:
        """Raise one PolicyError with all problems, by line, if there are any."""
        if self._problems:
            lines = sorted(set(self._problems))
            raise PolicyError("\n".join(f"{self.origin}:{line}: {what}" for line, what in lines))

    def parse(self, text: str) -> Item:
        """The whole document. Raises PolicyError at once where it is no YAML, or is empty."""
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            node = yaml_nodes(text)
            if node is None:
                self._refuse(1, "the file is empty")
            return self._item(node, set())
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._refuse(mark.line + 1 if mark else 1, f"no valid YAML: {error.problem or error.context}")
        except RecursionError:
            self._refuse(1, "no valid YAML: nested too deeply")
        except (YAMLError, ValueError):
            self._refuse(1, "no valid YAML: it holds characters that YAML forbids")

    def _refuse(self, line: int, what: str) -> NoReturn:
        raise PolicyError(f"{self.origin}:{line}: {what}")

    def _item(self, node: "Node", seen: set[int]) -> Item:
        """The node and all below it; a node met twice is an alias, and refused (it could grow without end)."""
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        line = node.start_mark.line + 1
        if id(node) in seen:
            self.problem(Item(None, line), "aliases aren't allowed here: write the value out")
            return Item(None, line)
        seen.add(id(node))
        tag = str(node.tag).removeprefix(_TAG)
        if tag not in _KNOWN_TAGS:
            self.problem(Item(None, line), f"YAML tags such as {tag} aren't allowed here")
        if isinstance(node, MappingNode):
            return Item(self._mapping(node, seen), line)
        if isinstance(node, SequenceNode):
            return Item([self._item(each, seen) for each in node.value], line)
        return Item(_scalar(tag, str(node.value)), line)

    def _mapping(self, node: "MappingNode", seen: set[int]) -> dict[str, Item]:
        """The entries of a mapping; each value carries the line of its key."""
        found: dict[str, Item] = {}
        for key_node, value_node in node.value:
            key = Item(None, key_node.start_mark.line + 1)
            name = key_node.value if isinstance(key_node.value, str) else ""
            if not name:
                self.problem(key, "a key has to be text")
            elif name in found:
                self.problem(key, f'key "{name}" stands here twice (first in line {found[name].line})')
            found[name] = Item(self._item(value_node, seen).value, key.line)
        return found

    # ---- typed reading: each returns something of the right type, and keeps a problem where the file has another ----

    def mapping(self, at: Item, what: str) -> dict[str, Item]:
        """The entries of a mapping."""
        if isinstance(at.value, dict):
            return at.value
        self.problem(at, f"{what} has to be a mapping (key: value)")
        return {}

    def entries(self, at: Item, what: str) -> list[Item]:
        """The items of a list."""
        if isinstance(at.value, list):
            return at.value
        self.problem(at, f"{what} has to be a list")
        return []

    def fields(self, at: Item, what: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Item]:
        """The entries of a mapping with known keys: unknown ones are problems, and so are missing ones (then read as None)."""
        found = self.mapping(at, what)
        known = (*required, *optional)
        for key, item in found.items():
            if key not in known:
                self.problem(item, unknown("key", key, known))
        for key in required if isinstance(at.value, dict) else ():
            if key not in found:
                self.problem(at, f'{what} lacks "{key}"')
        return {key: found[key] for key in known if key in found}

    def text(self, at: Item | None, what: str) -> str:
        """Text that isn't empty; '' where the key was missing or wrong."""
        if at is None:
            return ""
        if isinstance(at.value, str) and at.value.strip():
            return at.value
        self.problem(at, f"{what} has to be text")
        return ""

    def one_of(self, at: Item | None, noun: str, known: tuple[str, ...]) -> str:
        """One of the known words."""
        word = self.text(at, noun)
        if at is not None and word and word not in known:
            self.problem(at, unknown(noun, word, known))
        return word

    def words(self, at: Item | None, noun: str, known: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts, each once, each one of the known words where those are given."""
        if at is None:
            return ()
        items = self.entries(at, noun)
        found = [self.text(item, noun) if known is None else self.one_of(item, noun, known) for item in items]
        for position, (item, word) in enumerate(zip(items, found, strict=True)):
            if word and word in found[:position]:
                self.problem(item, f'{noun} "{word}" stands here twice')
        return tuple(found)

    def phrase(self, at: Item | None, noun: str, longest: int = 5) -> str:
        """A few literal words of the policy's text."""
        text = self.text(at, noun)
        if at is not None and len(text.split()) > longest:
            self.problem(at, f"{noun} has {len(text.split())} words: at most {longest} may be taken from the policy's text")
        return text

    def phrases(self, at: Item | None, noun: str) -> tuple[str, ...]:
        """A list of phrases."""
        if at is None:
            return ()
        return tuple(self.phrase(item, noun) for item in self.entries(at, noun))

    def flag(self, at: Item | None, what: str) -> bool:
        """true or false; false where the key was missing."""
        if at is not None and not isinstance(at.value, bool):
            self.problem(at, f"{what} has to be true or false")
        return at is not None and at.value is True

    def day(self, at: Item | None, what: str) -> date:
        """A date, written YYYY-MM-DD."""
        text = self.text(at, what)
        try:
            if len(text) != len("YYYY-MM-DD"):
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            if at is not None and text:
                self.problem(at, f'{what} "{text}" is no date: write YYYY-MM-DD')
            return date.min

    def period(self, at: Item | None) -> Period | None:
        """An ISO 8601 period; None where the key was missing."""
        if at is None:
            return None
        if not isinstance(at.value, str):
            self.problem(at, "period has to be ISO 8601, such as P26M, P2Y or P30D")
            return None
        try:
            return Period.parse(at.value)
        except PolicyError as error:
            self.problem(at, str(error))
            return None
