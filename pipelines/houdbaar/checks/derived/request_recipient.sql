-- Who got data of the person of a request, by the register of disclosures: one row a request and recipient, NULL where none is known.
-- A request that names neither customer nor order can't be matched with disclosures.
-- reads: request, disclosure
with

named as (

    select
        source, file, row, request_id,
        unnest(string_split(coalesce(identifiers, '-'), ';')) as identifier
    from request

),

paired as (

    select
        source, file, row, request_id,
        lower(trim(regexp_extract(identifier, '^([^=]*)=', 1))) as kind,
        trim(regexp_replace(identifier, '^[^=]*=', '')) as value
    from named

)

select
    paired.source, paired.file, paired.row, paired.request_id,
    lower(trim(disclosure.recipient)) as recipient,
    bool_or(paired.kind in ('customer_id', 'order_id')) as can_be_matched
from paired
left join disclosure
    on (paired.kind = 'customer_id' and trim(disclosure.customer_id) = paired.value)
        or (paired.kind = 'order_id' and trim(disclosure.order_id) = paired.value)
group by all
