"""Identifiers in one form: which spellings are one, which values give no key (domain.md 4.1, cases I01 and I10)."""

from __future__ import annotations

import string

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from houdbaar.subjects.normalise import (
    EmailRules,
    Phone,
    email_variant,
    is_placeholder,
    is_role_mailbox,
    normalise_address,
    normalise_client_id,
    normalise_email,
    normalise_iban,
    normalise_id,
    normalise_phone,
)

JAN = "jan.jansen@example.com"


@pytest.mark.parametrize(
    "text",
    [
        " Jan.Jansen@Example.COM ",  # case I01
        "Jan Jansen <jan.jansen@example.com>",
        '"Jansen, Jan" <Jan.Jansen@example.com>',
        "<jan.jansen@example.com>",
        "mailto:jan.jansen@example.com",
        "MAILTO:jan.jansen@example.com?subject=vraag",
        "Jan <mailto:jan%2Ejansen@example.com>",
        "'jan.jansen@example.com'",
        "'jan.jansen@example.com",
        "jan.jansen@example.com;",
        "jan.jansen@example.com.",
        "\ufeffjan.jansen@example.com\u200b\xa0",
        "\u202ajan.jansen@example.com\u202c",
        "ｊａｎ.jansen＠ｅｘａｍｐｌｅ.com",
        "jan.jansen@example。com",
    ],
)
def test_spellings_of_one_address_are_one(text: str) -> None:
    assert normalise_email(text) == JAN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "geen",
        "jan",
        "@",
        "jan@",
        "@example.com",
        "jan@@example.com",
        "jan@example",
        "jan jansen@example.com",
        "jan@exam ple.com",
        "jan@example.com; joke@example.com",
        "jan@example.com joke@example.com",
        "jan@@",
        "jan.@example.com",
        ".jan@example.com",
        "jan..jansen@example.com",
        "jan@-example.com",
        "jan@example-.com",
        "jan@exam_ple.com",
        "jan@127.0.0.1",
        "jan@[127.0.0.1]",
        "jan@example.com (Jan)",
        "jan,jansen@example.com",
        f"{'j' * 65}@example.com",
        f"jan@{'a' * 64}.com",
        "jan@example..com",
        "jan@ex‚ample.com",
        "https://jan@example.com",
        "j***@e***",
        "jan%40example.com",
        "<jan@example.com> <joke@example.com>",
    ],
)
def test_what_is_no_address_gives_no_key(text: str) -> None:
    assert normalise_email(text) is None


def test_a_domain_is_compared_in_its_ascii_form() -> None:
    assert normalise_email("jan@BÜCHER.example") == normalise_email("jan@xn--bcher-kva.example") == "jan@xn--bcher-kva.example"
    assert normalise_email("jan@straße.example") != normalise_email("jan@strasse.example")


def test_a_local_part_may_have_letters_of_any_script() -> None:
    assert normalise_email("José@example.com") == "josé@example.com"
    assert normalise_email("jose\u0301@example.com") == "josé@example.com"


def test_tags_and_dots_make_a_difference_unless_the_policy_says_otherwise() -> None:
    assert normalise_email("Jan.Jansen+shop@gmail.com") == "jan.jansen+shop@gmail.com"
    assert normalise_email("Jan+shop@Example.com", EmailRules(strip_plus=True)) == "jan@example.com"
    assert normalise_email("+shop@example.com", EmailRules(strip_plus=True)) == "+shop@example.com"
    assert normalise_email("j.a.n@gmail.com", EmailRules(gmail_dots=True)) == "jan@gmail.com"
    assert normalise_email("j.a.n@example.com", EmailRules(gmail_dots=True)) == "j.a.n@example.com"
    assert normalise_email("Jan@Example.com", EmailRules(fold_local_case=False)) == "Jan@example.com"
    assert normalise_email("jan@voorbeeld.nl", EmailRules(domain_aliases={"voorbeeld.nl": "example.com"})) == "jan@example.com"


def test_a_variant_is_without_tag_and_without_what_gmail_ignores() -> None:
    assert email_variant("j.an+shop@googlemail.com") == email_variant("jan@gmail.com") == "jan@gmail.com"
    assert email_variant("j.an+shop@example.com") == "j.an@example.com"
    assert email_variant(JAN) == JAN


@pytest.mark.parametrize("address", ["info@bedrijf.nl", "Sales@example.com", "no-reply@example.com", "noreply+42@example.com"])
def test_a_functions_mailbox_is_nobodys(address: str) -> None:  # case I10
    assert is_role_mailbox(address)


@pytest.mark.parametrize("address", [JAN, "jan.info@example.com", "info.jansen@example.com", "post-jansen@example.com"])
def test_a_persons_mailbox_is_none_of_a_function(address: str) -> None:
    assert not is_role_mailbox(address)


EMAILS = st.builds(
    lambda local, domain, before, after: f"{before}{local}@{domain}.nl{after}",
    st.text(string.ascii_letters + string.digits + ".+-_é'", min_size=1, max_size=12),
    st.text(string.ascii_letters + string.digits + "-.é", min_size=1, max_size=12),
    st.sampled_from(["", " ", "<", "mailto:", "Jan <"]),
    st.sampled_from(["", " ", ">", ";"]),
)


@given(EMAILS | st.text())
def test_normalising_an_address_twice_is_normalising_it_once(text: str) -> None:
    once = normalise_email(text)
    assert once is None or normalise_email(once) == once


@given(EMAILS)
def test_capitals_make_no_difference_in_an_address(text: str) -> None:
    assert normalise_email(text.upper()) == normalise_email(text.lower()) == normalise_email(text)


SPELLINGS = [
    "0612345678",
    "06-12345678",
    "06 12 34 56 78",
    "06.1234.5678",
    "(06) 12345678",
    "+31612345678",
    "+31 6 12345678",
    "+31 (0)6 12345678",
    "+31(0)6-12345678",
    "0031612345678",
    "0031 (0)6 12345678",
    "00310612345678",
    "+310612345678",
    "31612345678",
    "612345678",
    "612345678.0",
    "tel:+31-6-12345678",
    "Tel. 06-12345678",
    "'0612345678",
    "\u202a06‑12345678\u202c",
    "０６１２３４５６７８",
    " 06 - 12 34 56 78 ",
    "06/12345678",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_spellings_of_one_number_are_one(text: str) -> None:
    assert normalise_phone(text) == Phone("+31612345678", "person")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "+",
        "0",
        "geen",
        "112",
        "06-1234567",
        "06-123456789",
        "+31 6 1234567",
        "6.12346E+8",
        "6,12346E+08",
        "3.16123E+10",
        "0000000000",
        "0031",
        "+31 0 0 0",
        "06-12345678 / 020-7654321",
        "0612345678/0687654321",
        "06-12345678 (werk)",
        "1-800-FLOWERS",
        "2026-10-31",
        "192.168.100.12",
        "475123456789",
        "+0612345678",
        "+999123456",
        "06 1234 567x",
        "0612345678+31612345678",
        "12345678",
    ],
)
def test_what_is_no_number_gives_no_key(text: str) -> None:
    assert normalise_phone(text) is None


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("020-1234567", "+31201234567", "person"),
        ("0970 12345678", "+3197012345678", "device"),
        ("+31 97 0123 45678", "+3197012345678", "device"),
        ("0800-1234", "+318001234", "organisation"),
        ("0900 1234567", "+319001234567", "organisation"),
        ("088 - 123 45 67", "+31881234567", "organisation"),
        ("+31 (0)85 1234567", "+31851234567", "organisation"),
        ("14 020", "+3114020", "organisation"),
        ("140592", "+31140592", "organisation"),
        ("014-1234567", "+31141234567", "person"),
        ("+32 475 12 34 56", "+32475123456", "person"),
        ("0032 (0)475 12 34 56", "+32475123456", "person"),
        ("+39 (0)6 69812345", "+390669812345", "person"),
        ("+49 800 1234567", "+498001234567", "organisation"),
    ],
)
def test_numbers_of_devices_and_organisations_are_told_apart(text: str, value: str, kind: str) -> None:
    assert normalise_phone(text) == Phone(value, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "020-1234567 tst. 12",
        "020-1234567 toestel 12",
        "+31 20 1234567 ext 12",
        "tel:+31201234567;ext=12",
        "020-1234567#12",
        "0201234567x12",
    ],
)
def test_an_extension_is_kept_apart(text: str) -> None:
    assert normalise_phone(text) == Phone("+31201234567", "person", "12")


DUTCH = st.builds(
    lambda start, first, rest, signs: start + first + "".join(digit + sign for digit, sign in zip(rest, signs, strict=True)),
    st.sampled_from(["0", "+31", "0031", "31", "+31(0)", "+31 0", "0031 (0)", "31(0)", "(0)", ""]),
    st.sampled_from("123456789"),
    st.lists(st.sampled_from(string.digits), min_size=8, max_size=8),
    st.lists(st.sampled_from(["", "", "", " ", "-", ".", "/"]), min_size=8, max_size=8),
)


@given(DUTCH)
@example("319000000")
def test_the_short_way_for_dutch_numbers_agrees_with_the_library(text: str) -> None:
    number = phonenumbers.parse(text, "NL")
    found = normalise_phone(text)
    assert found is not None
    assert found.value == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert phonenumbers.is_possible_number(number)


@given(st.text("0123456789 +-()./x#E,", max_size=16) | DUTCH | st.text())
def test_normalising_a_number_twice_is_normalising_it_once(text: str) -> None:
    once = normalise_phone(text)
    assert once is None or normalise_phone(once.value) == Phone(once.value, once.kind)


@given(st.from_regex(r"[1-7][0-9]{0,11}", fullmatch=True).filter(lambda digits: not digits.startswith("140")))
def test_nine_digits_are_a_dutch_number_and_no_others(digits: str) -> None:
    assert [normalise_phone(start + digits) is not None for start in ("+31", "0031", "0")] == [len(digits) == 9] * 3


@pytest.mark.parametrize(
    "text", ["NL91 ABNA 0417 1643 00", "nl91abna0417164300", "IBAN: NL91ABNA0417164300", "NL91.ABNA.0417.1643.00", "\xa0NL91ABNA0417164300"]
)
def test_spellings_of_one_account_are_one(text: str) -> None:
    assert normalise_iban(text) == "NL91ABNA0417164300"


def test_an_account_needs_right_check_digits_and_in_the_netherlands_eighteen_signs() -> None:
    assert normalise_iban("DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert normalise_iban("NL91ABNA0417164301") is None
    assert normalise_iban("NL94370400440532013000") is None  # right check digits, wrong length
    assert normalise_iban("417164300") is None
    assert normalise_iban("") is None


@given(st.integers(0, 9_999_999_999), st.integers(1, 17), st.integers(1, 9))
def test_one_wrong_digit_in_an_account_is_noticed(number: int, place: int, shift: int) -> None:
    bank = f"ABNA{number:010}"
    check = 98 - int("".join(str(int(sign, 36)) for sign in bank + "NL00")) % 97
    iban = f"NL{check:02}{bank}"
    assert normalise_iban(iban) == iban
    if iban[place].isdigit():
        assert normalise_iban(iban[:place] + str((int(iban[place]) + shift) % 10) + iban[place + 1 :]) is None


@pytest.mark.parametrize(
    ("postcode", "house_number"),
    [
        ("1234AB", "12A"),
        ("1234 ab", "12-a"),
        ("1234AB", "12 A"),
        (" 1234 Ab ", "012 a"),
        ("NL-1234 AB", "12/a"),
        ("1234AB 12a", ""),
        ("", "1234AB, 12 A"),
    ],
)
def test_spellings_of_one_address_by_post_are_one(postcode: str, house_number: str) -> None:
    assert normalise_address(postcode, house_number) == "1234AB 12A"


def test_an_addition_of_digits_is_no_part_of_the_number() -> None:
    assert normalise_address("1234AB", "12-2") == normalise_address("1234AB", "12 2") == "1234AB 12-2"
    assert normalise_address("1234AB", "122") == "1234AB 122"
    assert normalise_address("1234AB", "12.0") == "1234AB 12"


@pytest.mark.parametrize(
    ("postcode", "house_number"),
    [
        ("0123AB", "1"),
        ("1234SA", "1"),
        ("1234SD", "1"),
        ("1234SS", "1"),
        ("2000", "12"),
        ("1234AB", ""),
        ("", "12"),
        ("1234AB", "0"),
        ("1234AB", "a"),
        ("", ""),
    ],
)
def test_what_is_no_dutch_address_gives_no_key(postcode: str, house_number: str) -> None:
    assert normalise_address(postcode, house_number) is None


@given(
    st.integers(1000, 9999),
    st.text("ABCDEFGHJKLMNPRTUVWXZ", min_size=2, max_size=2),
    st.integers(1, 99999),
    st.sampled_from(["", "A", "bis", "-2", " III"]),
)
def test_normalising_an_address_by_post_twice_is_normalising_it_once(digits: int, letters: str, number: int, addition: str) -> None:
    once = normalise_address(f"{digits} {letters}", f"{number}{addition}")
    assert once is not None
    assert normalise_address(once, "") == normalise_address(*once.split(" ")) == once
    assert normalise_address(f"{digits}{letters.lower()}", f"{number}{addition.lower()}") == once


def test_ids_are_exact_but_for_what_stands_around_them() -> None:
    assert normalise_client_id("GA1.2.1234567890.1577836800") == normalise_client_id(" 1234567890.1577836800 ") == "1234567890.1577836800"
    assert normalise_id(" K-1001\ufeff") == "K-1001"
    assert normalise_id("k-1001") == "k-1001"
    assert normalise_id("12e5") == "12e5"


@pytest.mark.parametrize("text", ["", " ", "-", "null", "(not set)", "n.v.t.", "5.26526E+17", "********"])
def test_nothing_and_lost_digits_are_no_id(text: str) -> None:
    assert normalise_id(text) is None
    assert normalise_client_id(text) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "test@example.com"),
        ("email", "noreply@example.com"),
        ("email", "Geen@voorbeeld.nl"),
        ("email", "x@x.nl"),
        ("email", "xxx@xxx.nl"),
        ("email", "deleted@site.invalid"),
        ("phone", "0612345678"),
        ("phone", "+31612345678"),
        ("phone", "0000000000"),
        ("phone", "06-00000000"),
        ("phone", "+31699999999"),
        ("phone", "0123456789"),
        ("postcode_house_number", "1234AB 1"),
        ("postcode_house_number", "0000 AA 1"),
        ("name", "Test Test"),
        ("name", "onbekend"),
        ("customer_id", "0"),
        ("customer_id", "guest"),
        ("iban", ""),
        ("phone", "***"),
    ],
)
def test_what_people_type_to_get_past_a_form_is_a_placeholder(kind: str, value: str) -> None:
    assert is_placeholder(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", JAN),
        ("email", "testa@example.com"),
        ("email", "info@example.com"),
        ("email", "j@jansen.nl"),
        ("phone", "06-00001234"),
        ("phone", "+31201234567"),
        ("postcode_house_number", "1234AB 12"),
        ("postcode_house_number", "1011AB 1"),
        ("name", "Jan Jansen"),
        ("name", "Joke Klant"),
        ("customer_id", "K-1001"),
        ("customer_id", "100"),
        ("iban", "NL91ABNA0417164300"),
    ],
)
def test_what_somebody_may_have_is_no_placeholder(kind: str, value: str) -> None:
    assert not is_placeholder(kind, value)
