-- What orders, invoices and messages say of a relation (domain.md 2.6): one row each and export.
-- state: runs (open order, unpaid invoice, open ticket), doubt, paid (an end only where the relation has ended otherwise), ended, or NULL.
-- reads: order, invoice, payment, message, relation_key, fed_column | binds: as_of | kept: until read
with

paid_invoice as (

    select distinct invoice_number
    from payment
    where invoice_number is not null and not coalesce(paid_at_first_date > $as_of, false)

),

ordered as (

    select
        'order' as entity, source, file, record_key, snapshot_date,
        coalesce('customer:' || customer_id, address_relation(email)) as relation,
        order_state(status) as state,
        cast(null as date) as end_first_date, cast(null as date) as end_last_date, cast(null as varchar) as end_issue,
        act_first(ordered_at_first_date, $as_of) as act_first_date,
        act_last(ordered_at_first_date, ordered_at_last_date, ordered_at_issue, $as_of) as act_last_date
    from "order"
    where not coalesce(ordered_at_first_date > $as_of, false)

),

-- A credit note asks for no money.
invoiced as (

    select
        'invoice' as entity, invoice.source, invoice.file, invoice.record_key, invoice.snapshot_date,
        coalesce('customer:' || invoice.customer_id, address_relation(invoice.email)) as relation,
        case
            when invoice.contract_ended_on_first_date > $as_of then 'runs'
            when fed_column.column_name is null or paid_invoice.invoice_number is not null or invoice.amount <= 0 then null
            when end_state(invoice.paid_at_first_date, invoice.paid_at_issue, $as_of) = 'ended' then 'paid'
            else 'runs'
        end as state,
        invoice.paid_at_first_date as end_first_date, invoice.paid_at_last_date as end_last_date, invoice.paid_at_issue as end_issue,
        act_first(invoice.paid_at_first_date, $as_of) as act_first_date,
        act_last(invoice.paid_at_first_date, invoice.paid_at_last_date, invoice.paid_at_issue, $as_of) as act_last_date
    from invoice
    left join paid_invoice on invoice.invoice_number = paid_invoice.invoice_number
    left join fed_column
        on invoice.source = fed_column.source and fed_column.entity = 'invoice' and fed_column.column_name = 'paid_at'
    where not coalesce(invoice.invoice_date_first_date > $as_of, false)

),

-- The last message may be our own answer: the person's last act lies between the first message and the last.
corresponded as (

    select
        'message' as entity, message.source, message.file, message.record_key, message.snapshot_date,
        coalesce(
            'customer:' || message.customer_id, relation_key.relation, 'contact:' || message.contact_id, address_relation(message.email)
        ) as relation,
        case
            when fed_column.column_name is null or message.created_at_first_date > $as_of then null
            when end_state(message.closed_at_first_date, message.closed_at_issue, $as_of) <> 'ended' then 'runs'
        end as state,
        cast(null as date) as end_first_date, cast(null as date) as end_last_date, cast(null as varchar) as end_issue,
        act_first(message.created_at_first_date, $as_of) as act_first_date,
        greatest(
            act_last(message.created_at_first_date, message.created_at_last_date, message.created_at_issue, $as_of),
            act_last(message.last_message_at_first_date, message.last_message_at_last_date, message.last_message_at_issue, $as_of)
        ) as act_last_date
    from message
    left join relation_key on relation_key.kind = 'contact' and message.contact_id = relation_key.id
    left join fed_column
        on message.source = fed_column.source and fed_column.entity = 'message' and fed_column.column_name = 'closed_at'

)

select * from ordered
union all by name
select * from invoiced
union all by name
select * from corresponded
