"""Hypothesis strategies for a mail tool and what stands beside it: members, activity, sends, orders, messages, accounts of a few people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

from hypothesis import strategies as st

from reference.model import File, Row, Source
from reference.months import last_overdue_date
from reference.people import md5
from reference.random_exports import TEXT_SHAPES, ZONES, Export, in_snapshots, stamps, with_undated
from reference.random_stamps import Frame, days, snapshot_days, sound
from reference.shapes import Shape, file_name

# Many, since an audit takes as long for one person as for ten.
PEOPLE = ["jan@example.com", "piet@voorbeeld.nl", "anna.de.vries@example.com", "k.smit@example.com"]
PEOPLE += [f"p{number}@example.com" for number in range(6)]
SHAPES = [*TEXT_SHAPES, Shape("parquet", stamp="timestamp"), Shape("parquet", stamp="timestamptz"), Shape("parquet", stamp="text")]
LISTS = ["lijst-a", "lijst-b", "lijst-c"]
KINDS = ["click", "click", "click", "open", "open", "reply", "form", "survey", "opt_in", "confirm", "preference", "order"]
NEVER = ["bounce", "unsubscribe", "complaint"]
STATES = ["subscribed"] * 15 + ["unsubscribed", "cleaned", "pending", "nonsubscribed", "archived", "Subscribed", "klant", None]
LINKS = ["https://example.com/1", "https://example.com/2", None]
SIGNUPS = ["newsletter", "newsletter", "order", "question", "import", "staff", None]
SECONDS = [-5, 0, 4, 9, 10, 11, 60]
FLAGS = st.sampled_from([None, None, True, False])

Cells = dict[str, st.SearchStrategy[object]]


def deliveries(frame: Frame) -> list[str]:
    """Three moments at which mail was delivered: two around the cut-off, one lately unless everybody has been quiet."""
    edge = last_overdue_date(frame.as_of, frame.months[0], frame.boundary)
    lately = min(frame.as_of - timedelta(days=30), frame.ceiling)
    return [f"{edge - timedelta(days=40)}T10:00:00", f"{edge}T22:59:55", f"{lately}T09:00:00"]


def mostly(shape: Shape, frame: Frame) -> st.SearchStrategy[object]:
    """Stamps of which few are bad: one bad stamp decides a person's whole verdict."""
    good = sound(frame, shape.stamp)
    return st.integers(0, 9).flatmap(lambda number: good if number else stamps(shape, frame))


def written(person: str) -> st.SearchStrategy[str]:
    """An address as people write it."""
    return st.sampled_from([person, person.upper(), person.title(), f" {person} "])


@st.composite
def named(draw: st.DrawFn, row: Row) -> Row:
    """Gives a row an address: written out, hashed, or (for a stranger) unknown to every list."""
    person = draw(st.sampled_from([*PEOPLE, *PEOPLE, "vreemd@example.com"]))
    if draw(st.sampled_from([True, True, False])):
        return {**row, "email": draw(written(person)), "email_md5": None}
    return {**row, "email": None, "email_md5": md5(person)}


@st.composite
def export(draw: st.DrawFn, name: str, entity: str, cells: Cells, frame: Frame, shape: Shape, most: int = 8) -> Export:
    """A source of one file with rows of named people."""
    count = draw(st.integers(1, most))
    rows: list[Row] = draw(st.lists(st.fixed_dictionaries(cells).flatmap(named), min_size=count, max_size=count))
    file = File(f"{name}/{file_name(shape, 0)}", tuple(rows), frame.extracted_at)
    columns = frozenset([*cells, "email", "email_md5"])
    return Export(Source(name, entity, (file,), columns, draw(st.sampled_from(ZONES))), shape)


@st.composite
def members(draw: st.DrawFn, frame: Frame, lists: Sequence[str]) -> Export:
    """Memberships in one export, or in several: made one after the other, or one of them nobody knows when."""
    shape = draw(st.sampled_from(SHAPES))
    once = st.just([frame.extracted_at])
    moments_made = draw(once | once | snapshot_days(frame.as_of) | snapshot_days(frame.as_of).map(with_undated))
    made = []
    for moment in moments_made:
        rows = draw(memberships(mostly(shape, frame), lists))
        made.append(File(f"leden/{file_name(shape, 0)}", tuple(rows), moment))
    source = Source("leden", "mail_member", tuple(made), frozenset(made[0].rows[0]), draw(st.sampled_from(ZONES)))
    return Export(source if len(made) == 1 else in_snapshots(source), shape)


@st.composite
def memberships(draw: st.DrawFn, stamp: st.SearchStrategy[object], lists: Sequence[str]) -> list[Row]:
    """At most one a person and list, apart from an exact repetition."""
    pairs = [pair for pair in product(PEOPLE, lists) if draw(st.sampled_from([True, True, False]))] or [(PEOPLE[0], lists[0])]
    rows: list[Row] = [
        {
            "email": draw(written(person)),
            "list_id": name,
            "status": draw(st.sampled_from(STATES)),
            "signup_source": draw(st.sampled_from(SIGNUPS)),
            "opted_in_at": draw(st.none() | stamp | stamp),
            "confirmed_at": draw(st.none() | stamp | stamp),
            "changed_at": draw(stamp),
            "customer_id": draw(st.sampled_from([None, f"K-{PEOPLE.index(person)}"])),
        }
        for person, name in pairs
    ]
    again = [{**row, "status": draw(st.sampled_from([row["status"], *STATES[-6:]]))} for row in rows[:2]]
    return rows + again[: draw(st.sampled_from([0, 0, 1, 2]))]


@st.composite
def audience(draw: st.DrawFn, frame: Frame) -> Export:
    """A Mailchimp audience export: a file a state, times in UTC without a zone; equal times without an address are an import."""
    stamp = st.builds(lambda day: f"{day} 09:30:00", days(frame)) | st.sampled_from(["", "0000-00-00 00:00:00"])
    made = []
    people = iter(PEOPLE)
    for state in draw(st.sampled_from([["subscribed"], ["subscribed", "unsubscribed"], ["subscribed", "cleaned", "unsubscribed"]])):
        held = [next(people)] if state != "subscribed" or draw(st.booleans()) else []
        rows = tuple(draw(audience_row(person, state, stamp)) for person in held)
        made.append(File(f"leden/{state}_members_export_0123456789.csv", rows, frame.extracted_at))
    columns = frozenset(
        ["email", "first_name", "status", "signup_source", "opted_in_at", "opt_in_ip", "confirmed_at", "confirm_ip", "changed_at"]
    )
    columns |= {"unsubscribed_at", "cleaned_at", "member_id", "person_id"}
    source = Source("leden", "mail_member", tuple(made), columns, draw(st.sampled_from(ZONES)), system="mailchimp")
    return Export(source, Shape("audience"))


@st.composite
def audience_row(draw: st.DrawFn, person: str, state: str, stamp: st.SearchStrategy[str]) -> Row:
    """One contact; signup_source is what the contract makes of the times and addresses."""
    opted, confirmed = draw(stamp), draw(stamp)
    confirmed = opted if draw(st.booleans()) else confirmed
    address = draw(st.sampled_from(["", "203.0.113.7"]))
    return {
        "email": draw(written(person)).strip(),
        "first_name": "Jan",
        "status": state,
        "signup_source": "import" if opted == confirmed and not address else None,
        "opted_in_at": opted,
        "opt_in_ip": address,
        "confirmed_at": confirmed,
        "confirm_ip": address,
        "unsubscribed_at": "2025-03-01 10:00:00",
        "cleaned_at": "2025-03-01 10:00:00",
        "changed_at": "2026-01-01 00:00:00",
        "member_id": "448770001",
        "person_id": "1a2b3c4d5e",
    }


@st.composite
def activity(draw: st.DrawFn, name: str, frame: Frame, lists: Sequence[str | None]) -> Export:
    """What the mail tool saw people do, some of it seconds after a delivery; bound with or without the days it covers."""
    shape = draw(st.sampled_from(SHAPES))
    bursts = st.builds(burst, st.sampled_from(deliveries(frame)), st.sampled_from(SECONDS), st.just(shape))
    cells: Cells = {
        "list_id": st.sampled_from(lists),
        "campaign_id": st.sampled_from(["c0", "c1", "c2"]),
        "kind": st.sampled_from(draw(st.sampled_from([[*KINDS, *KINDS, *NEVER]] * 9 + [["open"]]))),
        "happened_at": mostly(shape, frame) | mostly(shape, frame) | bursts,
        "is_machine_open": FLAGS,
        "is_bot": FLAGS,
        "url": st.sampled_from(draw(st.sampled_from([LINKS[:1], LINKS[:2], LINKS]))),
    }
    made = draw(export(name, "mail_activity", cells, frame, shape, 30))
    what = draw(st.sampled_from(["strangers"] * 6 + ["as it is"] * 3 + ["no row"]))
    if what == "strangers":
        made = with_strangers(made, lists, draw(sound(frame, shape.stamp)))
    elif what == "no row" and shape.kind == "csv":
        made = replace(made, source=replace(made.source, files=(replace(made.source.files[0], rows=()),)))
    return replace(made, source=draw(covering(made.source, frame.as_of)))


def with_strangers(made: Export, lists: Sequence[str | None], stamp: object) -> Export:
    """One bounce of somebody else on every list, so that the activity speaks for all of them."""
    empty: Row = dict.fromkeys(made.source.columns)
    bounces = tuple({**empty, "email": "weg@example.com", "list_id": name, "kind": "bounce", "happened_at": stamp} for name in lists)
    file = made.source.files[0]
    return replace(made, source=replace(made.source, files=(replace(file, rows=file.rows + bounces),)))


def burst(moment: str, seconds: int, shape: Shape) -> object:
    """A moment near a delivery, as the shape holds it; always with its zone."""
    later = datetime.fromisoformat(moment + "+00:00") + timedelta(seconds=seconds)
    if shape.stamp == "timestamptz":
        return later
    return later.replace(tzinfo=None) if shape.stamp == "timestamp" else later.isoformat()


@st.composite
def covering(draw: st.DrawFn, source: Source, as_of: date) -> Source:
    """The days that a source is bound to cover; often all that matter."""
    starts = draw(st.sampled_from([*[date(2015, 1, 1)] * 5, None, as_of - timedelta(days=365), as_of - timedelta(days=364)]))
    ends = draw(st.sampled_from([*[as_of] * 4, None, as_of - timedelta(days=1), as_of + timedelta(days=9)])) if starts else None
    return replace(source, covers_from=starts, covers_to=ends)


@st.composite
def around(draw: st.DrawFn, frame: Frame) -> list[Export]:
    """Sends, orders, messages and accounts, each there or not."""
    text = Shape("csv")
    number = st.sampled_from([None, *(f"K-{number}" for number in range(len(PEOPLE) + 1))])
    sent = st.sampled_from(deliveries(frame)).map(lambda moment: moment + "Z")
    kinds: dict[str, tuple[str, Cells]] = {
        "zendingen": ("mail_send", {"campaign_id": st.sampled_from(["c0", "c1"]), "sent_at": sent, "delivered_at": st.none() | sent}),
        "orders": ("order", {"customer_id": number, "ordered_at": mostly(text, frame), "campaign_id": st.sampled_from([None, "c0"])}),
        "berichten": ("message", {"customer_id": number, "created_at": mostly(text, frame), "channel": st.just("form")}),
        "accounts": ("account", {"customer_id": number, "last_login_at": mostly(text, frame), "created_at": mostly(text, frame)}),
    }
    present = [name for name in kinds if draw(st.sampled_from([True, False, False]))]
    return [with_ids(draw(export(name, *kinds[name], frame, text, 9))) for name in present]


def with_ids(made: Export) -> Export:
    """Numbers the rows of entities that have a key; shops and accounts know no hashes."""
    key = {"order": "order_id", "message": "message_id", "account": "account_id"}.get(made.source.entity)
    if key is None:
        return made
    rows = tuple({**row, key: f"N-{number}"} for number, row in enumerate(made.source.files[0].rows))
    file = replace(made.source.files[0], rows=tuple({k: v for k, v in row.items() if k != "email_md5"} for row in rows))
    return replace(made, source=replace(made.source, files=(file,), columns=made.source.columns - {"email_md5"} | {key}))


@st.composite
def mailing(draw: st.DrawFn, frame: Frame) -> list[Export]:
    """Everything that RET-MKT-12 reads, for one company."""
    lists = LISTS[: draw(st.sampled_from([1, 1, 2, 3]))]
    is_audience = draw(st.sampled_from([True, False, False]))
    who = draw(audience(frame)) if is_audience else draw(members(frame, lists))
    known: list[str | None] = ["8e423a4179", None] if is_audience else [*lists, *draw(st.sampled_from([[], [None], ["lijst-x"]]))]
    names = draw(st.sampled_from([["kliks"], ["kliks"], ["kliks"], ["kliks", "reacties"], []]))
    return [who, *(draw(activity(name, frame, known)) for name in names), *draw(around(frame))]
