-- Stamps that lie shortly after the export was made, of all entities but the events of analytics.
-- reads: analytics_user, cookie, mail_member, mail_activity, mail_send, contact, account, order, payment, service_event, message, shipment
select source, entity, file, row, 'last_active_at' as field from analytics_user
where last_active_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'set_at' as field from cookie
where set_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'opted_in_at' as field from mail_member
where opted_in_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'confirmed_at' as field from mail_member
where confirmed_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'unsubscribed_at' as field from mail_member
where unsubscribed_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'happened_at' as field from mail_activity
where happened_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'sent_at' as field from mail_send
where sent_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'created_at' as field from contact
where created_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'last_contact_at' as field from contact
where last_contact_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'created_at' as field from account
where created_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'last_login_at' as field from account
where last_login_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'ordered_at' as field from "order"
where ordered_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'paid_at' as field from payment
where paid_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'happened_at' as field from service_event
where happened_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'created_at' as field from message
where created_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'last_message_at' as field from message
where last_message_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'shipped_at' as field from shipment
where shipped_at_issue = 'DQ-TS-SKEW'
union all
select source, entity, file, row, 'delivered_at' as field from shipment
where delivered_at_issue = 'DQ-TS-SKEW'
