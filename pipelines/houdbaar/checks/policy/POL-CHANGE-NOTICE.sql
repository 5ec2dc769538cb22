-- POL-CHANGE-NOTICE: a new version of the policy, and no notice to the people whose data was collected under the one before
-- clause: C-71-2 | grain: source | entity: * | reads: policy_version, notice, export_file | binds: as_of
with

-- What a version changed isn't on file: any version after the first counts as a change.
begun as (

    select
        version,
        effective_from,
        position = 1 as is_first,
        lag(effective_from, 1, effective_from) over (order by position) as previous_from
    from policy_version
    where effective_from <= $as_of

),

register as (

    select count(*) > 0 as is_there
    from export_file
    where entity = 'notice'

),

told as (

    select begun.version, count(notice.notice_id) as notices
    from begun
    inner join notice on begun.previous_from < notice.sent_on_first_date and notice.sent_on_last_date <= $as_of
    where lower(notice.kind) = 'policy_change'
    group by begun.version

)

select
    'policy' as source,
    null as entity,
    null as file,
    'version ' || begun.version as field,
    case
        when begun.is_first or told.notices > 0 then 'PASS'
        when register.is_there then 'FAIL'
        else 'NOT_TESTED'
    end as verdict,
    case
        when begun.is_first or told.notices > 0 then null
        when register.is_there then 'no notice of kind policy_change'
        else 'register notices.csv is absent: `houdbaar init` makes a template'
    end as reason,
    case when not begun.is_first and told.notices is null and register.is_there then 'assumed' end as confidence,
    1 as records
from begun
cross join register
left join told on begun.version = told.version
