"""Make two workspaces: `content` with daily GA4 events, and `company` with the same, mail activities, members, customers and orders.

Usage: make_company.py FOLDER [--events 10000000]; of the rest there is what a company of that many events has (`SHARES`).

Everything is a function of the row's number: the same numbers give the same bytes. Addresses are made up (example.com).
"""

import argparse
import os
import shutil
from pathlib import Path

import duckdb
from make_events import WORKSPACE, is_made, make

EVENTS = 10_000_000
SHARES = {"activity": 0.5, "members": 0.03, "customers": 0.03, "orders": 0.1}  # rows an event
EVENTS_A_FILE = 25_000

# `part(n, salt, size)` is a number below `size` that looks drawn; two thirds of the members are customers, under the same name, and
# users of the website have their customer's number.
_MACROS = """
    create macro part(n, salt, size) as cast(hash(n * 1000 + salt) % size as bigint);
    create macro address(n) as 'p' || n || '@example.com';
    create macro given(n) as 'Voornaam' || part(n, 105, 900);
    create macro family(n) as 'Achternaam' || part(n, 106, 9000);
    create macro number_of(n) as format('K-{:05d}', n);
    create macro postcode(n) as (1000 + part(n, 107, 9000)) || ' ' || substr('ABCDEFGHJKLM', 1 + part(n, 108, 11), 2);
    create macro moment(n, salt, days) as
        timestamp '2026-10-30 22:00:00' - to_days(cast(part(n, salt, days) as integer)) - to_seconds(part(n, salt + 1, 86400));
"""
_TABLES = {
    "activity": """
        select 'newsletter' as list_id, 'C' || part(n, 1, 40) as campaign_id, address(part(n, 2, $people)) as email,
            ['open', 'open', 'open', 'click'][1 + part(n, 3, 4)] as kind, moment(n, 4, 1200) as happened_at,
            part(n, 6, 3) = 0 as is_machine_open, part(n, 7, 50) = 0 as is_bot,
            'https://voorbeeld.nl/page/' || part(n, 8, 500) || '?utm_source=mail' as url
        from range($rows) as made(n)
    """,
    "members": """
        select 'newsletter' as list_id, address(n) as email, 'M' || n as member_id,
            ['subscribed', 'subscribed', 'subscribed', 'unsubscribed', 'cleaned'][1 + part(n, 1, 5)] as status,
            moment(n, 2, 2400) as opted_in_at, moment(n, 2, 2400) + interval 1 hour as confirmed_at, 'footer form' as signup_source,
            case when part(n, 1, 5) = 3 then timestamp '2026-10-30 23:00:00' end as unsubscribed_at,
            given(n) as first_name, family(n) as last_name
        from range($rows) as made(n)
    """,
    "customers": """
        select number_of(n) as contact_id, number_of(n) as customer_id, address(n + $people // 3) as email,
            given(n + $people // 3) as first_name, family(n + $people // 3) as last_name, 'Straat' as street,
            1 + part(n, 7, 200) as house_number, postcode(n) as postcode, 'Stad ' || part(n, 14, 900) as city, 'NL' as country,
            moment(n, 8, 3000) as created_at, moment(n, 10, 1500) as last_contact_at
        from range($rows) as made(n)
    """,
    "orders": """
        select 'O' || n as order_id, number_of(part(n, 1, $people)) as customer_id, address(part(n, 1, $people) + $people // 3) as email,
            moment(part(n, 1, $people), 8, 3000)
            + to_days(cast(part(n, 2, 1 + part(part(n, 1, $people), 8, 3000)) as integer)) as ordered_at,
            'completed' as status, part(n, 4, 50000) / 100 as total, 'EUR' as currency
        from range($rows) as made(n)
    """,
}
_CONTRACTS = {
    "activity": ("plain.mail_activity", "covers_from = 2023-01-01\n"),
    "members": ("plain.mail_member", 'list_id = "newsletter"\n'),
    "customers": ("plain.contact", ""),
    "orders": ("plain.order", ""),
}
_BINDING = """
[[exports]]
source = "{name}"
contract = "{contract}"
path = "{name}/**"
extracted_at = "2026-11-01T06:00:00+01:00"
timezone = "Europe/Amsterdam"
{more}"""


def make_company(root: Path, events: int, seed: int) -> None:
    """Write the workspaces below `root` unless they are there."""
    workspace = root / "company"
    if is_made(root, "company"):
        return
    make(root / "made", events, max(1, events // EVENTS_A_FILE), seed, ("daily",))
    (root / "made" / "daily").rename(root / "content")
    shutil.copytree(root / "content" / "exports", workspace / "exports", copy_function=os.link)
    connection = duckdb.connect()
    connection.execute(_MACROS)
    for name, sql in _TABLES.items():
        folder = workspace / "exports" / name
        folder.mkdir()
        values = {"rows": int(events * SHARES[name]), "people": int(events * SHARES["members"])}
        connection.execute(f"create or replace table made as {sql}", {key: value for key, value in values.items() if f"${key}" in sql})
        connection.execute(f"copy made to '{folder / name}.csv' (header)")
    bindings = [_BINDING.format(name=name, contract=contract, more=more) for name, (contract, more) in _CONTRACTS.items()]
    (workspace / "houdbaar.toml").write_text("".join([WORKSPACE, *bindings]), encoding="utf-8")


def main() -> None:
    """Make the company in the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--seed", type=int, default=20220113)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    make_company(given.folder, given.events, given.seed)


if __name__ == "__main__":
    main()
