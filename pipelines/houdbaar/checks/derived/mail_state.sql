-- The state of each member of a mailing list at the as-of date, by the rows of the newest complete snapshot made by as-of + grace days,
-- else of the oldest later one (design 3). A member who is in older or later ones only has is_current false.
-- reads: mail_member, export_file | binds: as_of, coverage_grace_days | kept: until read
with

snapshot as (

    select
        source,
        coalesce(
            max(snapshot_date) filter (where is_complete and snapshot_date <= $as_of + to_days($coverage_grace_days)),
            min(snapshot_date) filter (where is_complete)
        ) as state_date,
        not bool_or(is_complete) as is_incomplete
    from export_file
    where entity = 'mail_member'
    group by source

),

-- Exports without an extraction date can't be put in order: all of them are looked at, and a differing state is not decided.
member as (

    select
        mail_member.source, mail_member.file, mail_member.row, mail_member.record_key, mail_member.snapshot_date, mail_member.list_id,
        person_of(mail_member.email, mail_member.email_md5) as person,
        coalesce(lower(trim(mail_member.status)), '') as status,
        coalesce(mail_member.record_key, mail_member.file || chr(31) || mail_member.row) as group_key,
        case when mail_member.snapshot_date is null then mail_member.file end as undated_file,
        snapshot.is_incomplete,
        mail_member.snapshot_date is null or coalesce(mail_member.snapshot_date = snapshot.state_date, snapshot.is_incomplete) as is_current
    from mail_member
    inner join snapshot on mail_member.source = snapshot.source

),

compared as (

    select
        *,
        bool_or(is_current) over same_member as has_current,
        min(case when is_current then status end) over same_member as first_status,
        max(case when is_current then status end) over same_member as last_status,
        min(case when is_current then coalesce(undated_file, '') end) over same_member as first_export,
        max(case when is_current then coalesce(undated_file, '') end) over same_member as last_export
    from member
    window same_member as (partition by source, group_key)

)

select
    source,
    file,
    row,
    record_key,
    case when not is_current then snapshot_date end as snapshot_date,
    list_id,
    person,
    status,
    is_current,
    is_incomplete,
    first_status <> last_status and first_export <> last_export as is_disputed
from compared
where is_current or not has_current
