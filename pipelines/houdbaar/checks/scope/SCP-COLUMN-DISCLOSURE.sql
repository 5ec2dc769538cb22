-- SCP-COLUMN: more given to a carrier than a shipment needs
-- clause: C-33-2 | grain: record | entity: disclosure | reads: disclosure | needs: fields
with

given as (

    select
        source, file, row, record_key, snapshot_date,
        coalesce(lower(trim(recipient_kind)) = 'logistics', false) as is_carrier,
        list_filter(regexp_split_to_array(coalesce(said(fields), ''), '[;,|+&/\n]| en | and '), lambda field: trim(field) <> '') as fields
    from disclosure

),

judged as (

    select
        *,
        case
            when not is_carrier then 'OUT_OF_SCOPE'
            when len(fields) = 0 then 'NOT_TESTED'
            when len(list_filter(fields, lambda field: not is_of_shipment(field))) > 0 then 'FAIL'
            else 'PASS'
        end as verdict
    from given

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    'fields' as field,
    verdict,
    case verdict
        when 'FAIL' then 'fields that no shipment needs'
        when 'NOT_TESTED' then 'a disclosure to a carrier doesn''t say which fields it had'
    end as reason,
    'review' as action
from judged
