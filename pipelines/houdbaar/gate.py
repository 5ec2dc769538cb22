"""A gate from beginning to end: an audit that isn't recorded, expectations beside it, one verdict, and what is written of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from houdbaar.audit import Audit, AuditRequest, run_audit
from houdbaar.errors import UsageError
from houdbaar.gates.expectation import EXPECTATIONS
from houdbaar.gates.inspection import Inspection
from houdbaar.gates.places import Places, find_places
from houdbaar.gates.ratchet import baseline
from houdbaar.gates.suites import read_suites
from houdbaar.gates.verdict import Rules, Verdict
from houdbaar.policy.calendar import Period, last_overdue_date
from houdbaar.written import write_whole

if TYPE_CHECKING:
    from houdbaar.policy.model import Policy
    from houdbaar.workspace import Workspace

FOLDER = "gate"  # in runs/: each gate takes the place of the last one
_FRESH = Period(months=1)  # the audit is monthly


@dataclass(frozen=True, slots=True)
class GateRequest:
    """What to judge: the as-of date, what fails, whether only what is worse than the last recorded run does, and where things go."""

    as_of: date
    fail_on: str
    is_ratchet: bool
    output: Path | None
    junit: Path | None
    sarif: Path | None
    data_docs: Path | None


@dataclass(frozen=True, slots=True)
class Gate:
    """A finished gate: its audit, the verdict, and where in the repository things are to be mended."""

    audit: Audit
    verdict: Verdict
    policy: Policy
    places: Places


def run_gate(workspace: Workspace, request: GateRequest, tick: Callable[[str], None]) -> Gate:
    """Audit afresh, unrecorded, and judge. Raises AuditError and its kinds; then no file that was asked for is written or changed."""
    if request.is_ratchet and workspace.is_bare:
        raise UsageError("--ratchet needs a workspace with recorded runs: a bare folder of exports keeps none (houdbaar init makes one)")
    policy = workspace.policy
    rules = Rules(request.fail_on, baseline(workspace.runs, request.as_of) if request.is_ratchet else None)
    suites = read_suites(None if workspace.is_bare else workspace.folder / EXPECTATIONS, policy)
    inspection = Inspection(suites, rules, request.as_of, last_overdue_date(request.as_of, _FRESH), request.data_docs)
    output = request.output if request.output is not None else workspace.runs / FOLDER
    # A gate plans nothing: plans name people, and what stops a pipeline lies where many can look.
    audit = run_audit(workspace, AuditRequest(request.as_of, {}, (), output, is_replace=False, is_what_if=True), tick, inspection)
    verdict = Verdict(rules, audit.summary_json, audit.problems, inspection.issues, inspection.outcomes)
    own_policy = workspace.settings.policy if workspace.settings.policy.endswith((".yaml", ".yml")) else None
    places = find_places(workspace.folder, own_policy, workspace.pseudonyms())
    _write(request, verdict, policy, places)
    if request.data_docs is not None:
        inspection.build_docs()
    return Gate(audit, verdict, policy, places)


def _write(request: GateRequest, verdict: Verdict, policy: Policy, places: Places) -> None:
    from houdbaar.gates.junit import junit
    from houdbaar.gates.sarif import sarif

    if request.junit is not None:
        write_whole(request.junit, junit(verdict, policy).encode())
    if request.sarif is not None:
        write_whole(request.sarif, sarif(verdict, policy, places).encode())
