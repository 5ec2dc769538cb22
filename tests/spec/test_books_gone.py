"""Books that an earlier run saw and that are gone before their statutory years are over (RET-STAT-EARLY, domain.md 2.7)."""

import hmac

import pyarrow.parquet as pq
import pytest

from spec.given import KEY
from spec.months_of import DECEMBER, FEBRUARY, JANUARY, NOVEMBER, OCTOBER, Company

EARLY = "RET-STAT-EARLY"
INVOICE, PAYMENT = {"contract": "plain.invoice"}, {"contract": "plain.payment"}
OLD, FIRST, SECOND, LAST = ("F-1", "2019-05-01"), ("F-2", "2024-02-01"), ("F-3", "2024-03-01"), ("F-4", "2024-04-01")
ALL = (OLD, FIRST, SECOND, LAST)


def hashed(name):
    """What findings show of a record's key."""
    return hmac.new(bytes.fromhex(KEY), name.encode(), "sha256").hexdigest()


def invoices(*rows):
    return "\n".join(["invoice_number | invoice_date", *(f"{number} | {day}" for number, day in rows)])


def export(company, made, *rows, **binding):
    """The invoices as they were exported on a day."""
    company.export("books", invoices(*rows), **INVOICE, extracted_at=f"{made}T23:00:00+01:00", **binding)


def gone(run, source=None):
    """Verdict and status of the books that are gone, by hashed key."""
    found = [line for line in run.of(EARLY, source) if line["reason"].startswith("no longer there")]
    return {line["record_key"]: (line["verdict"], line["status"]) for line in found}


@pytest.fixture(scope="module")
def first_month(tmp_path_factory):
    """A company whose invoices were there in October."""
    made = Company(tmp_path_factory.mktemp("october") / "company")
    export(made, OCTOBER, *ALL)
    assert made.audit(OCTOBER).of(EARLY) == []
    return made


@pytest.fixture
def company(first_month, tmp_path):
    """A copy of it to go on with."""
    return first_month.copied(tmp_path / "company")


def book(letter, *rows):
    """The invoices of one of several books: the numbers of each begin with a letter of its own."""
    return invoices(*((f"{letter}{number[1:]}", day) for number, day in rows))


def payments(*numbers):
    return "\n".join(["payment_id | paid_at", *(f"{number} | 2024-01-0{number[2:]}" for number in numbers)])


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """Books for each of what may become of them, from month to month; all are exported again every month."""
    company, left = Company(tmp_path_factory.mktemp("months") / "company"), (OLD, FIRST, SECOND)
    added = [("F-5", "2026-12-01"), ("F-6", "2026-12-01"), ("F-8", "2027-02-01")]
    exports = {
        "missed": [book("M", *ALL), *[book("M", *left)] * 4],
        "back": [book("B", *ALL), book("B", *left), *[book("B", *ALL)] * 3],
        "years": [book("Y", *ALL), book("Y", *ALL), *[book("Y", *ALL[1:])] * 3],
        "number": [book("N", *ALL), book("N", *left), *(book("N", *left, one) for one in added)],
        "customers": [book("C", *ALL), *[book("C", *left)] * 4],
        "undated": [invoices(("A", ""), ("B", "2024-01-01")), *[invoices(("B", "2024-01-01"))] * 4],
        "bank": [payments("P-1", "P-2"), payments("P-1"), *[payments("P-1", "P-2")] * 3],
    }
    runs = []
    for number, made in enumerate((OCTOBER, NOVEMBER, DECEMBER, JANUARY, FEBRUARY)):
        for source, texts in exports.items():
            contract = PAYMENT if source == "bank" else INVOICE
            company.export(source, texts[number], **contract, extracted_at=f"{made}T23:00:00+01:00")
        if made != OCTOBER:
            company.sources["customers"]["role"] = "processor"
        runs.append(company.audit(made))
    assert runs[0].of(EARLY) == []
    return runs


def test_what_an_earlier_run_saw_is_missed_until_its_years_are_over(months):
    _, november, december, january, february = months
    assert gone(november, "missed") == {hashed("M-4"): ("FAIL", "new")}
    line = november.of(EARLY, "missed")[0]
    assert (line["severity"], line["source"], line["entity"], line["records"], line["action"]) == ("high", "missed", "invoice", 1, "review")
    assert (str(line["first_trigger"]), line["file"], line["ranges"]) == ("2024-04-01", None, None)
    assert [gone(run, "missed") for run in (december, january, february)] == [{hashed("M-4"): ("FAIL", "open")}] * 3


def test_what_comes_back_is_resolved(months):
    _, november, december, *_ = months
    assert gone(november, "back") == {hashed("B-4"): ("FAIL", "new")}
    assert (gone(december, "back"), december.events(EARLY, "back")) == ({}, [("resolved", None)])


def test_after_its_years_it_may_go(months):
    """The years of 2019 are over on 31 December 2026."""
    _, november, december, january, _ = months
    assert gone(november, "years") == {}
    assert gone(december, "years") == {hashed("Y-1"): ("FAIL", "new")}
    assert (gone(january, "years"), january.events(EARLY, "years")) == ({}, [("resolved", None)])


def test_a_number_stands_on_one_line(months):
    """A gap is told of numbers that nobody saw; one that was seen keeps its own line, also when more follow it."""
    _, _, december, january, february = months
    assert gone(december, "number") == {hashed("N-4"): ("FAIL", "open")}
    assert len(december.of(EARLY, "number")) == 1
    assert gone(january, "number") == {hashed("N-4"): ("FAIL", "open"), hashed("N-5"): ("FAIL", "new")}
    assert len(january.of(EARLY, "number")) == 2
    lines = february.of(EARLY, "number")
    assert [(line["reason"], line["records"]) for line in lines if line["reason"] == "numbers missing"] == [("numbers missing", 1)]
    assert len(lines) == 4


def test_a_payment_that_is_gone(months):
    _, november, december, *_ = months
    assert gone(november, "bank") == {hashed("P-2"): ("FAIL", "new")}
    (line,) = november.of(EARLY, "bank")
    assert (line["entity"], line["severity"]) == ("payment", "high")
    assert december.events(EARLY, "bank") == [("resolved", None)]


def test_a_customers_own_books_are_none_of_ours(months):
    assert gone(months[1], "customers") == {}


def test_without_a_date_nobody_knows(months):
    assert gone(months[1], "undated") == {hashed("A"): ("UNDETERMINED", "new")}


HOW = ("no export", "unreadable", "a row unreadable", "older", "other dates")
LETTERS = dict(zip(HOW, "ABCDE", strict=True))


@pytest.fixture(scope="module")
def not_looked_at(tmp_path_factory):
    """Books for each way in which November's export is not looked at; in December all are there again, without their last invoice."""
    company = Company(tmp_path_factory.mktemp("books") / "company")
    for how in HOW:
        company.export(how, book(LETTERS[how], *ALL), **INVOICE, extracted_at=f"{OCTOBER}T23:00:00+01:00")
    assert company.audit(OCTOBER).of(EARLY) == []
    for how in HOW:
        made = "2026-10-30" if how == "older" else NOVEMBER
        company.export(how, book(LETTERS[how], OLD, FIRST, SECOND), extracted_at=f"{made}T23:00:00+01:00")
    exports = company.folder / "exports"
    (exports / "no export" / "export.csv").unlink()
    (exports / "unreadable" / "export.csv").write_bytes(b"\x00\xff\xfe")
    with (exports / "a row unreadable" / "export.csv").open("a", encoding="utf-8") as stream:
        stream.write("C-4,2024-04-01,one,too,many\n")
    company.sources["other dates"] |= {"coverage": "from", "covers_from": "2024-05-01"}
    november = company.audit(NOVEMBER)
    company.sources.clear()
    for how in HOW:
        company.export(how, book(LETTERS[how], OLD, FIRST, SECOND), **INVOICE, extracted_at=f"{DECEMBER}T23:00:00+01:00")
    return november, company.audit(DECEMBER)


@pytest.mark.parametrize("how", HOW)
def test_what_was_not_looked_at_is_not_gone(not_looked_at, how):
    """And what is known survives it."""
    november, december = not_looked_at
    assert gone(november, how) == {}
    assert gone(december, how) == {hashed(f"{LETTERS[how]}-4"): ("FAIL", "new")}


@pytest.mark.parametrize("how", ["no export", "not bound"])
def test_what_was_not_looked_at_is_not_gone_where_nothing_else_is(company, how):
    """Nothing is judged at all, or books that nobody has seen before."""
    (company.folder / "exports" / "books" / "export.csv").unlink()
    if how == "not bound":
        del company.sources["books"]
        company.export("other", invoices(FIRST), **INVOICE)
    assert gone(company.audit(NOVEMBER)) == {}
    company.sources.clear()
    export(company, DECEMBER, OLD, FIRST, SECOND)
    assert gone(company.audit(DECEMBER)) == {hashed("F-4"): ("FAIL", "new")}


def test_what_only_an_older_export_has_is_gone(company):
    export(company, NOVEMBER, OLD, FIRST, SECOND)
    company.export("books", invoices(OLD, FIRST, SECOND), extracted_at="")
    folder = company.folder / "exports" / "books"
    (folder / "export.csv").rename(folder / f"books_{NOVEMBER}.csv")
    (folder / f"books_{OCTOBER}.csv").write_text("invoice_number,invoice_date\n" + "".join(f"{key},{day}\n" for key, day in ALL))
    company.sources["books"]["extracted_at"] = "%Y-%m-%d"
    assert gone(company.audit(NOVEMBER)) == {hashed("F-4"): ("FAIL", "new")}


@pytest.mark.parametrize("beside", [True, False], ids=["the older lies beside it", "the older is gone"])
def test_an_export_of_a_later_year_does_not_say_what_became_of_the_years_before(company, beside):
    """Systems export books by the year: what the older export still has, and the newest has nothing of, is decided by a person."""
    company.export("books", invoices(("F-5", "2026-02-01"), ("F-6", "2026-03-01")), extracted_at="")
    folder = company.folder / "exports" / "books"
    (folder / "export.csv").rename(folder / f"books_{NOVEMBER}.csv")
    if beside:
        (folder / f"books_{OCTOBER}.csv").write_text("invoice_number,invoice_date\n" + "".join(f"{key},{day}\n" for key, day in ALL))
    company.sources["books"]["extracted_at"] = "%Y-%m-%d"
    run = company.audit(NOVEMBER)
    told = {(line["verdict"], line["reason"]) for line in run.of(EARLY) if line["record_key"] in {hashed(key) for key, _ in ALL}}
    assert told == {("UNDETERMINED", "only in an older export, and the newest begins later") if beside else ("FAIL", "no longer there")}


def test_a_what_if_misses_it_too_and_writes_nothing(company):
    export(company, NOVEMBER, OLD, FIRST, SECOND)
    what_if = company.audit(NOVEMBER, "--knob", "correspondence.months=24")
    assert gone(what_if) == {hashed("F-4"): ("FAIL", "new")}
    assert not (what_if.folder / "books.parquet").exists()


def test_the_file_has_hashes_and_days_only(company):
    rows = pq.read_table(company.folder / "runs" / OCTOBER / "books.parquet").to_pylist()
    assert [row["keyed_record_key"] for row in rows] == sorted(hashed(number) for number, _ in ALL)
    assert {type(value).__name__ for row in rows for value in row.values()} == {"str", "date"}
    assert {value for row in rows for value in row.values() if isinstance(value, str) and len(value) < 64} == {"books", "invoice"}
    first = (company.folder / "runs" / OCTOBER / "books.parquet").read_bytes()
    company.audit(OCTOBER)
    assert (company.folder / "runs" / OCTOBER / "books.parquet").read_bytes() == first
