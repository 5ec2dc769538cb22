-- DSR-SUPPRESSION-LOST: the suppression list doesn't hold the address of a person who refused marketing
-- clause: C-61-4 | grain: record | entity: request | requires: suppression | reads: request, suppression, mail_identity, mail_address
-- binds: as_of, inner_pad, outer_pad
with

named as (

    select
        source, file, row, record_key, snapshot_date, "right", state, received_at_first_date, received_at_last_date,
        unnest(string_split(coalesce(identifiers, ''), ';')) as identifier
    from request

),

refusal as (

    select
        source, file, row, record_key, snapshot_date, received_at_first_date as first_date, received_at_last_date as last_date,
        lower(trim("right")) in ('marketing_objection', 'withdrawal') and coalesce(lower(trim(state)), '') <> 'withdrawn' as is_in_scope,
        lower(trim(regexp_extract(identifier, '^([^=]*)=', 1))) as identifier_kind,
        regexp_replace(identifier, '^[^=]*=', '') as identifier_value
    from named

),

addressed as (

    select
        refusal.source, refusal.file, refusal.row, refusal.record_key, refusal.snapshot_date, refusal.first_date, refusal.last_date,
        refusal.is_in_scope,
        case refusal.identifier_kind
            when 'email' then person_of(refusal.identifier_value, null)
            when 'email_md5' then lower(trim(refusal.identifier_value))
            else mail_identity.person
        end as person,
        case when refusal.identifier_kind = 'email' then normalised_email(refusal.identifier_value) else mail_address.email end as email
    from refusal
    left join mail_identity
        on
            refusal.identifier_kind = mail_identity.kind
            and identifier_key(refusal.identifier_kind, refusal.identifier_value) = mail_identity.value
    left join mail_address
        on mail_address.person = coalesce(mail_identity.person, identifier_key(refusal.identifier_kind, refusal.identifier_value))

),

met as (

    select
        addressed.source, addressed.file, addressed.row, addressed.record_key, addressed.snapshot_date, addressed.is_in_scope,
        addressed.first_date, addressed.last_date, addressed.person,
        count(suppression.row) > 0 as is_suppressed
    from addressed
    left join suppression
        on
            lower(trim(suppression.email_md5)) = addressed.person
            or lower(trim(suppression.email_hmac)) = hmac(addressed.email, $inner_pad, $outer_pad)
    group by all

)

select
    source, file, row, record_key, snapshot_date,
    case
        when not is_in_scope then 'OUT_OF_SCOPE'
        when first_date > $as_of then 'NOT_YET'
        when is_suppressed then 'PASS'
        when person is null then 'UNDETERMINED'
        else 'FAIL'
    end as verdict,
    case when person is null and is_in_scope then 'no address is known' end as reason,
    'suppress' as action, 'received_at' as trigger_column, first_date as first_trigger, last_date as last_trigger
from met
