"""Measured: the rules that find most in the made-up company, by hand in Polars: fewer than the audit has (README.md says which).

Terms of analytics, of cookies' ids and of mailing, consent of visits, and personal data in addresses and parameters.
"""

from pathlib import Path

import polars as pl
from child import arguments, export_files, measure
from terms import AS_OF, ZONE, Terms, terms

LOCAL = str(ZONE)
# What must not stand in an address or a parameter: the plainest form of each.
LEAKS = (
    r"[a-z0-9._%+-]+(@|%40)[a-z0-9-]+\.[a-z]{2,}",
    r"(^|[^0-9])(06[- ]?[1-9]([ -]?[0-9]){7})([^0-9]|$)",
    r"[?&#;](mc_eid|_kx|_hsenc|_hsmi|ml_subscriber|vgo_ee|ck_subscriber_id|mkt_tok)=",
    r"[?&#;][a-z_]*(voornaam|achternaam|first_?name|last_?name|naam|name|phone|telefoon|mobile|gsm)=",
    r"[?&#;][a-z_]*(ip|ip_?address|lat|latitude|lng|longitude|postcode|zip|fingerprint|client_id|visitor_id)=",
)


def visits(workspace: Path, bounds: Terms) -> dict[str, int]:
    """What is found of events: overdue, without a usable stamp, tracked without consent, a renewed id, personal data in texts."""
    events = pl.scan_parquet(export_files(workspace))
    stamp = pl.col("event_timestamp")
    is_usable = (stamp > max(bounds.sentinels)) & (stamp >= bounds.slots[5].start) & (stamp < bounds.future_from)
    day = pl.from_epoch(stamp, "us").dt.replace_time_zone("UTC").dt.convert_time_zone(LOCAL).dt.date()
    first_seconds = pl.col("user_pseudo_id").str.extract(r"^\d+\.(\d{9,10})$").cast(pl.Int64)
    first_visit = pl.from_epoch(first_seconds, "s").dt.replace_time_zone("UTC").dt.convert_time_zone(LOCAL).dt.date()
    is_known = pl.col("user_pseudo_id").is_not_null() | pl.col("user_id").is_not_null()
    counted = events.select(
        overdue=(is_usable & (stamp < bounds.within_from)).sum(),
        unusable=(~is_usable | stamp.is_null()).sum(),
        tracked=(is_known & (pl.col("privacy_info").struct.field("analytics_storage") == "No")).sum(),
        renewed=(is_usable & (first_visit.dt.offset_by("24mo") < day)).sum(),
    )
    pairs = events.select(pair="event_params").explode("pair").unnest("pair")
    texts = pairs.select("key", value=pl.col("value").struct.field("string_value")).drop_nulls().unique()
    leaking = texts.filter(pl.any_horizontal(pl.col("value").str.to_lowercase().str.contains(pattern) for pattern in LEAKS))
    found, leaks = pl.collect_all([counted, leaking], engine="streaming")
    row = found.row(0, named=True)
    return {
        "RET-ANA-26 OVERDUE": row["overdue"],
        "RET-ANA-26 UNDETERMINED": row["unusable"],
        "CON-COOKIE FAIL": row["tracked"],
        "RET-COOKIE-ROLL FAIL": row["renewed"],
        "SCP-PII-ANALYTICS FAIL": len(leaks),
    }


def mailing(workspace: Path) -> dict[str, int]:
    """Members who are mailed more than twelve months after their last answer: an opt-in, or a click by a person."""

    def table(name: str) -> pl.LazyFrame:
        return pl.scan_csv(workspace / "exports" / name / f"{name}.csv", infer_schema=False)

    def day(column: str) -> pl.Expr:
        return pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d")

    person = pl.col("email").str.strip_chars().str.to_lowercase()
    is_human = (pl.col("kind") == "click") & (pl.col("is_bot") != "true")  # an open says nothing of a person
    answers = table("activity").filter(is_human).group_by(person).agg(answered=day("happened_at").max())
    members = (
        table("members").filter(pl.col("status") == "subscribed").select(person, opted_in=day("opted_in_at"), confirmed=day("confirmed_at"))
    )
    last = pl.max_horizontal("opted_in", "confirmed", "answered")
    overdue = members.join(answers, on="email", how="left").filter(last.dt.offset_by("12mo") < AS_OF)
    return {"RET-MKT-12 OVERDUE": len(overdue.collect(engine="streaming"))}


def main() -> None:
    """Judge the workspace that the command line names."""
    workspace, output = arguments()
    bounds = terms()

    def work() -> None:
        found = visits(workspace, bounds) | (mailing(workspace) if (workspace / "exports" / "members").exists() else {})
        pl.DataFrame({"finding": list(found), "records": list(found.values())}).write_parquet(output / "findings.parquet")

    measure(work)


if __name__ == "__main__":
    main()
