"""The words that a contract may use: ODCS keys, our customProperties, data categories and how formats are written."""

from __future__ import annotations

FORMATS = ("parquet", "csv", "ndjson", "json", "avro", "excel")
UNITS = ("micros", "millis", "seconds")
ROLES = ("controller", "processor")
PURPOSES = (
    "P-ANALYTICS P-PROFILE P-MARKETING P-SURVEY P-CONTRACT P-COMMS P-BILLING P-FOLLOWUP P-SUPPORT P-VERIFY P-AUTHORITY P-CLAIMS "
    "P-TRAINING P-SERVICE P-IMPROVE P-STABILITY P-DELIVERY P-PROFSERV"
).split()

CONTRACT_KEYS = (
    "apiVersion kind id name version status tenant domain dataProduct tags description servers schema support price team roles "
    "slaDefaultElement slaProperties authoritativeDefinitions customProperties contractCreatedTs context"
).split()
SCHEMA_KEYS = (
    "id name physicalName physicalType logicalType description businessName deprecated synonyms authoritativeDefinitions tags quality "
    "relationships dataGranularityDescription properties customProperties context"
).split()
PROPERTY_KEYS = (
    "id name physicalName physicalType logicalType logicalTypeOptions description businessName deprecated synonyms "
    "authoritativeDefinitions tags primaryKey primaryKeyPosition required unique semanticType partitioned partitionKeyPosition "
    "classification encryptedName transformSourceObjects transformLogic transformDescription examples enum criticalDataElement "
    "relationships quality items properties customProperties"
).split()

CONTRACT_CUSTOM = ("detect", "timezone", "role", "purposes")
SCHEMA_CUSTOM = ("triggers", "structure", "derive", "excludes", "firstOf", "explode", "aggregate", "loadedOn", "category")
PROPERTY_CUSTOM = ("identifier", "unit", "aliases", "kind")
DETECT_KEYS = ("formats", "columns", "path", "preamble", "share")

# Keys of the Fides taxonomy (data categories) that contracts use.
CLASSIFICATIONS = (
    "system.operations user user.account user.account.username user.behavior user.behavior.browsing_history "
    "user.behavior.purchase_history user.contact user.contact.address user.contact.address.city user.contact.address.country "
    "user.contact.address.postal_code user.contact.address.state user.contact.address.street user.contact.email "
    "user.contact.organization user.contact.phone_number user.content user.content.private user.demographic "
    "user.demographic.date_of_birth user.demographic.gender user.demographic.language user.demographic.profile user.device "
    "user.device.cookie user.device.cookie_id user.device.device_id user.device.ip_address user.device.telemetry user.financial "
    "user.financial.bank_account user.government_id user.job_title user.location user.location.imprecise user.location.precise "
    "user.name user.name.first user.name.last user.payment user.privacy_preferences user.telemetry user.unique_id "
    "user.unique_id.pseudonymous"
).split()

# Letters of a JDK date format (ODCS) and what strptime calls them; the longest fits first.
_PATTERNS = (
    ("yyyy", "%Y"),
    ("uuuu", "%Y"),
    ("yy", "%y"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("M", "%-m"),
    ("dd", "%d"),
    ("d", "%-d"),
    ("HH", "%H"),
    ("H", "%-H"),
    ("hh", "%I"),
    ("h", "%-I"),
    ("mm", "%M"),
    ("ss", "%S"),
    ("SSSSSS", "%f"),
    ("SSS", "%g"),
    ("a", "%p"),
    ("XXX", "%z"),
    ("XX", "%z"),
    ("X", "%z"),
    ("xx", "%z"),
    ("Z", "%z"),
)


def strptime_format(pattern: str) -> str | None:
    """A JDK date format such as `dd-MM-yyyy HH:mm` as strptime's `%d-%m-%Y %H:%M`; None when a letter isn't known."""
    found, rest = "", pattern
    while rest:
        known = next(((letters, code) for letters, code in _PATTERNS if _starts(rest, letters)), None)
        if known is not None:
            found, rest = found + known[1], rest[len(known[0]) :]
        elif rest[0] == "'" and "'" in rest[1:]:
            quoted, _, rest = rest[1:].partition("'")
            found += quoted.replace("%", "%%")
        elif rest[0].isalpha() or rest[0] == "'":
            return None
        else:
            found, rest = found + rest[0].replace("%", "%%"), rest[1:]
    return found


def _starts(text: str, letters: str) -> bool:
    """Whether the text starts with exactly these letters: one more of the same would be another pattern."""
    return text.startswith(letters) and not text[len(letters) :].startswith(letters[-1])


def logical_type(kind: str) -> str:
    """The ODCS logical type of an entity's DuckDB type."""
    if kind.endswith("[]"):
        return "array"
    known = {
        "TIMESTAMPTZ": "timestamp",
        "DATE": "date",
        "BOOLEAN": "boolean",
        "BIGINT": "integer",
        "INTEGER": "integer",
        "VARCHAR": "string",
    }
    return known.get(kind, "number")
