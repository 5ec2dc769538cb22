-- Rows of one entity that stood before in the same snapshot: same key first, by its hash, then the same content.
-- reads: content_row
with

many as (

    select source, snapshot, key_hash
    from content_row
    group by source, snapshot, key_hash
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
    inner join many
        on content_row.source = many.source and content_row.snapshot = many.snapshot and content_row.key_hash = many.key_hash

)

select source, entity, file, row
from alike
where copy > 1
