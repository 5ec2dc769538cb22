-- SCP-COLUMN: personal column that no contract names, by its name or its values
-- clause: C-00-6 | grain: source | entity: * | reads: classified_column
with

-- A row without a column stands for a file that was looked at. What is worse than undescribed has a code of its own.
judged as (

    select
        source,
        entity,
        file,
        column_name,
        kind,
        status,
        files,
        case
            when column_name is null or status = 'not personal' then 'PASS'
            when kind in ('secret_plain', 'secret_hash', 'bsn', 'special_category', 'relink') then 'PASS'
            when kind = 'ip' and category = 'ANA' then 'PASS'
            when kind in ('geo_fine', 'postcode_full') and category in ('ANA', 'MKT') then 'PASS'
            when is_processed then 'OUT_OF_SCOPE'
            when is_empty then 'NOT_TESTED'
            when status = 'undetermined' then 'UNDETERMINED'
            else 'FAIL'
        end as verdict
    from classified_column

)

select
    source,
    entity,
    case when verdict in ('FAIL', 'UNDETERMINED') and count(*) = 1 then any_value(file) end as file,
    case when verdict <> 'PASS' then column_name end as field,
    verdict,
    case verdict
        when 'NOT_TESTED' then 'column ' || column_name || ' holds no value (' || replace(kind, '_', ' ') || ', by its name)'
        when 'PASS' then null
        else replace(kind, '_', ' ')
    end as reason,
    case when status = 'indicated' and verdict = 'FAIL' then 'assumed' end as confidence,
    sum(files) as records
from judged
where verdict <> 'PASS' or column_name is null
group by source, entity, verdict, case when verdict <> 'PASS' then column_name end, column_name, kind, status
