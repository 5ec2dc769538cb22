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
        lower(trim(mail_member.status)) as status,
        coalesce(nullif(mail_member.confirmed_at_issue, 'DQ-TS-NULL'), mail_member.opted_in_at_issue) as opt_in_issue,
        coalesce(mail_member.snapshot_date = snapshot.state_date, mail_member.snapshot_date is null) as is_current
    from mail_member
    inner join snapshot on mail_member.source = snapshot.source

),

grouped as (

    select
        source,
        record_key,
        max(list_id) as list_id,
        max(person) as person,
        max(customer_id) as customer_id,
        coalesce(max(status) filter (where is_current and status = 'subscribed'), max(status) filter (where is_current)) as status,
        bool_or(is_current) as is_current,
        count(distinct coalesce(status, '')) filter (where snapshot_date is null) > 1
        and count(distinct file) filter (where snapshot_date is null) > 1 as is_status_disputed,
        max(opt_in_issue) filter (where is_current) as opt_in_issue,
        coalesce(max(file) filter (where is_current and status = 'subscribed'), max(file) filter (where is_current), max(file)) as file,
        coalesce(max(snapshot_date) filter (where is_current), max(snapshot_date)) as snapshot_date,
        list({'file': file, 'row': row, 'status': status} order by file, row) as places
    from current_row
    group by source, record_key, coalesce(record_key, file || chr(31) || row)

)

select
    source,
    record_key,
    list_id,
    person,
    customer_id,
    status,
    is_current,
    is_status_disputed,
    opt_in_issue,
    file,
    snapshot_date,
    list_transform(
        list_filter(
            places,
            lambda place: place.file = grouped.file and (place.status = 'subscribed' or coalesce(grouped.status, '') <> 'subscribed')
        ),
        lambda place: place.row
    ) as rows
from grouped
