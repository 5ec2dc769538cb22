-- Rows that are certainly of a person whom a block names, and that no identifier of the block stands in.
-- reads: subject_record, export_file, block, row_block
select distinct subject_record.source, subject_record.file, export_file.path, subject_record.row, block.block_number
from subject_record
inner join block on subject_record.person = cast(block.block_number as varchar)
inner join export_file
    on
        subject_record.source = export_file.source
        and subject_record.entity = export_file.entity
        and subject_record.file = export_file.file
where
    subject_record.tier = 'definite'
    and (block.selected_source is null or block.selected_source = subject_record.source)
except
select source, file, path, row, block_number from row_block
