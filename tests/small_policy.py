"""A policy of two promises, and its text: made up, small, quick to load."""

from __future__ import annotations

YAML = """\
id: bakkerij
title: Privacybeleid van een bakkerij
versions:
  - id: "01-03-2023"
    effective_from: 2023-03-01
    text_sha256: 0000000000000000000000000000000000000000000000000000000000000000
categories:
  ANA: web analytics
  MKT: mailing list
purposes:
  P-ANALYTICS: analysis of visits
  P-MARKETING: newsletters
  scope: whom the policy covers
clauses:
  - id: C-1
    section: "2.1"
    anchor: bezoekgegevens bewaren wij
    duty: analytics data at most eighteen months
    category: [ANA]
    purpose: [P-ANALYTICS]
    severity: high
    check: {codes: [RET-ANA-18]}
  - id: C-2
    section: "2.2"
    anchor: uw adres voor onze nieuwsbrief
    duty: newsletters until two years after the last order
    category: [MKT]
    purpose: [P-MARKETING]
    basis: consent
    severity: medium
    check: {codes: [RET-MKT-24]}
  - id: C-3
    section: kop
    anchor: alle klanten
    duty: all customers are covered
    category: [ANA, MKT]
    purpose: [scope]
    severity: info
    check: {manual: "ask whether anybody is left out"}
rules:
  - id: RET-ANA-18
    code: RET-ANA-18
    clause: C-1
    purpose: P-ANALYTICS
    entity: analytics_event
    trigger: event_at
    fallback: event_date
    period: P18M
    action: delete
  - id: RET-MKT-24
    code: RET-MKT-24
    clause: C-2
    purpose: P-MARKETING
    entity: mail_member
    trigger: last_response_at
    period: P2Y
    boundary: exclusive
    severity: low
    action: archive
    assumed: false
defects:
  - code: POL-SOFT-WORD
    place: "2"
    defect: a term is softened
    treatment: read as a maximum
    when: {section: "2", any: [meestal, doorgaans]}
  - code: POL-CONTACT
    place: "3"
    defect: no address is given
    treatment: it has to be set
    knob: policy.dpo_contact
    when: {section: "3", none: ["@"]}
  - code: POL-TRAILER
    place: end
    defect: residue
    treatment: ignored
    when: {trailing: "0"}
  - code: POL-ART22
    place: all of it
    defect: nobody can tell from the words
    treatment: ask
codes:
  RET-ANA-18:
    meaning: analytics data is older than its term
    severity: high
    group: retention
    kind: term
    reads: [analytics_event]
    knobs: [time.zone, time.boundary]
    remediation: delete
  RET-MKT-24:
    meaning: an address is mailable past its term
    severity: high
    severity_for: {MKT: medium}
    group: retention
    kind: term
    reads: [mail_member, consent]
    remediation: archive
  POL-SOFT-WORD: {meaning: a soft word, severity: low, group: policy, kind: text, remediation: review}
  POL-CONTACT: {meaning: no contact, severity: low, group: policy, kind: text, remediation: set it}
  POL-TRAILER: {meaning: residue, severity: info, group: policy, kind: text, remediation: remove it}
  POL-ART22: {meaning: profiling, severity: info, group: policy, kind: text, remediation: review}
  POL-VERSION-STALE: {meaning: no version on file, severity: medium, group: policy, kind: test, remediation: add it}
  POL-VERSION-META: {meaning: no hash, severity: medium, group: policy, kind: test, remediation: add it}
knobs:
  time.zone: {type: zone, default: Europe/Amsterdam, meaning: zone of dates}
  time.boundary:
    type: choice
    choices: [inclusive, exclusive]
    default: inclusive
    meaning: whether the last day is allowed
    refused: {instant: it needs a clock time}
  time.soon_days: {type: integer, default: 30, meaning: days ahead}
  time.future_tolerance: {type: duration, default: 24h, meaning: tolerance}
  time.min_plausible: {type: dates, default: {ANA: 2005-11-14, MKT: 2000-01-01}, meaning: earliest stamps}
  marketing.login_counts: {type: boolean, default: false, meaning: whether logins count}
  suppression.months: {type: integer_or_none, default: none, meaning: months kept}
  statutory.fiscal_year_end: {type: month_day, default: 12-31, meaning: last day of the year}
  statutory.fields: {type: words, default: [amount, vat], meaning: fields of the books}
  dsr.extra_holidays: {type: days, default: [], meaning: further holidays}
  email.domain_aliases: {type: map, default: {}, meaning: equal domains}
  policy.dpo_contact: {type: text, default: null, meaning: contact}
"""

TEXT = """\
01-03-2023

Dit beleid geldt voor alle klanten van de bakkerij.
1. WIE WIJ ZIJN
Wij zijn een bakkerij met een webwinkel.
2. HOE LANG
2.1. BEZOEK
- bezoekgegevens bewaren wij meestal ten
  hoogste achttien maanden na uw bezoek;
- kinderen jonger dan 16 jaar oud volgen wij niet.
2.2. NIEUWSBRIEF
Wij gebruiken uw adres voor onze nieuwsbrief tot 2 jaar na uw laatste bestelling.
3. CONTACT
Schrijf ons een brief.

0
0
"""
