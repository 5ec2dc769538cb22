-- Whose address is on the suppression list (domain.md 3.5): by the address's MD5, or by its HMAC under the workspace's key.
-- reads: suppression, mail_address | binds: inner_pad, outer_pad, time_zone
with

entry as (

    select
        lower(trim(email_hmac)) as email_hmac,
        lower(trim(email_md5)) as email_md5,
        earliest_moment(cast(null as timestamptz), added_on_first_date, $time_zone) as earliest_at,
        latest_moment(cast(null as timestamptz), added_on_last_date, $time_zone) as latest_at,
        added_on_issue as issue
    from suppression

),

keyed as (

    select entry.email_hmac, mail_address.person
    from entry
    inner join mail_address on entry.email_hmac = hmac(mail_address.email, $inner_pad, $outer_pad)

)

select coalesce(keyed.person, entry.email_md5) as person, entry.earliest_at, entry.latest_at, entry.issue
from entry
left join keyed on entry.email_hmac = keyed.email_hmac
where coalesce(keyed.person, entry.email_md5) is not null
