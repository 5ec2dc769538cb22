-- DSR-REFUSAL: a request that was refused on its form or for lack of detail, or without a reason
-- clause: C-81-2 | grain: record | entity: request | reads: request | binds: as_of
-- The person may be asked to say more, and need not; no form, letter or signature may be demanded.
with

read as (

    select
        *,
        'refused' in (lower(trim(state)), lower(trim(outcome))) as is_refused,
        regexp_matches(
            lower(refusal_reason),
            '\b(forms?|formulier(en)?|details?|unspecific|specif\w*|unclear|vague|onduidelijk|vaag|incomplete|onvolledig|in writing'
            || '|schriftelijk|per post|letter|brief|channel|kanaal|signatures?|signed|handtekening|ondertekend)\b'
        ) as is_on_form
    from request

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'refusal_reason' as field,
    case
        when is_refused is not true then 'OUT_OF_SCOPE'
        when answered_at_first_date > $as_of then 'NOT_YET'
        when refusal_reason is null or is_on_form then 'FAIL'
        else 'PASS'
    end as verdict,
    case when is_refused and refusal_reason is null then 'no reason' when is_refused and is_on_form then 'on its form' end as reason,
    'review' as action,
    'answered_at' as trigger_column,
    answered_at_first_date as first_trigger,
    answered_at_last_date as last_trigger
from read
