"""Whose name a text is: a thing's is left alone, a person's is found in a sentence too."""

from __future__ import annotations

import pytest

from houdbaar.subjects.package.naming import is_name_of_somebody, is_of_product, without_names


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("name", "Wubbo Ockels"),
        ("klant", "Verhoeven"),
        ("customer.name", "Noor Verhoeven"),
        ("participants.name", "Wubbo"),
        ("device.name", "Noor Verhoeven"),
        ("items.item_name", "Els"),
        ("Lineitem name", "Noor Verhoeven"),
        ("line_items.name", "Noor van der Veen"),
    ],
)
def test_a_name_is_a_persons(path: str, text: str) -> None:
    assert is_name_of_somebody(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("session_traffic_source_last_click.manual_campaign.campaign_name", "Nieuwsbrief juli"),
        ("device.mobile_brand_name", "Samsung"),
        ("device.mobile_model_name", "Galaxy S21"),
        ("items.item_name", "Tracker Plus"),
        ("audiences.name", "Kopers"),
        ("name", "(not set)"),
        ("name", "GT-06"),
        ("name", "Vervoer Voorbeeld BV"),
        ("Lineitem name", "Simkaart"),
        ("Lineitem name", "Hugo Boss Portemonnee"),
        ("line_items.name", "Iris Camera Module"),
        ("Product", "Emma Matras Zwart"),
        ("name", ""),
    ],
)
def test_a_name_is_a_things(path: str, text: str) -> None:
    assert not is_name_of_somebody(path, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cadeau voor Noor Verhoeven graag", "cadeau voor [x] graag"),
        ("Els van der Wit-Bakker belde", "[x] belde"),
        ("spreek met mevrouw de Wit of dhr. P. Smit", "spreek met mevrouw [x] of dhr. P. [x]"),
        ("Jan Jansen belde zelf", "Jan Jansen belde zelf"),
        ("bezorgen in de Anna Paulownastraat", "bezorgen in de Anna Paulownastraat"),
        ("Tracker Plus doet het niet", "Tracker Plus doet het niet"),
        ("mail noor.verhoeven@voorbeeld.nl", "mail noor.verhoeven@voorbeeld.nl"),
    ],
)
def test_people_are_taken_out_of_a_sentence(text: str, expected: str) -> None:
    assert without_names(text, lambda name: name == "Jan Jansen", "[x]") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hugo Boss Portemonnee", "Hugo Boss Portemonnee"),
        ("Kussen, cadeau voor Noor Verhoeven", "Kussen, cadeau voor [x]"),
        ("Name tag: Joris de Boer", "Name tag: [x]"),
        ("beker voor mevrouw de Wit", "beker voor mevrouw [x]"),
    ],
)
def test_what_was_bought_names_people_only_where_it_says_for_whom(text: str, expected: str) -> None:
    assert without_names(text, lambda _: False, "[x]", is_product=True) == expected


@pytest.mark.parametrize(
    ("path", "is_product"),
    [("Lineitem name", True), ("items.item_name", True), ("item.customer_name", False), ("product_owner", False), ("name", False)],
)
def test_a_field_of_what_was_bought_says_nothing_else(path: str, is_product: bool) -> None:
    assert is_of_product(path) == is_product
