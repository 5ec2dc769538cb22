-- SCP-TABLE: file among the exports that no contract recognises: nobody said what it is for
-- grain: source | entity: * | reads: stray_file, classified_column
-- Whether it was looked into for passwords, service numbers and special categories, and found harmless, is told with it.
with

seen as (

    select file, count(column_name) > 0 as is_dangerous
    from classified_column
    where source = 'unrecognised'
    group by file

)

select
    'unrecognised' as source,
    null as entity,
    null as file,
    stray_file.file as field,
    'FAIL' as verdict,
    stray_file.reason || case
        when seen.file is null then '; it was not looked into'
        when not seen.is_dangerous then '; a sample showed no password, service number or special category'
        else ''
    end as reason,
    1 as records
from stray_file
left join seen on stray_file.file = seen.file
