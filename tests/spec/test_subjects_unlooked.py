"""'Nothing found' is a full answer about what was looked at, and about nothing else (domain.md 3.2, 4)."""

import pytest

from spec.given import plain

FULL = "that is a full answer"
PART = "that is no full answer"
ORDERS = plain(
    "order", "order_id | email | name | street | postcode | ordered_at\n#1003 | m@example.com | M. de Wit | Plein 1 | 3512JC | 2026-01-01"
)
VISITS = plain(
    "analytics_event",
    """
    event_at | event_name | client_id | page_url
    2026-10-01T10:00:00Z | page_view | c-1 | https://example.com/?email=jan%40example.com
    """,
)


@pytest.mark.parametrize("stated", ["1003", "#1003", " # 1003 "])
@pytest.mark.parametrize("given", ["1003", "#1003"])
def test_an_orders_number_is_the_same_with_and_without_its_sign(find, given, stated):
    orders = plain("order", f"order_id | email | ordered_at\n{given} | jan@example.com | 2026-01-01\n1004 | | 2026-01-01")
    found = find(orders, order_id=stated)
    assert found.definite == {"order 1"}
    assert '"normaliser":4' in found.records[0]["path"]


def test_a_visits_order_is_found_without_the_sign(find):
    orders = plain("order", "order_id | email | ordered_at\n#1003 | jan@example.com | 2026-01-01")
    visit = plain("analytics_event", "event_at | event_name | client_id | transaction_id\n2026-10-01T10:00:00Z | purchase | c-1 | 1003")
    found = find(orders, visit, email="jan@example.com")
    assert (found.definite, found.tier("probable")) == ({"order 1"}, {"analytics_event 1"})


def test_a_sign_alone_is_no_number(find):
    orders = plain("order", "order_id | email | ordered_at\n# | jan@example.com | 2026-01-01\n# | els@example.com | 2026-01-01")
    found = find(orders, order_id="#")
    assert (found.records, found.notes) == ([], {"DSR-AMBIGUOUS"})


def test_a_kind_that_an_export_has_no_column_for_is_told(find):
    stated = {"name": "Margriet de Wit", "postcode_house_number": "3512JC 1"}
    (person,) = find(ORDERS, **stated).answer["people"]
    assert person["records"] == []
    assert person["not_looked_for"] == [{"kind": "postcode_house_number", "source": "plain.order", "entity": "order"}]
    told = find(ORDERS, **stated, arguments=("--format", "text")).stdout
    assert PART in told
    assert FULL not in told
    assert "postcode_house_number can't be looked for in plain.order (order)" in told


def test_texts_of_visits_that_nobody_searched_are_told(find):
    found = find(VISITS, email="jan@example.com")
    assert found.records == []
    assert found.answer["texts_not_searched"] == [{"source": "plain.analytics_event", "entity": "analytics_event", "columns": ["page_url"]}]
    told = find(VISITS, email="jan@example.com", arguments=("--format", "text")).stdout
    assert PART in told
    assert "not searched: page_url of analytics_event in plain.analytics_event" in told
    assert "jan@" not in told


def test_nothing_found_where_all_was_looked_at_is_a_full_answer(find):
    told = find(ORDERS, email="jan@example.com", arguments=("--format", "text")).stdout
    assert FULL in told
    assert "not searched" not in told
