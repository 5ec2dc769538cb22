-- Records of earlier plans: are they in the newest export of their source, in an older one, or in another source?
-- Archived members, and those who can't be mailed, are gone from a list for a plan to archive; of emptied fields only these are looked at.
-- reads: follow_line, holder, export_file | binds: entity
with

newest as (

    select source, max(snapshot_date) filter (where is_complete) as newest_date
    from export_file
    where entity = $entity
    group by source

),

held as (

    select
        holder.source, holder.identity, holder.status, holder.filled,
        coalesce(holder.snapshot_date >= newest.newest_date, true) as is_current
    from holder
    left join newest on holder.source = newest.source

),

matched as (

    select
        follow_line.number, follow_line.records,
        held.source = follow_line.source and held.is_current as is_here,
        case
            when follow_line.is_archive then coalesce(held.status, '') not in ('archived', 'unsubscribed', 'cleaned')
            when follow_line.fields <> [] then list_has_any(held.filled, follow_line.fields)
            else true
        end as is_undone,
        follow_line.fields = [] and not list_contains(follow_line.also_in, held.source) as can_move
    from follow_line
    inner join held on follow_line.identity = held.identity
    where follow_line.form = 'record' and follow_line.entity = $entity

)

select
    number,
    least(count(*) filter (where is_here and is_undone), any_value(records)) as records,
    coalesce(bool_or(not is_here and is_undone and can_move), false) as is_elsewhere
from matched
group by number
