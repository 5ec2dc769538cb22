"""What the books keep: invoices and payments, and orders that may be the only book of a sale (GDPR 17(3)(b), AWR 52)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from houdbaar.policy.calendar import add_days, book_year, last_permitted_day
from houdbaar.policy.model import Policy
from houdbaar.subjects.package.model import Record, Term

BOOKS = frozenset({"invoice", "payment"})
_RULE = "RET-STAT-OVER"
INVOICED_WITHIN_DAYS = 62  # days from the order to its invoice, at the most


def floors(record: Record) -> list[date | None]:
    """The last days of duties to keep a record of the books, of which none is over; None: the duty is there, its day isn't known.

    That a relation goes on once the years are over is no duty (domain.md 2.10).
    """
    if record.entity not in BOOKS:
        return []
    return [term.last_day for term in record.terms if term.rule.startswith(_RULE) and not (term.is_over or term.is_outlived)]


def is_only_book(policy: Policy, order: Record, records: Sequence[Record], as_of: date) -> bool:
    """Whether the years for which the books are kept still run for an order, and no invoice of the person shows that sale."""
    if order.entity != "order" or any(_shows(record, order) for record in records if record.entity == "invoice"):
        return False
    last_day = kept_until(policy, order)
    return last_day is None or as_of <= last_day


def kept_until(policy: Policy, order: Record) -> date | None:
    """The last day of the duty to keep an order as a book; None where its day or the duty isn't known."""
    day, rule = order.staged.get("ordered_at_last_date"), policy.rules.get(_RULE)
    if day is None or rule is None:
        return None
    ends = (book_year(year, policy.knob("statutory.fiscal_year_end"))[1] for year in (day.year, day.year + 1))
    return last_permitted_day(min(end for end in ends if end >= day), policy.term(rule, day))


def add_book_terms(policy: Policy, records: Sequence[Record], as_of: date) -> None:
    """Give orders that may be the only book of a sale the term of the books: it decides how long they stay, in every letter."""
    if _RULE in policy.rules:
        for record in records:
            if not record.is_over and is_only_book(policy, record, records, as_of):
                record.terms = (*record.terms, Term(_RULE, "KEEP", kept_until(policy, record)))


def _shows(invoice: Record, order: Record) -> bool:
    """Whether an invoice is of an order: it names its number, or is of the same amount and was made soon after."""
    number = _text(order, "order_id")
    if number and number in (_text(invoice, "payment_reference"), _text(invoice, "invoice_number")):
        return True
    ordered_on, invoiced_on = order.staged.get("ordered_at_first_date"), invoice.staged.get("invoice_date_first_date")
    total, amount = order.staged.get("total"), invoice.staged.get("amount")
    if ordered_on is None or invoiced_on is None or total is None or amount is None:
        return False
    vat = invoice.staged.get("vat") or Decimal(0)
    return ordered_on <= invoiced_on <= add_days(ordered_on, INVOICED_WITHIN_DAYS) and total in (amount, amount + vat)


def _text(record: Record, name: str) -> str:
    return str(record.staged.get(name) or "").strip()
