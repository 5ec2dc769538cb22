-- Invoices and payments that exports hold, by their keyed record key: the dates of the document, and when its statutory years begin.
-- One row a source and key, of the newest export that has it. is_current: the snapshot that tells the source's state has it.
-- ended_on_last_date is never NULL: what is there today was not written after this book year.
-- reads: book_entry, payment_entry, state_snapshot, book_year | binds: as_of, inner_pad, outer_pad
with

united as (

    select
        'invoice' as entity, source, record_key, snapshot_date, duty, is_future,
        invoice_date_first_date as first_date, invoice_date_last_date as last_date, ended_on_first_date, ended_on_last_date
    from book_entry
    union all
    select
        'payment' as entity, source, record_key, snapshot_date, duty, is_future,
        paid_at_first_date as first_date, paid_at_last_date as last_date, ended_on_first_date, ended_on_last_date
    from payment_entry

),

this_year as (

    select max(ended_on) as ended_on
    from book_year
    where $as_of between starts_on and ended_on

),

placed as (

    select
        united.source, united.entity, united.snapshot_date, united.duty, united.first_date, united.last_date, united.ended_on_first_date,
        united.is_future,
        hmac(united.record_key, $inner_pad, $outer_pad) as keyed_record_key,
        coalesce(united.ended_on_last_date, this_year.ended_on) as ended_on_last_date,
        coalesce(united.snapshot_date >= state_snapshot.state_date, true) as is_current
    from united
    cross join this_year
    left join state_snapshot on united.source = state_snapshot.source and united.entity = state_snapshot.entity
    where united.record_key is not null

)

select
    source,
    entity,
    keyed_record_key,
    max(snapshot_date) as snapshot_date,
    bool_or(is_current) as is_current,
    bool_and(is_future) as is_future,
    max(duty) as duty,
    min(first_date) as first_date,
    max(last_date) as last_date,
    min(ended_on_first_date) as ended_on_first_date,
    max(ended_on_last_date) as ended_on_last_date
from placed
group by source, entity, keyed_record_key
