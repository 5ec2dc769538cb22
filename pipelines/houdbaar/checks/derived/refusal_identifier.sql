-- What the registers tell of who refused marketing, and the mail addresses that it leads to: one row an identifier and person.
-- act: objection or withdrawal. is_in_scope: it is about marketing at all, and nobody took it back.
-- reads: request, objection, consent, mail_identity, mail_address
with

asked as (

    select
        'request' as entity, case lower(trim("right")) when 'withdrawal' then 'withdrawal' else 'objection' end as act,
        source, file, row, record_key, snapshot_date,
        received_at_first_date as first_date, received_at_last_date as last_date,
        coalesce(lower(trim("right")), '') in ('marketing_objection', 'withdrawal') and coalesce(lower(trim(state)), '') <> 'withdrawn'
            as is_in_scope,
        unnest(string_split(coalesce(identifiers, ''), ';')) as identifier
    from request

),

refusal as (

    select
        entity, act, source, file, row, record_key, snapshot_date, first_date, last_date, is_in_scope,
        lower(trim(regexp_extract(identifier, '^([^=]*)=', 1))) as identifier_kind,
        regexp_replace(identifier, '^[^=]*=', '') as identifier_value
    from asked
    union all
    select
        'objection' as entity, 'objection' as act, source, file, row, record_key, snapshot_date,
        received_at_first_date as first_date, received_at_last_date as last_date,
        coalesce(lower(trim(kind)), '') <> 'situation' as is_in_scope,
        lower(trim(identifier_kind)) as identifier_kind, identifier_value
    from objection
    union all
    select
        'consent' as entity, 'withdrawal' as act, source, file, row, record_key, snapshot_date,
        withdrawn_at_first_date as first_date, withdrawn_at_last_date as last_date,
        coalesce(regexp_matches(lower(trim(purpose)), '^(p-)?(marketing|survey|newsletter|nieuwsbrief)$'), true)
        and coalesce(withdrawn_at_issue, '') not in ('DQ-TS-NULL', 'DQ-TS-SENTINEL') as is_in_scope,
        lower(trim(identifier_kind)) as identifier_kind, identifier_value
    from consent

)

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
