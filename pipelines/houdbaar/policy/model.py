"""The policy as data: versions, clauses, rules, codes, defects of its text, knobs. `houdbaar.policy.load` reads and checks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from houdbaar.errors import PolicyError
from houdbaar.policy.calendar import Boundary, Period, Term
from houdbaar.policy.knobs import Knob, KnobValue
from houdbaar.policy.words import ALL, unknown


@dataclass(frozen=True, slots=True)
class Version:
    """A text of the policy: the first local date on which it holds, and the SHA-256 of its text (None when not recorded).

    `periods`: the rules (by id) whose period differs in this version from what the rule says.
    """

    id: str
    effective_from: date
    text_sha256: str | None = None
    periods: Mapping[str, Period] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """How a clause is checked: by `codes`, by a person (`manual`: what to check) or not at all (`none`: why). One of the three."""

    codes: tuple[str, ...] = ()
    manual: str | None = None
    none: str | None = None

    @property
    def kind(self) -> str:
        """`codes`, `manual` or `none`."""
        return "codes" if self.codes else "manual" if self.manual else "none"

    @property
    def reason(self) -> str | None:
        """What a person checks, or why nobody does; None when codes check it."""
        return self.manual or self.none


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise: where it stands (`anchor`: literal words of the text), what it says in our words, and how it is checked."""

    id: str
    section: str
    anchor: str
    duty: str
    category: tuple[str, ...]
    purpose: tuple[str, ...]
    basis: str | None
    severity: str
    check: Check

    def is_about(self, category: str) -> bool:
        """Whether it promises something of a kind of data, such as 'ANA'."""
        return ALL in self.category or category in self.category


@dataclass(frozen=True, slots=True)
class Rule:
    """One term on one entity for one purpose. `fallback` is read where the trigger is NULL; `severity` is its own or its code's.

    `term_clause` is the clause whose words hold the period, where that isn't the rule's own. `period` stands in the policy, or the
    knob `period_knob` gives it in months (days or years, where its name ends so).
    """

    id: str
    code: str
    clause: str
    term_clause: str
    purpose: str
    entity: str
    trigger: str
    fallback: str | None
    period: Period | None
    period_knob: str | None
    boundary: Boundary | None
    severity: str
    action: str
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Code:
    """A finding code. kind: term, test (pass or FAIL), reason (why a record is UNDETERMINED), text (a defect of the policy's text)."""

    code: str
    meaning: str
    severity: str
    severity_for: Mapping[str, str]
    group: str
    kind: str
    reads: tuple[str, ...]
    knobs: tuple[str, ...]
    remediation: str
    clauses: tuple[str, ...]

    def severity_in(self, category: str) -> str:
        """The severity for a kind of data, such as 'ANA'."""
        return self.severity_for.get(category, self.severity)


@dataclass(frozen=True, slots=True)
class When:
    """What shows a defect in the text: words of which any, all or none occur (in a section or a clause's passage), or a trailing line."""

    section: str | None = None
    clause: str | None = None
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    trailing: str | None = None


@dataclass(frozen=True, slots=True)
class Defect:
    """A flaw of the policy's text. Setting `knob` settles it; without `when` it is a judgement that no look at the text can confirm."""

    code: str
    place: str
    defect: str
    treatment: str
    knob: str | None = None
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A checked policy. Versions ascend by date; the other parts are by id, in the file's order. `digest` is the file's SHA-256."""

    id: str
    title: str
    origin: str
    digest: str
    versions: tuple[Version, ...]
    categories: Mapping[str, str]
    purposes: Mapping[str, str]
    clauses: Mapping[str, Clause]
    rules: Mapping[str, Rule]
    defects: tuple[Defect, ...]
    codes: Mapping[str, Code]
    knobs: Mapping[str, Knob]
    settings: Mapping[str, KnobValue] = field(default_factory=dict)

    def version_at(self, as_of: date) -> Version | None:
        """The version in force on `as_of`; None before the first one (then no verdict may be given)."""
        in_force = [version for version in self.versions if version.effective_from <= as_of]
        return in_force[-1] if in_force else None

    def rules_of(self, code: str) -> tuple[Rule, ...]:
        """The rules whose findings carry `code`, in the file's order."""
        return tuple(rule for rule in self.rules.values() if rule.code == code)

    def period(self, rule: Rule) -> Period:
        """The rule's period, where no version of the policy says otherwise; a what-if's own comes before all of them."""
        if (own := self._what_if(rule)) is not None:
            return own
        return rule.period or Period() if rule.period_knob is None else self.knob_period(rule.period_knob)

    def _what_if(self, rule: Rule) -> Period | None:
        """The term that a what-if supposes for a rule."""
        name = f"rules.{rule.id}.period"
        own: Period | None = self.knob(name) if name in self.knobs else None
        return own

    def knob_period(self, name: str) -> Period:
        """The time that a knob counts: in days or years where its name ends so, else in months."""
        count = self.knob(name)
        if name.endswith("days"):
            return Period(days=count)
        return Period(months=12 * count if name.endswith("years") else count)

    @property
    def period_knobs(self) -> tuple[str, ...]:
        """The knobs that count days, months or years; some may be unset: no limit."""
        return tuple(
            knob.name
            for knob in self.knobs.values()
            if knob.type in ("integer", "integer_or_none") and knob.name.endswith(("days", "months", "years"))
        )

    def term(self, rule: Rule, as_of: date) -> Term:
        """The rule's term by the versions that have begun by `as_of`; with policy.longer_terms = apply only the newest one counts."""
        begun = [version for version in self.versions if version.effective_from <= as_of] or self.versions[:1]
        if (own := self._what_if(rule)) is not None:
            return Term(((begun[0].effective_from, own),))
        if "policy.longer_terms" in self.knobs and self.knob("policy.longer_terms") == "apply":
            begun = begun[-1:]
        return Term(tuple((version.effective_from, version.periods.get(rule.id, self.period(rule))) for version in begun))

    def boundary(self, rule: Rule) -> Boundary:
        """Whether the rule's last permitted day is still allowed: its own knob, else its own setting, else time.boundary."""
        own: Boundary | None = self.knob(f"rules.{rule.id}.boundary") or rule.boundary
        general: Boundary = self.knob("time.boundary")
        return own or general

    def knob(self, name: str) -> KnobValue:
        """The knob's value: str, int, bool, timedelta, tuple, dict or None as its type says. Raises PolicyError if there is none."""
        return self.settings[name] if name in self.settings else self._known(name).default

    def with_knobs(self, values: Mapping[str, object]) -> "Policy":
        """The policy with these knobs set (from TOML, or as text). Raises one PolicyError for all wrong names and values."""
        settings, problems = dict(self.settings), []
        for name, value in values.items():
            try:
                settings[name] = self._known(name).parse(value)
            except PolicyError as error:
                problems.append(str(error))
            except ValueError as error:
                problems.append(f"knob {name}: {error}")
        if problems:
            raise PolicyError("\n".join(problems))
        return replace(self, settings=settings)

    def changed_knobs(self) -> dict[str, object]:
        """The knobs whose value differs from the default, sorted, as JSON can hold them."""
        changed = {name: value for name, value in sorted(self.settings.items()) if value != self.knobs[name].default}
        return {name: self.knobs[name].shown(value) for name, value in changed.items()}

    def _known(self, name: str) -> Knob:
        if name not in self.knobs:
            raise PolicyError(unknown("knob", name, self.knobs))
        return self.knobs[name]
