"""The Python API (design 8) on the example company: what a notebook does."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import houdbaar as hb
from houdbaar.exports.entities import IDENTIFIERS, RECORDS
from houdbaar.questions import OF_RUNS, VIEWS
from houdbaar.subject import Identifiers
from small_company import small_company

AS_OF = "2026-10-31"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> hb.Workspace:
    """The example company with fewer exports."""
    return hb.Workspace(small_company(tmp_path_factory.mktemp("api") / "example"))


@pytest.fixture(scope="module")
def audit(example: hb.Workspace) -> hb.Audit:
    return example.audit(as_of=AS_OF)


@pytest.fixture(scope="module")
def addresses(example: hb.Workspace) -> list[str]:
    rows = example.sql("select distinct email from account where email is not null order by email").fetchall()
    return [email for (email,) in rows]


@pytest.fixture(scope="module")
def customer(example: hb.Workspace) -> hb.Subject:
    number = scalar(example, 'select min(customer_id) from "order" where customer_id in (select customer_id from account)')
    return example.subject(customer_id=number)


def scalar(workspace: hb.Workspace, query: str) -> Any:
    ((value,),) = workspace.sql(query).fetchall()
    return value


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_summary_is_what_the_audit_wrote(audit: hb.Audit) -> None:
    written = json.loads((audit.folder / "summary.json").read_text(encoding="utf-8"))["obligations"]
    summary = audit.summary()
    assert len(summary) == len(written) > 200
    assert int(summary["overdue"].sum()) == sum(item["overdue"] for item in written) > 0
    assert {"clause", "code", "source", "entity", "within", "overdue", "undetermined", "not_tested_reason"} <= set(summary.columns)


def test_findings_hand_over_to_pandas_arrow_and_polars(audit: hb.Audit) -> None:
    lines = audit.table.num_rows
    assert len(audit.findings.df()) == audit.findings.to_arrow_table().num_rows == audit.findings.pl().height == lines > 0
    overdue = audit.findings.filter("verdict = 'OVERDUE'").aggregate("code, sum(records)::bigint as records", "code").df()
    assert (overdue["records"] > 0).all()


def test_an_earlier_run_is_opened_as_it_was_written(example: hb.Workspace, audit: hb.Audit) -> None:
    again = example.run(AS_OF)
    assert again.summary_json == audit.summary_json
    assert again.table.equals(audit.table)
    assert (again.folder, again.is_recorded, again.problems) == (audit.folder, audit.is_recorded, audit.problems)
    assert example.run().as_of == audit.as_of
    assert [past.as_of for past in example.past_audits()] == [audit.as_of]


def test_a_run_that_is_not_there_says_which_are(example: hb.Workspace, audit: hb.Audit) -> None:
    with pytest.raises(hb.UsageError, match=f"there is no run of 2020-01-31 .*: there are {audit.as_of}"):
        example.run("2020-01-31")


def test_a_day_that_is_none_is_said(example: hb.Workspace) -> None:
    with pytest.raises(hb.UsageError, match="as_of must be a day such as 2026-10-31"):
        example.audit(as_of="31 October")


def late_rows(audit: hb.Audit) -> set[tuple[str, int]]:
    pieces = audit.findings.filter("code = 'RET-SVC-12' and verdict = 'OVERDUE'").project("file, unnest(ranges) as piece").fetchall()
    return {(file, row) for file, piece in pieces for row in range(piece["first"], piece["last"] + 1)}


def test_a_longer_term_is_a_what_if(example: hb.Workspace, audit: hb.Audit) -> None:
    """Fourteen months instead of twelve: fewer are overdue, nobody else is, and nothing is recorded."""
    longer = example.audit(AS_OF, knobs={"rules.RET-SVC-12.period": "P14M"})
    assert late_rows(longer) < late_rows(audit)
    assert (longer.is_recorded, longer.folder.name) == (False, "what-if")
    assert longer.summary_json["knobs"]["rules.RET-SVC-12.period"] == "P14M"
    others = audit.findings.filter("code <> 'RET-SVC-12'").project("finding_id").fetchall()
    assert sorted(longer.findings.filter("code <> 'RET-SVC-12'").project("finding_id").fetchall()) == sorted(others)


@pytest.mark.parametrize("period", ["14 months", "P", "P1X", ""])
def test_a_term_that_is_none_is_refused(example: hb.Workspace, period: str) -> None:
    with pytest.raises(hb.PolicyError, match=r"knob rules\.RET-MKT-12\.period"):
        example.audit(AS_OF, knobs={"rules.RET-MKT-12.period": period})


def test_settings_change_no_promise(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "houdbaar.toml").write_text('[knobs]\n"rules.RET-MKT-12.period" = "P14M"\n', encoding="utf-8")
    with pytest.raises(hb.UsageError, match="write another term into the policy itself"):
        hb.Workspace(tmp_path).audit(AS_OF)


def test_every_kind_of_identifier_can_be_stated() -> None:
    assert tuple(get_type_hints(Identifiers)) == IDENTIFIERS


def test_a_person_is_found_with_records_and_why(customer: hb.Subject) -> None:
    records = customer.records.df()
    assert (records["tier"] == "definite").any()
    assert "person" not in records.columns
    assert int(customer.summary()[["definite", "probable", "possible"]].to_numpy().sum()) == len(records)
    first = customer.paths.query("step == 1")
    assert len(first) == len(records)
    assert set(first["from"]) == {"request"}
    assert customer.pseudonym in set(records["subject"])
    assert repr(customer).startswith(f"<Subject {customer.pseudonym[:12]}: {(records['tier'] == 'definite').sum()} definite, ")


def test_somebody_unknown_is_nobody(example: hb.Workspace) -> None:
    nobody = example.subject(email="niemand@voorbeeld.nl")
    assert nobody.pseudonym is None
    assert nobody.summary().empty
    assert nobody.paths.empty
    assert "nobody was found" in nobody._repr_html_()
    assert repr(nobody) == "<Subject not found: 0 definite, 0 probable, 0 possible>"


def test_a_question_about_nobody_is_refused(example: hb.Workspace) -> None:
    with pytest.raises(hb.UsageError, match="nobody is asked about"):
        example.subject(email=" ")
    with pytest.raises(hb.UsageError, match="no kind of identifier called mail"):
        example.subject(mail="niemand@voorbeeld.nl")  # type: ignore[call-arg]


def test_candidates_come_when_asked_for(example: hb.Workspace, customer: hb.Subject, addresses: list[str]) -> None:
    with pytest.raises(hb.UsageError, match="candidates=True"):
        _ = customer.candidates
    assert "probability" in example.subject(email=addresses[0], candidates=True).candidates.columns


def shown(example: hb.Workspace, audit: hb.Audit, customer: hb.Subject) -> Iterator[str]:
    for thing in (example, audit, customer):
        yield thing._repr_html_()


def test_what_shows_itself_holds_no_personal_value(
    example: hb.Workspace, audit: hb.Audit, customer: hb.Subject, addresses: list[str]
) -> None:
    names = [name for (name,) in example.sql("select distinct last_name from contact where length(last_name) > 3").fetchall()]
    assert len(addresses) > 10
    assert len(names) > 5
    text = "".join(shown(example, audit, customer)) + customer.paths.to_csv() + repr(customer.notes)
    assert [value for value in (*addresses, *names) if re.search(rf"\b{re.escape(value)}\b", text)] == []


def test_what_shows_itself_is_escaped(tmp_path: Path) -> None:
    place = tmp_path / "<img src=x>"
    (place / "exports").mkdir(parents=True)
    (place / "exports" / "a.csv").write_text("Ordernummer\n1\n", encoding="utf-8")
    (place / "houdbaar.toml").write_text(
        '[[exports]]\nsource = "<script>alert(1)</script>"\ncontract = "plain.contact"\npath = "**"\n', encoding="utf-8"
    )
    workspace = hb.Workspace(place)
    text = workspace._repr_html_() + workspace.audit(AS_OF)._repr_html_()
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "<img" not in text


def test_the_badges_say_what_the_terminal_says(example: hb.Workspace, audit: hb.Audit) -> None:
    from houdbaar.reports.outcome import totals

    counts = totals(audit.obligations, example.policy)
    text = audit._repr_html_()
    assert counts["overdue"] > 0
    assert all(f">{counts[name]:,} {name}" in text for name in ("overdue", "failed", "undetermined"))


def test_every_view_can_be_asked(example: hb.Workspace, audit: hb.Audit) -> None:
    names = ("contact", "order", "hold", "link", "export_file", *OF_RUNS)
    query = " union all ".join(f"select '{name}', count(*) from \"{name}\"" for name in names)
    counts = dict(example.sql(query).fetchall())
    assert set(counts) == set(names)
    assert all(counts.values()), counts
    assert counts["finding"] == audit.table.num_rows
    assert counts["obligation"] == len(audit.obligations)
    assert set(RECORDS) <= set(VIEWS)


def test_no_view_is_kept_from_a_question(example: hb.Workspace) -> None:
    columns = ", ".join(f'(select count(*) from "{name}") as "{name}"' for name in VIEWS)
    assert example.sql(f"select {columns}").columns == list(VIEWS)


def test_findings_and_rows_meet(example: hb.Workspace, audit: hb.Audit) -> None:
    """The rows behind a month of findings, which `ranges` lists."""
    found = example.sql(
        """
        with piece as (
            select file, records, unnest(ranges) as piece from finding
            where code = 'RET-SVC-12' and verdict = 'OVERDUE' and source = 'portal'
        )
        select count(*), max(e.happened_at_last_date)
        from piece inner join service_event as e on e.file = piece.file and e.row between piece.piece.first and piece.piece.last
        """
    ).fetchall()
    stated = (
        audit.findings.filter("code = 'RET-SVC-12' and verdict = 'OVERDUE' and source = 'portal'")
        .aggregate("sum(records)::bigint, max(last_trigger)")
        .fetchall()
    )
    assert found == stated


def test_values_are_bound(example: hb.Workspace, addresses: list[str]) -> None:
    found = hb.sql("select email from account where email = $email", {"email": addresses[0]}, workspace=example).fetchall()
    assert set(found) == {(addresses[0],)}


def test_an_example_is_not_put_among_other_things(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(hb.UsageError, match="is not empty"):
        hb.Workspace.example(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_an_example_is_made_and_one_that_is_there_is_opened(tmp_path: Path) -> None:
    made = hb.Workspace.example(tmp_path / "example")
    assert {source.name for source in made.sources} > {"website", "newsletter", "webshop"}
    before = digests(made.folder)
    assert len(before) > 50
    assert hb.Workspace.example(made.folder).folder == made.folder
    assert digests(made.folder) == before


def values_of(chart: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that a chart draws: Altair puts them beside the layers, or into them."""
    named = [value for values in chart.get("datasets", {}).values() for value in values]
    inline = chart.get("data", {})
    own = inline.get("values", [])
    return [*named, *own, *(value for layer in chart.get("layer", ()) for value in values_of(layer))]


def test_ages_are_drawn_against_the_limit(audit: hb.Audit) -> None:
    ages = json.loads((audit.folder / "ages.json").read_text(encoding="utf-8"))
    drawn = audit.chart.age("service_event", source="portal").to_dict()
    text = json.dumps(drawn)
    assert ages["rules"]["RET-SVC-12"]["last_overdue_date"] in text
    shown = [value["records"] for value in values_of(drawn) if "records" in value]
    lines = [line for line in ages["ages"] if (line["rule"], line["source"]) == ("RET-SVC-12", "portal") and line["month"]]
    assert sum(shown) == sum(line[state] for line in lines for state in ("overdue", "undetermined", "held", "keep", "within")) > 0


def test_charts_are_drawn_without_a_network(audit: hb.Audit) -> None:
    import altair as alt

    alt.renderers.enable("default")
    bundle = audit.chart.outcome()._repr_mimebundle_(None, None)
    assert set(bundle[0] if isinstance(bundle, tuple) else bundle) == {"image/svg+xml"}
    alt.renderers.enable("json")
    _ = audit.chart
    assert alt.renderers.active == "json"


def test_a_chart_of_nothing_says_what_there_is(audit: hb.Audit) -> None:
    with pytest.raises(hb.UsageError, match=r'no term of the entity "service" was judged: there are .*service_event'):
        audit.chart.age("service")
    with pytest.raises(hb.UsageError, match='no term of the source "nobody" was judged: there are portal'):
        audit.chart.age("service_event", source="nobody")


def test_outcome_and_forecast_are_drawn(audit: hb.Audit) -> None:
    assert {value["verdict"] for value in values_of(audit.chart.outcome().to_dict())} >= {"overdue", "fail"}
    assert values_of(audit.chart.forecast().to_dict())


def test_a_trend_needs_an_earlier_run(audit: hb.Audit) -> None:
    with pytest.raises(hb.UsageError, match="a trend needs two"):
        audit.chart.trend()


def test_the_report_is_named(audit: hb.Audit) -> None:
    assert audit.report.read_text(encoding="utf-8").startswith("<!")
