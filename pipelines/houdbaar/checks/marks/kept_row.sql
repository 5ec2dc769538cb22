-- Rows that a block is about, whichever of their fields and days it names: who plans a deletion leaves them alone altogether.
-- reads: row_block
select distinct source, file, row
from row_block
