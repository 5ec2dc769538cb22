"""One answer to a request from beginning to end: read the register, search, judge the terms, and put the package together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from houdbaar.errors import UsageError
from houdbaar.folders import temp_folder
from houdbaar.reading import threads_for
from houdbaar.search import search

if TYPE_CHECKING:
    from pathlib import Path

    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.intake import Intake
    from houdbaar.ledger.requests import Request
    from houdbaar.subjects.package.build import Package
    from houdbaar.subjects.package.model import Asked
    from houdbaar.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Made:
    """A package, the request that it answers, and the files that nobody could look into."""

    asked: Asked
    package: Package
    problems: tuple[str, ...]


def make_package(workspace: Workspace, request_id: str, as_of: date, tick: Callable[[str], None]) -> Made:
    """Search for the person of a request, and make what answers it. Nothing is written.

    Raises UsageError for a request that isn't in the register or isn't verified, AuditError and its kinds for what can't be read.
    """
    from houdbaar.subjects.package.model import UNVERIFIED_RIGHTS
    from houdbaar.subjects.people import Person

    asked = _asked(workspace, request_id.strip(), as_of)
    person = Person(asked.request_id, asked.identifiers)

    def work(engine: Engine, intake: Intake) -> Package:
        if asked.right not in UNVERIFIED_RIGHTS and asked.refusal_reason is None:
            _refuse_contradiction(engine)
        return _built(workspace, asked, as_of, engine, intake, tick)

    intake, package = search(workspace, [person], tick, work)
    shown = workspace.pseudonyms().shown_path
    problems = tuple(f"{shown(problem.name)}: {problem.what}" for problem in intake.problems if problem.is_fatal)
    return Made(asked, package, problems)


def put_down(workspace: Workspace, made: Made, place: Path | None, passphrase: str | None) -> Path:
    """Write a package into a folder of its own in `place` (None: below the workspace's runs); gives that folder.

    Raises UsageError where it can't be written, or would take the place of that by which a request was carried out.
    """
    from houdbaar.ledger.package_folder import package_folder, write_package

    folder = package_folder(place or workspace.runs / "requests", made.asked.request_id, workspace.pseudonyms())
    if made.asked.is_done and folder.exists():
        raise UsageError(
            f"that request was carried out or closed, and {folder} says what was done and told: it stays as it is\n"
            "  name another folder with --output to make a package of what is there now"
        )
    write_package(folder, made.package.files, passphrase)
    return folder


def lacked(workspace: Workspace, request_id: str) -> list[str]:
    """Which mandatory parts the answer to a request lacks, as far as is known: of its package, or without one that which a setting fills.

    What somebody wrote into the letter by hand is not known.
    """
    from houdbaar.subjects.package.build import CHECK
    from houdbaar.subjects.package.letter import CLOSING

    with suppress(OSError, ValueError, KeyError, TypeError):  # no package, or what somebody changed in it
        return [f"{found['field']}: {found['reason']}" for found in in_package(workspace, request_id, CHECK)["findings"]]
    policy, name = workspace.policy, "policy.dpo_contact"
    return [f"contact: {CLOSING['contact']}"] if name in policy.knobs and policy.knob(name) is None else []


def kept_back(workspace: Workspace, request_id: str) -> int:
    """How many of the person's records the plan of an erasure does not erase: the law or a hold keeps them, or somebody has to look.

    The company's own registers are none of them. 0 as well where there is no plan that can be read.
    """
    from houdbaar.subjects.package.build import PLAN

    with suppress(OSError, ValueError, KeyError, TypeError):
        return sum(map(_stays, in_package(workspace, request_id, PLAN)["steps"]))
    return 0


def known_by(workspace: Workspace, request_id: str) -> list[Mapping[str, str]]:
    """Kind and keyed hash of the identifiers that the plan of an erasure knew the person by; none where no plan can be read."""
    from houdbaar.subjects.package.build import PLAN

    with suppress(OSError, ValueError, KeyError, TypeError):
        return [{name: str(each[name]) for name in ("kind", "key")} for each in in_package(workspace, request_id, PLAN)["known_by"]]
    return []


def _stays(step: Mapping[str, Any]) -> bool:
    return step["duty"] not in (None, "accountability") or step["action"] == "review"


def in_package(workspace: Workspace, request_id: str, name: str) -> Any:
    """What a JSON file of a request's package says. Raises OSError where there is none, ValueError where it is no JSON any more."""
    import json

    from houdbaar.ledger.package_folder import package_folder

    folder = package_folder(workspace.runs / "requests", request_id, workspace.pseudonyms())
    return json.loads((folder / name).read_text(encoding="utf-8"))


def _refuse_contradiction(engine: Engine) -> None:
    """An address of one person and a number of another: whose data are asked for nobody knows, and either may be a stranger's.

    Raises UsageError. Identifiers of which none leads to anybody contradict nothing.
    """
    kinds = [kind for (kind,) in engine.rows("select kind from contradicted_key order by kind")]
    ((found,),) = engine.rows("select count(*) from accepted_cluster")
    if kinds and found:
        raise UsageError(
            f"DSR-AMBIGUOUS: the identifiers of that request lead to different people: the {', '.join(kinds)} to somebody else\n"
            "  no package is made: either may be a stranger's, and a package in the wrong hands is a data breach\n"
            "  ask the person for a second factor, such as an order number, and keep only what is theirs in registers/requests.csv;\n"
            "  `houdbaar subject find` shows what each identifier leads to"
        )


def _asked(workspace: Workspace, request_id: str, as_of: date) -> Asked:
    """The request, if a package may be made for it."""
    from houdbaar.ledger.registers import Register
    from houdbaar.ledger.requests import Request, requests_at
    from houdbaar.policy.deadlines import DeadlineRules
    from houdbaar.subjects.package.model import LANGUAGES, Asked

    if workspace.registers is None:
        raise UsageError(f"{workspace.folder} is no workspace, and only a workspace has registers: make one with `houdbaar init`")
    policy = workspace.policy
    rows = Register("request", workspace.registers, workspace.state).read(policy, workspace.pseudonyms(), requests_at).rows
    rules = DeadlineRules.of(policy)
    found = [request for request in (Request.of(row, as_of, rules) for row in rows) if request.request_id == request_id]
    if len(found) != 1:
        what = "has no request" if not found else "has more than one request"
        raise UsageError(f"registers/requests.csv {what} of that number: `houdbaar request list` shows the numbers")
    (request,) = found
    is_refused = "refused" in (request.state, (request.words["outcome"] or "").strip().lower())
    _require_answerable(request, as_of, is_refused=is_refused)
    language = (request.words["language"] or "").strip().lower()
    return Asked(
        request_id=request_id,
        right=request.right,
        received_on=request.on("received_at"),
        identifiers=request.identifiers,
        language=language if language in LANGUAGES else policy.knob("dsr.language"),
        is_verified=_is_verified(request, as_of),
        old_value=request.words["old_value"],
        new_value=request.words["new_value"],
        refusal_reason=request.words["refusal_reason"] if is_refused else None,
        is_done=request.on("executed_at") is not None or request.on("closed_at") is not None,
    )


def _require_answerable(request: Request, as_of: date, *, is_refused: bool) -> None:
    """Raises UsageError for a request that no package may be made for."""
    from houdbaar.exports.entities import IDENTIFIERS
    from houdbaar.subjects.package.model import RIGHTS, UNVERIFIED_RIGHTS

    if request.right not in RIGHTS:
        raise UsageError(f"that request's right is not known: write one of {', '.join(RIGHTS)} into registers/requests.csv")
    if request.state == "withdrawn":
        raise UsageError("that request is withdrawn: there is nothing to answer with a package")
    if is_refused and not request.words["refusal_reason"]:
        raise UsageError(
            "that request is refused, and registers/requests.csv has no refusal_reason: write it there; the person has a right to it\n"
            "  (article 12(4) GDPR)"
        )
    if not request.identifiers or any(kind not in IDENTIFIERS or not value for kind, value in request.identifiers):
        raise UsageError(
            "that request's identifiers can't all be searched: write them into registers/requests.csv as kind=value;kind=value\n"
            f"  known kinds are {', '.join(IDENTIFIERS)}"
        )
    if request.right not in UNVERIFIED_RIGHTS and not is_refused and not _is_verified(request, as_of):
        raise UsageError(
            "that request is not verified: nobody is sure yet who asks, and a package in the wrong hands is a data breach\n"
            "  verified_at must be given, as a day that can be read in one way, not before received_at and not after the package's day\n"
            "  do what takes the doubt away, then write it down with `houdbaar request verify`"
        )


def _is_verified(request: Request, as_of: date) -> bool:
    """Whether somebody made sure who asks, between the receipt and the day, however the stamps are read. One that can't be read is none."""
    verified, received = request.days["verified_at"], request.on("received_at")
    if verified.first is None or verified.last is None or received is None:
        return False
    return received <= verified.first and verified.last <= as_of


def _built(workspace: Workspace, asked: Asked, as_of: date, engine: Engine, intake: Intake, tick: Callable[[str], None]) -> Package:
    """Judge the terms of all records, as an audit does, and put the answer together."""
    from houdbaar.checks.blocks import is_blind
    from houdbaar.checks.declared import DECLARED
    from houdbaar.exports.views import make_view
    from houdbaar.subjects.package.build import build_package
    from houdbaar.subjects.package.model import Material

    policy = workspace.policy
    if policy.version_at(as_of) is None:
        raise UsageError(f"no version of the policy {policy.id} is in force on {as_of}: give a later --as-of")
    for register in ("transfer", "acceptance"):
        make_view(engine, register, intake.parts, intake.settings, intake.inventory.root)
    countries = DECLARED["adequate_country"]
    engine.run(countries.definition)
    engine.insert_rows("adequate_country", countries.rows(policy, intake.parts))
    with _judged(workspace, as_of, intake, tick) as judged:
        tick("putting the package together")
        unreadable = {problem.source for problem in intake.problems if problem.is_fatal}
        is_unsafe = is_blind(judged, {part.table.entity for part in intake.parts}, unreadable)
        return build_package(Material(engine, judged, intake, policy, as_of, workspace.pseudonyms(), is_unsafe), asked)


@contextmanager
def _judged(workspace: Workspace, as_of: date, intake: Intake, tick: Callable[[str], None]) -> Iterator[Engine]:
    """An engine of its own in which the terms of all records are judged: finding what holds are about is another search."""
    from houdbaar.checks.judge import Judge
    from houdbaar.checks.tables import Material
    from houdbaar.engines.duckdb import Engine
    from houdbaar.exports.expression import offer_macros
    from houdbaar.exports.tabulate import tabulate

    policy, pseudonyms, found = workspace.policy, workspace.pseudonyms(), intake.inventory
    folders = sorted({found.root, intake.cache.folder, *(part.path.parent for part in intake.parts)})
    with temp_folder("houdbaar-spill-") as scratch, closing(Engine(folders, scratch, threads=threads_for(found.root))) as engine:
        offer_macros(engine)
        tabulate(engine, intake, pseudonyms)
        material = Material(
            intake.parts, intake.settings, found.footers, found.root, pseudonyms, intake.cache, intake.lacking, intake.known_sources
        )
        with closing(Judge(engine, policy, as_of, material)) as judge:
            judge.judge(("retention",), tick)
            judge.tables.make_shared("relation")  # what a plan of an erasure asks, though no check of these exports did
            yield engine
