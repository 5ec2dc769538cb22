"""What a search for a person wrote and said."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


@dataclass
class Found:
    """The outcome of `houdbaar subject find`: exit code, texts, and the records as rows."""

    exit_code: int
    stdout: str
    stderr: str
    path: Path

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """All records, as written."""
        assert self.exit_code == 0, self.stderr
        return pq.read_table(self.path).to_pylist()

    @cached_property
    def answer(self) -> dict[str, Any]:
        """What was printed."""
        return json.loads(self.stdout)

    def tier(self, tier: str) -> set[str]:
        """The records of a tier, as 'contact 1': entity and row."""
        return {f"{each['entity']} {each['row']}" for each in self.records if each["tier"] == tier}

    @property
    def definite(self) -> set[str]:
        """Records that are certainly the person's."""
        return self.tier("definite")

    @property
    def subjects(self) -> set[str | None]:
        """The pseudonyms in the records."""
        return {each["subject"] for each in self.records}

    @property
    def notes(self) -> set[str]:
        """Codes of the notes."""
        return {note["code"] for person in self.answer["people"] for note in person["notes"]}

    def rules(self, entity: str) -> list[str]:
        """The rules of the path to the first record of an entity."""
        found = next(each for each in self.records if each["entity"] == entity)
        return [step["rule"] for step in json.loads(found["path"])]
