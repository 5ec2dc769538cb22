-- What stands in the columns for e-mail addresses, where anything does.
-- reads: mail_member, mail_activity, mail_send, contact, account, order, invoice, message, shipment, device | kept: until read
select source, entity, file, row, 'email' as field, email as value from mail_member
where email is not null
union all
select source, entity, file, row, 'email' as field, email as value from mail_activity
where email is not null
union all
select source, entity, file, row, 'email' as field, email as value from mail_send
where email is not null
union all
select source, entity, file, row, 'email' as field, email as value from contact
where email is not null
union all
select source, entity, file, row, 'previous_email' as field, previous_email as value from contact
where previous_email is not null
union all
select source, entity, file, row, 'email' as field, email as value from account
where email is not null
union all
select source, entity, file, row, 'email' as field, email as value from "order"
where email is not null
union all
select source, entity, file, row, 'email' as field, email as value from invoice
where email is not null
union all
select source, entity, file, row, 'email' as field, email as value from message
where email is not null
union all
select source, entity, file, row, 'email' as field, email as value from shipment
where email is not null
union all
select source, entity, file, row, 'driver_email' as field, driver_email as value from device
where driver_email is not null
