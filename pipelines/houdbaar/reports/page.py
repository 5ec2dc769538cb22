"""report.html: one file for people, in Dutch and English, made of the other files of a run's folder; no script, no network."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from houdbaar.reports.aging import aged, trend_drawing
from houdbaar.reports.clauses import by_state, judged_by, told
from houdbaar.reports.found import found_of
from houdbaar.reports.rest import changes_of, defects_of, forecast_of, gx_of, not_tested_of
from houdbaar.reports.verdict import trend_of, verdict
from houdbaar.reports.words import LANGUAGES, words_of
from houdbaar.resources import package_text

if TYPE_CHECKING:
    import jinja2

    from houdbaar.policy.model import Policy
    from houdbaar.reports.found import Found

FILE = "report.html"
_PARTS = ("ages", "forecast", "evidence", "manifests", "follow_up", "validations")


def write_report(folder: Path, policy: Policy, earlier: Sequence[Mapping[str, Any]], found: Found) -> None:
    """Render the run in a folder to report.html in it. `earlier`: summaries of the recorded runs before it; `found`: its findings.

    Raises UsageError when the run's files can't be read.
    """
    (folder / FILE).write_text(_rendered(folder, policy, earlier, found), encoding="utf-8")


def render_report(folder: Path, policy: Policy, earlier: Sequence[Mapping[str, Any]]) -> str:
    """The page. The same files give the same text. Raises UsageError as write_report does."""
    from houdbaar.ledger.runs import read_run

    return _rendered(folder, policy, earlier, found_of(read_run(folder).findings))


def _rendered(folder: Path, policy: Policy, earlier: Sequence[Mapping[str, Any]], found: Found) -> str:
    from houdbaar.ledger.runs import read_summary

    summary = read_summary(folder)
    parts = {name: _read(folder / f"{name}.json") for name in _PARTS}
    said = verdict(policy, summary, found.groups)
    clauses = told(policy, summary, found, said.states)
    trend = trend_of(policy, [*earlier, summary])
    return render(
        "report.html.j2",
        policy,
        tool_version=summary["run"]["tool_version"],
        run=summary["run"],
        summary=summary,
        verdict=said,
        changes=changes_of(summary),
        sources=len({file["source"] for file in summary["files"] if not file["source"].startswith("register.")}),
        clauses=by_state(clauses),
        quality=found.of_clause(None),
        judged=judged_by(summary["obligations"]),
        ages=aged(parts["ages"]) if parts["ages"] else [],
        trend=trend,
        trend_drawing=trend_drawing(trend),
        not_tested=not_tested_of(policy, summary, found),
        forecast=forecast_of(parts["forecast"]) if parts["forecast"] else None,
        defects=defects_of(policy),
        gx=gx_of(parts["validations"]) if parts["validations"] else None,
        **{name: parts[name] for name in ("evidence", "manifests", "follow_up")},
    )


def render(template: str, policy: Policy, **values: Any) -> str:
    """A page in all languages: the one that the settings name is shown first."""
    style = package_text("reports/templates/report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    wanted = policy.knob("dsr.language") if "dsr.language" in policy.knobs else LANGUAGES[0]
    default = wanted if wanted in LANGUAGES else LANGUAGES[0]
    languages = [words_of(language) for language in (default, *(other for other in LANGUAGES if other != default))]
    return _environment().get_template(template).render(policy=policy, style=style, style_sha256=digest, languages=languages, **values)


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    loader = jinja2.FunctionLoader(lambda name: package_text(f"reports/templates/{name}"))
    made = jinja2.Environment(autoescape=True, loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["ranges"] = _ranges
    return made


def _ranges(pairs: Sequence[Sequence[int]] | None) -> str:
    """Row numbers as people write them: 3–5, 9."""
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in pairs or ())


def _read(path: Path) -> Any:
    """A file of the run that may be there; None where it isn't, or can't be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
