"""Measured: the same search by hand in pandas: what measure_search_polars.py does, with the events file by file."""

import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from child import arguments, export_files, measure

HOME = ["postcode", "house_number"]
KEYED = {
    "customers": ("contact", ["customer_id", "email", *HOME]),
    "orders": ("order", ["customer_id", "email", "order_id"]),
    "members": ("mail_member", ["email"]),
}
LOCATION = ["person", "source", "entity", "file", "row", "tier"]


def rows(workspace: Path, source: str, columns: list[str]) -> pd.DataFrame:
    """The numbered rows of a CSV export, with addresses as they are compared."""
    read = pd.read_csv(workspace / "exports" / source / f"{source}.csv", usecols=columns, dtype=str)
    return read.assign(email=read["email"].str.strip().str.lower(), row=range(1, len(read) + 1))


def closed(people: pd.DataFrame, keyed: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """All addresses and customers' numbers of each person: person, kind, value."""
    known = people.melt("person", var_name="kind").dropna()
    pairs = pd.concat([keyed[source][["customer_id", "email"]] for source in ("customers", "orders")]).drop_duplicates()
    size = 0
    while len(known) > size:
        size = len(known)
        found = [pairs.merge(known[known["kind"] == kind].rename(columns={"value": kind}), on=kind) for kind in ("customer_id", "email")]
        reached = pd.concat(found)[["person", "customer_id", "email"]].melt("person", var_name="kind").dropna()
        known = pd.concat([known, reached]).drop_duplicates()
    return known


def households(customers: pd.DataFrame, mine: pd.DataFrame) -> pd.DataFrame:
    """Other contacts at the address of people's own ones."""
    homes = mine[["person", "row"]].merge(customers, on="row")[["person", *HOME]].drop_duplicates()
    others = customers.merge(homes, on=HOME).merge(mine[["person", "row"]], on=["person", "row"], how="left", indicator=True)
    found = others[others["_merge"] == "left_only"]
    return found.assign(source="customers", entity="contact", file="customers/customers.csv", tier="possible")[LOCATION]


def visits(workspace: Path, known: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Events of people's numbers, of their devices and of their orders."""
    users = known.loc[known["kind"] == "customer_id", ["person", "value"]].rename(columns={"value": "user_id"})
    seen, clients = [], set()
    for file in export_files(workspace):
        # As one nested column orders would become a dictionary a row.
        read = pq.ParquetFile(file).read(columns=["user_pseudo_id", "user_id", "ecommerce.transaction_id"]).flatten().to_pandas()
        events = read.rename(columns={"ecommerce.transaction_id": "order_id"}).assign(file=file, row=range(1, len(read) + 1))
        clients.update(events.loc[events["user_id"].isin(users["user_id"]), "user_pseudo_id"].dropna())
        seen.append(events)
    events = pd.concat(seen)
    of_device = events[events["user_pseudo_id"].isin(clients)]
    users_of = of_device.groupby("user_pseudo_id")["user_id"].agg(["nunique", "first"]).query("nunique == 1")
    devices = users_of["first"].rename("user_id").reset_index().merge(users, on="user_id")[["person", "user_pseudo_id"]]
    found = pd.concat(
        [
            events[events["user_id"].notna()].merge(users, on="user_id").assign(tier="definite"),
            of_device[of_device["user_id"].isna()].merge(devices, on="user_pseudo_id").assign(tier="probable"),
            events[events["order_id"].notna()].merge(orders, on="order_id").assign(tier="probable"),
        ]
    )
    found = found.groupby(["person", "file", "row"], as_index=False)["tier"].min()
    return found.assign(source="web", entity="analytics_event", file=found["file"].str.removeprefix(f"{workspace}/exports/"))[LOCATION]


def records(workspace: Path, people_file: str) -> pd.DataFrame:
    """The records of all people of the file."""
    people = pd.read_csv(people_file, dtype=str)
    people = people.assign(person=[str(number) for number in range(1, len(people) + 1)], email=people["email"].str.strip().str.lower())
    keyed = {source: rows(workspace, source, columns) for source, (_, columns) in KEYED.items()}
    known = closed(people, keyed)
    emails, numbers = (
        known.loc[known["kind"] == kind, ["person", "value"]].rename(columns={"value": kind}) for kind in ("email", "customer_id")
    )
    keyed["activity"] = rows(workspace, "activity", ["email"])
    parts, orders = [], pd.DataFrame()
    for source, frame in keyed.items():
        found = [frame.merge(emails, on="email")]
        if "customer_id" in frame:
            found.append(frame.merge(numbers, on="customer_id"))
        mine = pd.concat(found).drop_duplicates(["person", "row"])
        orders = mine[["person", "order_id"]] if source == "orders" else orders
        entity = KEYED[source][0] if source in KEYED else "mail_activity"
        parts.append(mine.assign(source=source, entity=entity, file=f"{source}/{source}.csv", tier="definite")[LOCATION])
    parts.append(households(keyed["customers"], parts[0]))
    return pd.concat([*parts, visits(workspace, known, orders)])


def main() -> None:
    """Search the workspace for the people of the file that the command line names."""
    workspace, output = arguments()

    def work() -> None:
        records(workspace, sys.argv[3]).to_parquet(output / "records.parquet", index=False)

    measure(work)


if __name__ == "__main__":
    main()
