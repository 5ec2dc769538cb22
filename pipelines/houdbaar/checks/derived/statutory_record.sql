-- Invoices and payments under a statutory duty, with the end of the year that it counts from, and whether a relation is seen to go on.
-- reads: book_entry, payment_entry, relation
with

united as (

    select
        'invoice' as entity, source, file, row, record_key, snapshot_date, customer_id, duty,
        ended_on_first_date, ended_on_last_date, issue, is_future
    from book_entry
    union all
    select
        'payment' as entity, source, file, row, record_key, snapshot_date, customer_id, duty,
        ended_on_first_date, ended_on_last_date, issue, is_future
    from payment_entry

)

select
    united.entity, united.source, united.file, united.row, united.record_key, united.snapshot_date, united.duty,
    united.ended_on_first_date, united.ended_on_last_date, united.issue, united.is_future,
    coalesce(relation.is_running or relation.is_open, false) as is_related
from united
left join relation on 'customer:' || united.customer_id = relation.relation
