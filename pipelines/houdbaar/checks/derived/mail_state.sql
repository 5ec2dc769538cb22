-- The state of each member of a mailing list at the as-of date: one row a source and record key.
-- State comes from the newest snapshot made by as-of + grace days, else from the oldest later one (design 3).
-- reads: mail_member | binds: as_of, coverage_grace_days
with

snapshot as (

    select
        source,
        coalesce(
            max(snapshot_date) filter (where snapshot_date <= $as_of + to_days($coverage_grace_days)),
            min(snapshot_date)
        ) as state_date
    from mail_member
    group by source

),

-- Exports without an extraction date can't be put in order: all of them are looked at, and a differing state is not decided.
current_row as (

    select
        mail_member.source,
        mail_member.file,
        mail_member.row,
        mail_member.record_key,
        mail_member.snapshot_date,
        mail_member.list_id,
        person_of(mail_member.email, mail_member.email_md5) as person,
        mail_member.customer_id,
        lower(mail_member.status) as status,
        coalesce(nullif(mail_member.confirmed_at_issue, 'DQ-TS-NULL'), mail_member.opted_in_at_issue) as opt_in_issue,
        coalesce(mail_member.snapshot_date = snapshot.state_date, mail_member.snapshot_date is null) as is_current
    from mail_member
    inner join snapshot on mail_member.source = snapshot.source

)

select
    source,
    record_key,
    max(list_id) as list_id,
    max(person) as person,
    max(customer_id) as customer_id,
    coalesce(max(status) filter (where is_current and status = 'subscribed'), max(status) filter (where is_current)) as status,
    bool_or(is_current) as is_current,
    count(distinct coalesce(status, '')) filter (where is_current) > 1 as is_status_disputed,
    max(opt_in_issue) filter (where is_current) as opt_in_issue,
    max(file) filter (where is_current) as file,
    max(snapshot_date) filter (where is_current) as snapshot_date
from current_row
group by source, record_key
