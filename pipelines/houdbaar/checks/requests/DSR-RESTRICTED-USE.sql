-- DSR-RESTRICTED-USE: marketing sent to a person whose data is restricted, and may only be stored
-- clause: C-61-6 | grain: month | judges: sends | entity: mail_send | requires: hold | reads: mail_sent, hold_state, hold, mail_identity
with

-- A restriction lasts until it is lifted (C-61-6): a review date that passed, or a reason that nobody wrote down, doesn't lift it.
restriction as (

    select
        case hold_state.identifier_kind
            when 'email' then person_of(hold_state.identifier_value, null)
            when 'email_md5' then lower(trim(hold_state.identifier_value))
            else mail_identity.person
        end as person,
        coalesce(hold_state.starts_on, hold.starts_on_first_date, date '0001-01-01') as first_day,
        coalesce(hold_state.starts_on, hold.starts_on_last_date, date '9999-12-31') as started_by,
        least(hold.ends_on_first_date, hold.released_on_first_date - 1, date '9999-12-31') as lasts_to,
        least(hold.ends_on_last_date, hold.released_on_last_date, date '9999-12-31') as last_day
    from hold_state
    inner join hold on hold_state.source = hold.source and hold_state.file = hold.file and hold_state.row = hold.row
    left join mail_identity
        on
            hold_state.identifier_kind = mail_identity.kind
            and identifier_key(hold_state.identifier_kind, hold_state.identifier_value) = mail_identity.value
    where hold_state.kind = 'restriction'

),

met as (

    select
        mail_sent.source, mail_sent.file, mail_sent.row,
        coalesce(bool_or(
            mail_sent.first_date > restriction.started_by and mail_sent.last_date <= restriction.lasts_to
        ), false) as is_certain,
        coalesce(bool_or(
            mail_sent.last_date >= restriction.first_day and mail_sent.first_date <= restriction.last_day
        ), true) as is_possible,
        max(mail_sent.issue) as issue
    from mail_sent
    inner join restriction on mail_sent.person = restriction.person
    group by mail_sent.source, mail_sent.file, mail_sent.row

)

select
    mail_sent.source,
    mail_sent.file,
    mail_sent.row,
    'suppress' as action,
    case when met.is_certain then 'FAIL' when met.is_possible then 'UNDETERMINED' else 'PASS' end as verdict,
    case when met.is_possible and not met.is_certain then coalesce(met.issue, 'DQ-TS-PRECISION') end as reason
from mail_sent
left join met on mail_sent.source = met.source and mail_sent.file = met.file and mail_sent.row = met.row
