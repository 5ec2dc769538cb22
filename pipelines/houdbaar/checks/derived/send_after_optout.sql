-- Sends to people who opted out: one row a send and origin of an opt-out that it may come after.
-- finding: FAIL (certainly later, and nothing renewed the consent), UNDETERMINED (it may be), PASS.
-- The same second is not later; the same day, of a date without a clock time, may be.
-- reads: mail_sent, mail_optout, mail_optin | binds: marketing_unsubscribe_scope, marketing_unsubscribe_grace
with

paired as (

    select
        mail_sent.source,
        mail_sent.file,
        mail_sent.row,
        mail_sent.list_id,
        mail_sent.earliest_at,
        mail_sent.latest_at,
        mail_optout.origin,
        mail_optout.is_certain,
        mail_optout.person,
        mail_optout.earliest_at as optout_earliest_at,
        mail_optout.latest_at as optout_latest_at,
        case
            when mail_optout.is_certain then coalesce(mail_optout.issue, mail_sent.issue, 'DQ-TS-PRECISION')
            else 'the phone number of who refused'
        end as issue,
        coalesce(mail_sent.earliest_at > mail_optout.latest_at + to_seconds(3600 * $marketing_unsubscribe_grace), false)
        and (
            $marketing_unsubscribe_scope = 'global' or mail_optout.list_id is null
            or coalesce(mail_optout.list_id = mail_sent.list_id, false)
        ) as is_later
    from mail_sent
    inner join mail_optout on mail_sent.person = mail_optout.person
    where
        coalesce(mail_sent.kind, '') <> 'service'
        and coalesce(mail_sent.latest_at > mail_optout.earliest_at + to_seconds(3600 * $marketing_unsubscribe_grace), true)
        and (
            $marketing_unsubscribe_scope = 'global' or mail_optout.list_id is null or mail_sent.list_id is null
            or mail_optout.list_id = mail_sent.list_id
        )

),

-- Consent given after the opt-out and before the send, for the send's own list.
renewed as (

    select
        paired.*,
        coalesce(mail_optin.earliest_at > paired.optout_latest_at and mail_optin.latest_at < paired.earliest_at, false) as is_renewed,
        mail_optin.person is not null as is_perhaps_renewed
    from paired
    left join mail_optin
        on
            paired.person = mail_optin.person
            and coalesce(paired.list_id = mail_optin.list_id, true)
            and coalesce(paired.optout_earliest_at < mail_optin.latest_at, true)
            and coalesce(paired.latest_at > mail_optin.earliest_at, true)

),

judged as (

    select
        source, file, row, origin, issue,
        case
            when bool_or(is_renewed) then 'PASS'
            when bool_or(is_perhaps_renewed) or not bool_or(is_later) or not is_certain then 'UNDETERMINED'
            else 'FAIL'
        end as finding
    from renewed
    group by source, file, row, origin, is_certain, issue, optout_earliest_at, optout_latest_at

)

select
    source, file, row, origin,
    arg_min(finding, verdict_rank(finding)) as finding,
    case when arg_min(finding, verdict_rank(finding)) = 'UNDETERMINED' then min(issue) filter (where finding = 'UNDETERMINED') end as reason
from judged
group by source, file, row, origin
