"""The entities: what every export and every register becomes, with columns, types, lasting key and the stamps that start a term.

`*_at` is a point in time, `*_on` and `*_date` a local date, `is_*` a boolean; all else is text unless a type is written behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PAIRS = "STRUCT(key VARCHAR, value VARCHAR)[]"
MONEY = "DECIMAL(18, 4)"

CATEGORIES = ("ANA", "CK", "MKT", "CRM", "COR", "FIN", "ACC", "SVC", "SVC-P", "SHIP", "SUP", "DSR")

IDENTIFIERS = (
    "email",
    "email_md5",
    "phone",
    "customer_id",
    "contact_id",
    "account_id",
    "username",
    "client_id",
    "user_id",
    "gclid",
    "order_id",
    "invoice_number",
    "iban",
    "payment_customer_id",
    "person_id",
    "member_id",
    "device_serial",
    "postcode_house_number",
    "name",
)
# Kinds of identifiers that are a key by themselves: names and addresses link nobody.
LINKING_KINDS = tuple(kind for kind in IDENTIFIERS if kind not in ("name", "postcode_house_number"))


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of an entity: its name and DuckDB type."""

    name: str
    type: str

    @property
    def is_stamp(self) -> bool:
        """Whether it is a point in time or a date."""
        return self.type in ("TIMESTAMPTZ", "DATE")

    @property
    def staged(self) -> dict[str, str]:
        """The columns, with types, that staging makes of it: beside a stamp the local dates that it may mean, and its issue."""
        companions = {"first_date": "DATE", "last_date": "DATE", "issue": "VARCHAR"} if self.is_stamp else {}
        return {self.name: self.type, **{f"{self.name}_{end}": kind for end, kind in companions.items()}}


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of record: its columns in order, and what tells one record from another.

    `kind`: export (what systems gave) or register (what people keep, in `registers/` of a workspace).

    `keys` are alternatives (an analytics user has a client_id or a user_id), each of one or more columns; none: no key lasts from
    export to export. `times` start the entity's terms, the first available wins. `ends` are ends and expiries: far-future sentinels
    in them mean 'no end'.
    """

    name: str
    category: str
    columns: tuple[Attribute, ...]
    keys: tuple[tuple[str, ...], ...]
    times: tuple[str, ...]
    ends: frozenset[str]
    kind: str = "export"

    @property
    def key(self) -> tuple[str, ...]:
        """Columns of the lasting key, all alternatives in order; empty when no key lasts."""
        return tuple(column for key in self.keys for column in key)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def header(self) -> tuple[str, ...]:
        """The columns of a register's file: `source` and `record_key` of a hold are not those that every staged row has."""
        return tuple(name.removeprefix("selected_") for name in self.names)

    @property
    def file(self) -> str:
        """A register's file in `registers/`: its name in the plural."""
        return f"{self.name}s.csv"

    @property
    def template(self) -> str:
        """What a new register's file holds: its header."""
        return ",".join(self.header) + "\n"

    def type_of(self, name: str) -> str:
        """DuckDB type of a column. Raises KeyError for a name that the entity doesn't have."""
        return {column.name: column.type for column in self.columns}[name]


def _attribute(word: str) -> Attribute:
    """One word of a column list: its type stands behind a colon, else its name says it."""
    name, _, kind = word.partition(":")
    if kind:
        return Attribute(name, {"PAIRS": PAIRS, "MONEY": MONEY}.get(kind, kind))
    if name.endswith("_at"):
        return Attribute(name, "TIMESTAMPTZ")
    if name.endswith(("_on", "_date")):
        return Attribute(name, "DATE")
    return Attribute(name, "BOOLEAN" if name.startswith("is_") else "VARCHAR")


def _entity(name: str, category: str, columns: str, *, keys: str = "", times: str = "", ends: str = "", kind: str = "export") -> Entity:
    """Alternatives of `keys` are parted by '|', everything else by spaces."""
    return Entity(
        name=name,
        category=category,
        columns=tuple(_attribute(word) for word in columns.split()),
        keys=tuple(tuple(key.split()) for key in keys.split("|") if key),
        times=tuple(times.split()),
        ends=frozenset(ends.split()),
        kind=kind,
    )


def _register(name: str, category: str, columns: str, *, ends: str = "") -> Entity:
    """The first column is the key that lasts."""
    return _entity(name, category, columns, keys=columns.split(maxsplit=1)[0], ends=ends, kind="register")


_ALL = (
    _entity(
        "analytics_event",
        "ANA",
        "event_at event_date event_name client_id user_id session_id page_url referrer_url transaction_id gclid analytics_consent "
        "ads_consent ip browser operating_system country city latitude:DOUBLE longitude:DOUBLE parameters:PAIRS bundle_sequence_id:BIGINT",
        times="event_at event_date",
    ),
    _entity(
        "analytics_user",
        "ANA",
        "client_id user_id first_touch_at last_active_at properties:PAIRS country city",
        keys="client_id|user_id",
        times="last_active_at",
    ),
    _entity(
        "cookie",
        "CK",
        "cookie_name domain client_id provider purpose set_at expires_at max_age_seconds:BIGINT last_seen_at",
        keys="cookie_name domain client_id",
        times="set_at",
        ends="expires_at",
    ),
    _entity(
        "mail_member",
        "MKT",
        "list_id email email_md5 member_id person_id status signup_source opted_in_at opt_in_ip confirmed_at confirm_ip consent_text "
        "unsubscribed_at cleaned_at changed_at first_name last_name phone organisation job_title country region latitude:DOUBLE "
        "longitude:DOUBLE language rating notes tags customer_id",
        keys="list_id email",
    ),
    _entity(
        "mail_activity",
        "MKT",
        "list_id campaign_id email email_md5 kind happened_at is_machine_open is_bot url ip",
        times="happened_at",
    ),
    _entity("mail_send", "MKT", "campaign_id list_id email email_md5 sent_at delivered_at category", times="sent_at"),
    _entity(
        "mail_campaign",
        "MKT",
        "campaign_id title category sent_at has_unsubscribe_link:BOOLEAN is_partner_product",
        keys="campaign_id",
    ),
    _entity(
        "contact",
        "CRM",
        "contact_id customer_id initials first_name name_prefix last_name job_title organisation email previous_email phone street "
        "house_number postcode city country created_at last_contact_at is_lead contract_started_on contract_ended_on inactive_at "
        "birth_date gender notes tags signup_source legal_form kvk_number vat_number iban is_optout_offered",
        keys="contact_id",
        times="contract_ended_on last_contact_at created_at inactive_at",
        ends="contract_ended_on inactive_at",
    ),
    _entity(
        "account",
        "ACC",
        "account_id customer_id contact_id email username phone created_at last_login_at closed_at is_secret_kept",
        keys="account_id",
        times="closed_at last_login_at created_at",
        ends="closed_at",
    ),
    _entity(
        "order",
        "FIN",
        "order_id customer_id email phone name street house_number postcode city country ordered_at campaign_id status total:MONEY "
        "currency",
        keys="order_id",
        times="ordered_at",
    ),
    _entity(
        "invoice",
        "FIN",
        "invoice_number customer_id invoice_date fiscal_year:INTEGER contract_ended_on is_oss is_immovable customer_name "
        "customer_address vat_number amount:MONEY vat:MONEY currency payment_reference paid_at email phone birth_date notes tags",
        keys="invoice_number",
        times="invoice_date",
        ends="contract_ended_on",
    ),
    _entity(
        "payment",
        "FIN",
        "payment_id invoice_number customer_id payment_customer_id paid_at iban account_name amount:MONEY currency",
        keys="payment_id",
        times="paid_at",
    ),
    _entity("service_event", "SVC", "account_id happened_at kind page session_id ip device_id", times="happened_at"),
    _entity(
        "message",
        "COR",
        "message_id customer_id contact_id channel created_at last_message_at closed_at name email phone subject body category",
        keys="message_id",
        times="closed_at last_message_at created_at",
        ends="closed_at",
    ),
    _entity(
        "shipment",
        "SHIP",
        "shipment_id order_id customer_id name street house_number postcode city country phone email carrier shipped_at delivered_at",
        keys="shipment_id",
        times="delivered_at shipped_at",
    ),
    _entity(
        "device",
        "SVC-P",
        "device_id customer_id serial sim_phone driver_name driver_email created_at contract_ended_on",
        keys="device_id",
        times="contract_ended_on",
        ends="contract_ended_on",
    ),
)

_REGISTERS = (
    _register(
        "hold",
        "DSR",
        "hold_id kind reason approver identifier_kind identifier_value selected_source selected_record_key fields period_from:DATE "
        "period_to:DATE starts_on ends_on review_on released_on",
        ends="period_to ends_on review_on released_on",
    ),
    _register(
        "acceptance",
        "DSR",
        "acceptance_id code selected_source max_records:BIGINT owner reason accepted_on accepted_until:DATE",
        ends="accepted_until",
    ),
    _register(
        "request",
        "DSR",
        "request_id right channel received_at identifiers language state id_asked_at id_answered_at id_proof clarification_asked_at "
        "clarification_answered_at verified_at extended_at extension_reason answered_at outcome refusal_reason executed_at closed_at "
        "old_value new_value",
    ),
    _register("objection", "DSR", "objection_id identifier_kind identifier_value kind received_at upheld_at"),
    _register("consent", "DSR", "consent_id identifier_kind identifier_value purpose granted_at withdrawn_at evidence text_version"),
    _register("suppression", "SUP", "suppression_id email_hmac email_md5 added_on scope reason"),
    _register(
        "disclosure",
        "DSR",
        "disclosure_id recipient recipient_kind legal_ground authority disclosed_on customer_id order_id fields",
    ),
    _register("transfer", "DSR", "transfer_id recipient country instrument valid_from:DATE valid_to:DATE sources", ends="valid_to"),
    _register("notice", "DSR", "notice_id request_id kind recipient sent_on"),
    _register("deletion", "DSR", "deletion_id manifest_id executed_at records:BIGINT proof"),
    _register("analytics_setting", "ANA", "property_id event_months:INTEGER user_months:INTEGER is_reset_on_activity timezone"),
)

# What exports become, and what registers become: most code is about the first alone.
ENTITIES: Mapping[str, Entity] = MappingProxyType({entity.name: entity for entity in _ALL})
REGISTERS: Mapping[str, Entity] = MappingProxyType({entity.name: entity for entity in _REGISTERS})
REGISTER_FOLDER = "registers"
RECORDS: Mapping[str, Entity] = MappingProxyType({**ENTITIES, **REGISTERS})
