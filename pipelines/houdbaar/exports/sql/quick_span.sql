-- Spans found without SQL get their source and file.
-- reads: quick_span, export_file | binds: entity
select
    export_file.source,
    $entity as entity,
    export_file.file,
    quick_span.trigger_column,
    quick_span.issue,
    false as is_anonymous,
    null as blocked_by,
    quick_span.first_trigger,
    quick_span.last_trigger,
    quick_span.oldest_trigger,
    quick_span.records,
    case
        when quick_span.firsts is not null
            then cast(list_zip(quick_span.firsts, quick_span.lasts) as struct("first" bigint, "last" bigint)[])
    end as ranges
from quick_span
inner join export_file on quick_span.path = export_file.path and export_file.entity = $entity
