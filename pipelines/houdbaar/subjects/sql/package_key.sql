-- By what a person is known who is to be erased: keyed hashes of the identifiers that nobody else's records carry (domain.md 3.6).
-- A mail tool may know an address by its hash alone.
-- reads: package_record, package_identifier | binds: inner_pad, outer_pad
with

mine as (

    select distinct source, file, row
    from package_record

),

stated as (

    select distinct found.kind, found.value
    from package_identifier as found
    inner join mine on found.source = mine.source and found.file = mine.file and found.row = mine.row
    where found.value is not null

),

own as (

    select stated.kind, stated.value
    from stated
    inner join package_identifier as found on stated.kind = found.kind and stated.value = found.value
    left join mine on found.source = mine.source and found.file = mine.file and found.row = mine.row
    group by stated.kind, stated.value
    having count(mine.row) = count(*)

),

hashed as (

    select kind, value from own
    union
    select 'email_md5' as kind, md5(value) as value from own
    where kind = 'email'

)

select kind, hmac(kind || chr(31) || value, $inner_pad, $outer_pad) as key
from hashed
order by all
