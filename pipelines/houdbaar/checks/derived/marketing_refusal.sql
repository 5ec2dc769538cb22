-- Who refused marketing, and whether the suppression list holds the address: one row an identifier that leads to an address, or one
-- of a refusal that none of its identifiers leads to an address of (person NULL; fault: what has to be done about it).
-- act, is_in_scope: as in refusal_identifier. address_verdict: whether it is known which address is the one of who refused.
-- reads: refusal_identifier, suppression | binds: as_of, inner_pad, outer_pad
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

),

weighed as (

    select
        * replace (is_in_scope and not is_of_visits as is_in_scope),
        case
            when not is_in_scope or is_of_visits then 'OUT_OF_SCOPE'
            when first_date > $as_of then 'NOT_YET'
            when is_placed then 'PASS'
            else 'UNDETERMINED'
        end as address_verdict
    from placed

)

select
    weighed.entity, weighed.act, weighed.source, weighed.file, weighed.row, weighed.record_key, weighed.snapshot_date,
    weighed.is_in_scope, weighed.first_date, weighed.last_date, weighed.person, weighed.address_verdict,
    case
        when weighed.is_placed then null
        when weighed.has_phone then 'a phone number alone names nobody: add the mail address to the register'
        else 'no mail address is known: add it to the register'
    end as fault,
    count(suppression.row) > 0 as is_suppressed
from weighed
left join suppression
    on
        lower(trim(suppression.email_md5)) = weighed.person
        or lower(trim(suppression.email_hmac)) = hmac(weighed.email, $inner_pad, $outer_pad)
where weighed.person is not null or not weighed.is_placed
group by all
