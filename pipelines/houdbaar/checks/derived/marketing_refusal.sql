-- Who refused marketing, and whether the suppression list holds the address: one row an identifier that leads to an address, or one
-- of a refusal that none of its identifiers leads to an address of (person NULL; fault: what has to be done about it).
-- act, is_in_scope: as in refusal_identifier.
-- reads: refusal_identifier, suppression | binds: inner_pad, outer_pad
with

-- What is known of the whole refusal. A withdrawal by the ids of a website is about cookies, not about mail.
placed as (

    select
        *,
        bool_or(person is not null) over same_refusal as is_placed,
        bool_or(identifier_kind = 'phone') over same_refusal as has_phone,
        act = 'withdrawal'
        and bool_and(coalesce(identifier_kind in ('client_id', 'user_id', 'gclid'), false)) over same_refusal as is_of_visits
    from refusal_identifier
    window same_refusal as (partition by entity, source, file, row)

)

select
    placed.entity, placed.act, placed.source, placed.file, placed.row, placed.record_key, placed.snapshot_date,
    placed.is_in_scope and not placed.is_of_visits as is_in_scope, placed.first_date, placed.last_date, placed.person,
    case
        when placed.is_placed then null
        when placed.has_phone then 'a phone number alone names nobody: add the mail address to the register'
        else 'no mail address is known: add it to the register'
    end as fault,
    count(suppression.row) > 0 as is_suppressed
from placed
left join suppression
    on
        lower(trim(suppression.email_md5)) = placed.person
        or lower(trim(suppression.email_hmac)) = hmac(placed.email, $inner_pad, $outer_pad)
where placed.person is not null or not placed.is_placed
group by all
