"""Measured: the same search by hand in Polars, for one company's five exports whose columns are known.

Stated addresses and customers' numbers are followed through all contacts, members and orders until nothing is added; visits are those
of the customer's number, of a cookie that was seen with nobody else, and of the person's orders; mail activity is the address's.
Other contacts at the same postcode and house number may be theirs.
"""

import sys
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from child import arguments, export_files, measure

HOME = ("postcode", "house_number")
KEYED = {  # source: entity, columns that are keys
    "customers": ("contact", ("customer_id", "email", *HOME)),
    "orders": ("order", ("customer_id", "email", "order_id")),
    "members": ("mail_member", ("email",)),
}
LOCATION = ("person", "source", "entity", "file", "row", "tier")
DEFINITE = pl.lit("definite").alias("tier")


def rows(workspace: Path, source: str, columns: tuple[str, ...]) -> pl.LazyFrame:
    """The numbered rows of a CSV export, with addresses as they are compared."""
    path = workspace / "exports" / source / f"{source}.csv"
    scanned = pl.scan_csv(path, infer_schema=False, row_index_name="row", row_index_offset=1).select("row", *columns)
    return scanned.with_columns(pl.col("email").str.strip_chars().str.to_lowercase())


def closed(people: pl.DataFrame, keyed: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """All addresses and customers' numbers of each person: person, kind, value."""
    known = people.unpivot(index="person", variable_name="kind", value_name="value").drop_nulls()
    pairs = pl.concat([keyed[source].select("customer_id", "email").unique() for source in ("customers", "orders")]).unique()
    size = 0
    while len(known) > size:
        size = len(known)
        found = [
            pairs.join(known.filter(kind=kind).select("person", pl.col("value").alias(kind)), on=kind) for kind in ("customer_id", "email")
        ]
        reached = pl.concat([part.select("person", "customer_id", "email") for part in found])
        known = pl.concat([known, reached.unpivot(index="person", variable_name="kind", value_name="value").drop_nulls()]).unique()
    return known


def located(found: pl.DataFrame, source: str, entity: str, tier: pl.Expr = DEFINITE) -> pl.DataFrame:
    """Where found rows of a CSV export stand."""
    return found.select("person", source=pl.lit(source), entity=pl.lit(entity), file=pl.lit(f"{source}/{source}.csv"), row="row", tier=tier)


def households(customers: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """Other contacts at the address of people's own ones."""
    homes = mine.join(customers, on="row").select("person", *HOME).unique()
    others = customers.join(homes, on=HOME).join(mine, on=["person", "row"], how="anti")
    return located(others, "customers", "contact", pl.lit("possible").alias("tier"))


def visits(workspace: Path, known: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Events of people's numbers, of their devices and of their orders."""
    files = export_files(workspace)
    events = pl.scan_parquet(files, include_file_paths="file", row_index_name="number").select(
        "file", "number", client="user_pseudo_id", user="user_id", order=pl.col("ecommerce").struct.field("transaction_id")
    )
    users = known.filter(kind="customer_id").select("person", user="value")
    clients = events.filter(pl.col("user").is_in(users["user"].implode()), pl.col("client").is_not_null()).select("client").unique()
    wanted = clients.collect(engine="streaming")["client"]
    seen = events.filter(
        pl.col("user").is_in(users["user"].implode())
        | pl.col("client").is_in(wanted.implode())
        | pl.col("order").is_in(orders["order_id"].implode())
    ).collect(engine="streaming")
    users_of = seen.drop_nulls(["client", "user"]).group_by("client").agg(pl.col("user").n_unique().alias("users"), pl.col("user").first())
    devices = users_of.filter(users=1).join(users, on="user").select("person", "client")
    anonymous = seen.filter(pl.col("user").is_null())
    found = pl.concat(
        [
            seen.join(users, on="user").select("person", "file", "number", tier=DEFINITE),
            anonymous.join(devices, on="client").select("person", "file", "number", tier=pl.lit("probable")),
            seen.join(orders, left_on="order", right_on="order_id").select("person", "file", "number", tier=pl.lit("probable")),
        ]
    )
    sizes = [pq.read_metadata(file).num_rows for file in files]
    starts = pl.DataFrame({"file": files, "start": pl.Series([0, *sizes[:-1]]).cum_sum()})
    return (
        found.join(starts, on="file")
        .group_by("person", "file", "number", "start")
        .agg(pl.col("tier").min())
        .select(
            "person",
            source=pl.lit("web"),
            entity=pl.lit("analytics_event"),
            file=pl.col("file").str.strip_prefix(f"{workspace}/exports/"),
            row=pl.col("number") - pl.col("start") + 1,
            tier="tier",
        )
    )


def records(workspace: Path, people_file: str) -> pl.DataFrame:
    """The records of all people of the file."""
    people = pl.read_csv(people_file, infer_schema=False).with_columns(pl.col("email").str.strip_chars().str.to_lowercase())
    people = people.with_columns(person=pl.int_range(1, pl.len() + 1).cast(pl.String))
    lazy = {source: rows(workspace, source, columns) for source, (_, columns) in KEYED.items()}
    keyed = dict(zip(lazy, pl.collect_all(lazy.values()), strict=True))
    known = closed(people, keyed)
    emails = known.filter(kind="email").select("person", email="value")
    numbers = known.filter(kind="customer_id").select("person", customer_id="value")
    parts, orders = [], pl.DataFrame()
    for source, (entity, columns) in KEYED.items():
        found = [keyed[source].join(emails, on="email").select("person", "row", *(["order_id"] if source == "orders" else []))]
        if "customer_id" in columns:
            found.append(keyed[source].join(numbers, on="customer_id").select(found[0].columns))
        mine = pl.concat(found).unique()
        orders = mine.select("person", "order_id") if source == "orders" else orders
        parts.append(located(mine, source, entity))
    parts.append(households(keyed["customers"], parts[0]))
    activity = rows(workspace, "activity", ("email",)).filter(pl.col("email").is_in(emails["email"].implode())).collect(engine="streaming")
    parts.append(located(activity.join(emails, on="email"), "activity", "mail_activity"))
    events = visits(workspace, known, orders)
    return pl.concat([part.with_columns(pl.col("row").cast(pl.Int64)).select(LOCATION) for part in (*parts, events)]).sort(LOCATION)


def main() -> None:
    """Search the workspace for the people of the file that the command line names."""
    workspace, output = arguments()

    def work() -> None:
        records(workspace, sys.argv[3]).write_parquet(output / "records.parquet")

    measure(work)


if __name__ == "__main__":
    main()
