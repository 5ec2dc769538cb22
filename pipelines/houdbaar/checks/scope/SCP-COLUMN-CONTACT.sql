-- SCP-COLUMN: contact field that the policy doesn't declare: birth date or gender
-- clause: C-23-3 | grain: source | entity: contact | reads: contact
with

field as (

    select source, file, 'birth_date' as field, count(*) filter (where birth_date_issue is distinct from 'DQ-TS-NULL') as records
    from contact
    group by source, file
    union all
    select source, file, 'gender' as field, count(gender) as records
    from contact
    group by source, file

)

select
    source,
    file,
    field,
    'FAIL' as verdict,
    replace(field, '_', ' ') as reason,
    records
from field
where records > 0
