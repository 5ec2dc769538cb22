"""summary.json: the run, its input files, the knobs that differ, and the outcome of every obligation (design 6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.exports.files import sha256_of

if TYPE_CHECKING:
    from houdbaar.checks.obligations import Obligation
    from houdbaar.exports.intake import Intake
    from houdbaar.ledger.chain import Link
    from houdbaar.ledger.status import Status
    from houdbaar.policy.model import Policy
    from houdbaar.privacy import Pseudonyms

HASHING_THREADS = 2
FORMAT = 1  # of summary.json; raised when a field changes its meaning


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the summary says of the run itself."""

    as_of: date
    bare_folder: str | None  # name of the folder that was audited as it stands; None for a workspace, whose runs lie in it
    is_recorded: bool
    checks: Sequence[str]
    records_judged: int
    previous: Link | None  # the recorded run that findings are compared with
    status: Status


@dataclass(frozen=True, slots=True)
class FileHashes:
    """SHA-256 of an input file, and of its footer where it is a Parquet file that is read in place."""

    whole: str
    footer: str | None


def file_hashes(intake: Intake) -> dict[Path, FileHashes]:
    """The hashes of all input files: of what was staged, those of its very bytes; what is read in place is read once more for that.

    Raises OSError for one of these that went meanwhile.
    """
    is_in_place = {part.bound.file.path: part.is_in_place for part in intake.parts}

    def hashes_of(path: Path) -> FileHashes:
        return FileHashes(sha256_of(path), _footer_sha256(path)) if is_in_place[path] else FileHashes(intake.cache.digests.of(path), None)

    paths = sorted(is_in_place)
    with ThreadPoolExecutor(HASHING_THREADS) as pool:
        return dict(zip(paths, pool.map(hashes_of, paths), strict=True))


def build_summary(
    facts: RunFacts,
    policy: Policy,
    intake: Intake,
    obligations: Sequence[Obligation],
    hashes: Mapping[Path, FileHashes],
    pseudonyms: Pseudonyms,
) -> dict[str, Any]:
    """The content of summary.json; the same inputs give the same content."""
    files = _files(intake, hashes, pseudonyms)
    in_force = policy.version_at(facts.as_of)
    return {
        "format": FORMAT,
        "run": {
            "tool_version": version("houdbaar"),
            "as_of": facts.as_of.isoformat(),
            "timezone": policy.knob("time.zone"),
            "policy": policy.id,
            "policy_version": in_force.id if in_force else None,
            "policy_text_sha256": in_force.text_sha256 if in_force else None,
            "policy_sha256": policy.digest,
            "is_workspace": facts.bare_folder is None,
            "folder": None if facts.bare_folder is None else pseudonyms.shown_path(facts.bare_folder),
            "is_recorded": facts.is_recorded,
            "checks": list(facts.checks),
            "records_judged": facts.records_judged,
            "fingerprint": _fingerprint(facts, policy, intake, files),
        },
        "previous": None if facts.previous is None else {"as_of": facts.previous.as_of.isoformat()},
        "status": dict(facts.status.counts),
        "events": list(facts.status.events),
        "acceptances": list(facts.status.acceptances),
        "knobs": policy.changed_knobs(),
        "files": files,
        "problems": sorted(
            (
                {"file": pseudonyms.shown_path(problem.name), "what": problem.what, "is_fatal": problem.is_fatal}
                for problem in intake.problems
            ),
            key=lambda problem: (str(problem["file"]), str(problem["what"])),
        ),
        "obligations": [obligation.as_json() for obligation in obligations],
    }


def _fingerprint(facts: RunFacts, policy: Policy, intake: Intake, files: Sequence[Mapping[str, Any]]) -> str:
    """Tells one outcome from another: equal where inputs, policy and knobs are, after the same run before."""
    made_of = {
        "as_of": facts.as_of.isoformat(),
        "policy": policy.digest,
        "knobs": policy.changed_knobs(),
        "contracts": {bound.contract.id: bound.contract.digest for bound in intake.inventory.files},
        "files": [(file["file"], file["entity"], file["sha256"]) for file in files],
        "sources": repr(sorted((bound.name, repr(bound.source), repr(bound.extracted_at)) for bound in intake.inventory.files)),
        "problems": sorted((problem.name, problem.what, problem.is_fatal) for problem in intake.problems),
        "version": version("houdbaar"),
        "previous": None if facts.previous is None else facts.previous.sha256,
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True, default=str).encode()).hexdigest()


def _files(intake: Intake, hashes: Mapping[Path, FileHashes], pseudonyms: Pseudonyms) -> list[dict[str, Any]]:
    """One entry a file and entity, in the order of their names."""
    entries = []
    for part in intake.parts:
        file, counts = part.bound.file, part.counts
        entries.append(
            {
                "file": pseudonyms.shown_path(part.bound.name),
                "source": part.bound.source.name,
                "contract": part.bound.contract.id,
                "entity": part.table.entity,
                "bytes": file.size,
                "modified_at": datetime.fromtimestamp(file.modified_ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "footer_sha256": hashes[file.path].footer,
                "sha256": hashes[file.path].whole,
                "extracted_at": part.bound.extracted_at.isoformat() if part.bound.extracted_at else None,
                "columns": len(part.bound.head.columns),
                "rows_read": counts.rows_read,
                "rows_staged": counts.rows_staged,
                "rows_rejected": len(counts.rejected),
                "rows_excluded": sum(counts.excluded.values()),
                "excluded": dict(sorted(counts.excluded.items())),
                "unknown_columns": sorted(pseudonyms.shown_name(name) for name in counts.unknown),
            }
        )
    return sorted(entries, key=lambda entry: (str(entry["file"]), str(entry["entity"])))


def _footer_sha256(path: Path) -> str:
    """SHA-256 of a Parquet footer: the metadata, its length and the closing magic."""
    with path.open("rb") as stream:
        stream.seek(-8, 2)
        length = int.from_bytes(stream.read(4), "little")
        stream.seek(-8 - length, 2)
        return hashlib.sha256(stream.read()).hexdigest()
