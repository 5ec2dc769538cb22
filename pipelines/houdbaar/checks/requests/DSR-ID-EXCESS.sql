-- DSR-ID-EXCESS: proof of identity that is more than any doubt needs, as a full copy of an identity document
-- clause: C-81-2 | grain: record | entity: request | reads: request | binds: as_of
-- id_proof says what was asked, in free words. A copy is full unless it says what was hidden, and "without hiding anything" hides nothing;
-- a marketing objection needs no proof at all. Words that don't say what was asked are no pass.
with

read as (

    select
        *,
        lower(trim("right")) = 'marketing_objection' and id_asked_at_first_date <= $as_of as is_needless,
        is_proof_copy(id_proof) as is_copy,
        is_proof_bare(id_proof) as is_bare,
        is_proof_hidden(id_proof) as is_hidden,
        is_proof_seen(id_proof) as is_seen,
        is_proof_number(id_proof) as is_number,
        is_proof_document(id_proof) as is_document,
        is_proof_small(id_proof) as is_small
    from request

),

judged as (

    select
        *,
        case
            when received_at_first_date > $as_of then 'NOT_YET'
            when is_needless then 'FAIL'
            when id_proof is null then 'OUT_OF_SCOPE'
            when is_bare and (is_copy or is_document or is_number) then 'FAIL'
            when (is_copy or is_number) and not is_hidden then 'FAIL'
            when is_hidden or is_seen then 'PASS'
            when is_document or not is_small then 'UNDETERMINED'
            else 'PASS'
        end as verdict
    from read

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'id_proof' as field,
    verdict,
    case
        when is_needless then 'a marketing objection needs no proof'
        when verdict = 'UNDETERMINED' and is_document then 'whether a copy was asked is not said'
        when verdict = 'UNDETERMINED' then 'what was asked is not said'
    end as reason,
    'review' as action
from judged
