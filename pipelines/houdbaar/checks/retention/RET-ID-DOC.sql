-- RET-ID-DOC: copy of an identity document kept after the check that it was for
-- clause: C-23-9 | grain: record | entity: request | reads: request | binds: as_of, last_overdue_date, last_due_date
-- id_proof says what proved the identity; a copy that has been destroyed is none. Until the check, a copy may be there.
with

proven as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        verified_at_first_date,
        verified_at_last_date,
        verified_at_issue,
        verified_at_issue = 'DQ-TS-NULL' and answered_at_issue = 'DQ-TS-NULL' and closed_at_issue = 'DQ-TS-NULL' as is_awaited
    from request
    where
        is_proof_copy(id_proof)
        and not regexp_matches(regexp_replace(lower(id_proof), '(niet|not)( \w+)? (vernietigd|destroyed)', ''), 'destroyed|vernietigd')

),

judged as (

    select
        *,
        case
            when is_awaited then 'WITHIN'
            else term_verdict(verified_at_first_date, verified_at_last_date, $as_of, $last_overdue_date, $last_due_date)
        end as verdict
    from proven

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'id_proof' as field,
    verdict,
    term_reason(verdict, verified_at_issue) as reason,
    term_confidence(verdict, coalesce(verified_at_first_date = verified_at_last_date, false)) as confidence,
    'verified_at' as trigger_column,
    verified_at_first_date as first_trigger,
    verified_at_last_date as last_trigger
from judged
