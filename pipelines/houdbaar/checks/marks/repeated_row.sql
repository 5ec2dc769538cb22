-- Rows of one entity that stood before in the same snapshot: first by a hash of snapshot and key, then by their content.
-- reads: content_row
with

many as (

    select key_hash
    from content_row
    group by key_hash
    having count(*) > 1

),

alike as (

    select
        content_row.source,
        content_row.entity,
        content_row.file,
        content_row.row,
        row_number() over (
            partition by content_row.source, content_row.snapshot, content_row.content order by content_row.file, content_row.row
        ) as copy
    from content_row
    inner join many on content_row.key_hash = many.key_hash

)

select source, entity, file, row
from alike
where copy > 1
