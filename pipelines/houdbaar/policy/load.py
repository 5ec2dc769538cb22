"""Load a policy file, refusing whatever it can't understand: all problems at once, each with its line and the nearest right word."""

import re
from hashlib import sha256
from pathlib import Path

from houdbaar import resources
from houdbaar.errors import PolicyError
from houdbaar.policy import parts
from houdbaar.policy.located import Item, Reader
from houdbaar.policy.model import Policy
from houdbaar.policy.words import nearest

_LARGEST_BYTES = 4_000_000
_REQUIRED = ("id", "versions", "categories", "purposes", "clauses", "rules", "codes", "knobs")


def load_policy(name_or_path: str | Path = "twingatrack") -> Policy:
    """The checked policy of a packaged name ('twingatrack') or a file. Raises PolicyError: `file:line: what`, a line for each problem."""
    origin, content = _content(name_or_path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError(f"{origin}:{line}: the file isn't UTF-8: save it as UTF-8") from None
    return read_policy(text, origin)


def read_policy(text: str, origin: str) -> Policy:
    """The checked policy written in `text`; messages call the file `origin`. Raises PolicyError."""
    reader = Reader(origin)
    top = reader.fields(reader.parse(text), "a policy", _REQUIRED, optional=("title", "defects"))
    if not all(key in top for key in _REQUIRED):
        reader.finish()
    policy = _policy(reader, top, sha256(text.encode()).hexdigest())
    reader.finish()
    return policy


def _policy(reader: Reader, top: dict[str, Item], digest: str) -> Policy:
    """The policy; whatever is wrong in it is left with the reader."""
    names = parts.collect_names(reader, top)
    listed = [parts.read_clause(reader, names, item) for item in reader.entries(top["clauses"], "clauses")]
    clauses = {clause.id: clause for clause in listed}
    listing = parts.codes_by_clause(listed)
    codes = {name: parts.read_code(reader, names, name, item, listing) for name, item in reader.mapping(top["codes"], "codes").items()}
    rules = [parts.read_rule(reader, names, item, codes, clauses) for item in reader.entries(top["rules"], "rules")]
    knobs = {name: parts.read_knob(reader, name, item) for name, item in reader.mapping(top["knobs"], "knobs").items()}
    defects = reader.entries(top["defects"], "defects") if "defects" in top else []
    return Policy(
        id=reader.text(top["id"], "id"),
        title=reader.text(top.get("title"), "title"),
        origin=reader.origin,
        digest=digest,
        versions=parts.read_versions(reader, names, top["versions"]),
        categories=parts.read_meanings(reader, top["categories"], "categories"),
        purposes=parts.read_meanings(reader, top["purposes"], "purposes"),
        clauses=clauses,
        rules={rule.id: rule for rule in rules},
        defects=tuple(parts.read_defect(reader, names, item) for item in defects),
        codes=codes,
        knobs=knobs | {knob.name: knob for rule in rules for knob in parts.own_knobs(rule)},
    )


def _content(name_or_path: str | Path) -> tuple[str, bytes]:
    """What messages call the file, and its bytes."""
    if isinstance(name_or_path, str) and re.fullmatch(r"[\w-]+", name_or_path):
        return _packaged(name_or_path)
    path = Path(name_or_path)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise PolicyError(f"{path}: too large for a policy file")
        return str(path), path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this is no usable path"
        raise PolicyError(f"{path}: the policy file can't be read: {why}") from None


def _packaged(name: str) -> tuple[str, bytes]:
    known = [file.removesuffix(".yaml") for file in resources.names("policy") if file.endswith(".yaml")]
    if name not in known:
        near = nearest(name, known)
        raise PolicyError(f'no packaged policy is called "{name}"' + (f' — did you mean "{near}"?' if near else ": give a path instead"))
    return f"{name}.yaml", resources.read_bytes(f"policy/{name}.yaml")
