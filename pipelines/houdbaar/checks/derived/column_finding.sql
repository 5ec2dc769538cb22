-- What the classifier makes of columns, each under the one code that it belongs to (code NULL: a file that was looked at; domain.md 5.1).
-- What is worse than undescribed has a code of its own. Data processed for others are out of scope, but no secret is.
-- reads: classified_column
with

coded as (

    select
        *,
        case
            when column_name is null then null
            when kind = 'secret_plain' then 'SCP-SECRET-PLAIN'
            when kind = 'secret_hash' then 'SCP-SECRET-HASH'
            when kind in ('bsn', 'special_category') then 'SCP-SPECIAL'
            when kind = 'relink' then 'SCP-RELINK'
            when kind = 'ip' and category = 'ANA' then 'SCP-IP-FULL'
            when kind in ('geo_fine', 'postcode_full') and category in ('ANA', 'MKT') then 'SCP-GEO-FINE'
            else 'SCP-COLUMN'
        end as code
    from classified_column
    where
        (column_name is null and source <> 'unrecognised') -- of a stray SCP-TABLE tells that it was looked into
        or (column_name is not null and status <> 'not personal' and (kind is distinct from 'relink' or category in ('ANA', 'CK')))

),

judged as (

    select
        *,
        case
            when column_name is null then 'PASS'
            when is_processed and code not in ('SCP-SECRET-PLAIN', 'SCP-SECRET-HASH') then 'OUT_OF_SCOPE'
            when is_empty then 'NOT_TESTED'
            when status = 'undetermined' then 'UNDETERMINED'
            else 'FAIL'
        end as verdict
    from coded

)

select
    code,
    source,
    entity,
    category,
    case when verdict in ('FAIL', 'UNDETERMINED') and count(*) = 1 then any_value(file) end as file,
    column_name as field,
    verdict,
    case verdict
        when 'NOT_TESTED' then 'column ' || column_name || ' holds no value (' || replace(kind, '_', ' ') || ', by its name)'
        when 'PASS' then null
        else replace(kind, '_', ' ')
    end as reason,
    case when status = 'indicated' and verdict = 'FAIL' then 'assumed' end as confidence,
    sum(files) as records
from judged
group by code, source, entity, category, verdict, column_name, kind, status
