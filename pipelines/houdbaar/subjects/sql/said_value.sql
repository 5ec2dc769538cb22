-- Every value that may be a key, once.
-- reads: row_value, attached_value
select kind, raw from row_value
union
select kind, said as raw from attached_value
