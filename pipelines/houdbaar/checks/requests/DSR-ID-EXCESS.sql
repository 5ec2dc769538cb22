-- DSR-ID-EXCESS: proof of identity that is more than any doubt needs, as a full copy of an identity document
-- clause: C-81-2 | grain: record | entity: request | reads: request | binds: as_of
-- id_proof says what was asked, in free words. A copy is full unless it says what was hidden; a marketing objection needs no proof at all.
with

read as (

    select
        *,
        lower(trim("right")) = 'marketing_objection' and id_asked_at_first_date <= $as_of as is_needless,
        regexp_matches(lower(id_proof), 'copy|copies|kopie|scan|photo|foto') as is_copy,
        regexp_matches(lower(id_proof), 'redact|masked|hidden|covered|crossed|afge|onleesbaar|zwart|gelakt|kopieid') as is_redacted,
        regexp_matches(lower(id_proof), 'without|zonder|geen|no copy|not copied|niet gekopieerd|visual|shown|getoond|inzage')
            as is_looked_at,
        regexp_matches(
            lower(id_proof),
            'passport|paspoort|identity (card|document)|\bid[- _]?(card|kaart)\b|identiteits|legitimatie|rijbewijs|driving|driver'
        ) as is_document,
        regexp_matches(lower(id_proof), '\bbsn\b|citizen service number|burgerservicenummer') as is_number
    from request

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'id_proof' as field,
    case
        when received_at_first_date > $as_of then 'NOT_YET'
        when is_needless then 'FAIL'
        when id_proof is null then 'OUT_OF_SCOPE'
        when is_redacted or is_looked_at then 'PASS'
        when is_copy or is_number then 'FAIL'
        when is_document then 'UNDETERMINED'
        else 'PASS'
    end as verdict,
    case
        when is_needless then 'a marketing objection needs no proof'
        when is_redacted or is_looked_at then null
        when is_copy or is_number then null
        when is_document then 'whether a copy was asked is not said'
    end as reason,
    'review' as action
from read
