-- Who refused marketing, by request or objection, and whether the suppression list holds the address: one row an identifier.
-- person NULL: no address is known. is_in_scope: it is about marketing at all, and nobody took it back.
-- reads: request, objection, suppression, mail_identity, mail_address | binds: inner_pad, outer_pad
with

asked as (

    select
        'request' as entity, source, file, row, record_key, snapshot_date,
        received_at_first_date as first_date, received_at_last_date as last_date,
        lower(trim("right")) in ('marketing_objection', 'withdrawal') and coalesce(lower(trim(state)), '') <> 'withdrawn' as is_in_scope,
        unnest(string_split(coalesce(identifiers, ''), ';')) as identifier
    from request

),

refusal as (

    select
        entity, source, file, row, record_key, snapshot_date, first_date, last_date, is_in_scope,
        lower(trim(regexp_extract(identifier, '^([^=]*)=', 1))) as identifier_kind,
        regexp_replace(identifier, '^[^=]*=', '') as identifier_value
    from asked
    union all
    select
        'objection' as entity, source, file, row, record_key, snapshot_date,
        received_at_first_date as first_date, received_at_last_date as last_date,
        coalesce(lower(trim(kind)), '') <> 'situation' as is_in_scope,
        lower(trim(identifier_kind)) as identifier_kind, identifier_value
    from objection

),

addressed as (

    select
        refusal.*,
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

)

select
    addressed.entity, addressed.source, addressed.file, addressed.row, addressed.record_key, addressed.snapshot_date,
    addressed.is_in_scope, addressed.first_date, addressed.last_date, addressed.person,
    count(suppression.row) > 0 as is_suppressed
from addressed
left join suppression
    on
        lower(trim(suppression.email_md5)) = addressed.person
        or lower(trim(suppression.email_hmac)) = hmac(addressed.email, $inner_pad, $outer_pad)
group by all
