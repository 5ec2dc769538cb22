-- Rows of one entity that stood before in the same snapshot: first by a hash of snapshot and key, then by their content.
-- reads: content_row, repeated_key
with

alike as (

    select
        content_row.source,
        content_row.entity,
        content_row.file,
        content_row.row,
        row_number() over (
            partition by content_row.source, content_row.snapshot, md5_number(content_row.content::varchar)
            order by content_row.file, content_row.row
        ) as copy
    from content_row
    inner join repeated_key on content_row.key_hash = repeated_key.key_hash

)

select source, entity, file, row
from alike
where copy > 1
