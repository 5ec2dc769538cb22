-- Rows of keyed entities without a key. A list alone is no member.
-- reads: mail_member, analytics_user, cookie, mail_campaign, contact, account, order, invoice, payment, message, shipment, device
select source, entity, file, row from mail_member
where email is null and email_md5 is null
union all
select source, entity, file, row from analytics_user
where record_key is null
union all
select source, entity, file, row from cookie
where record_key is null
union all
select source, entity, file, row from mail_campaign
where record_key is null
union all
select source, entity, file, row from contact
where record_key is null
union all
select source, entity, file, row from account
where record_key is null
union all
select source, entity, file, row from "order"
where record_key is null
union all
select source, entity, file, row from invoice
where record_key is null
union all
select source, entity, file, row from payment
where record_key is null
union all
select source, entity, file, row from message
where record_key is null
union all
select source, entity, file, row from shipment
where record_key is null
union all
select source, entity, file, row from device
where record_key is null
