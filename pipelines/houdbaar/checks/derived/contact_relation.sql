-- Each contact with the relation behind it (domain.md 2.6): one row a contact and export.
-- A person who left the customer has no relation any more, whatever the firm has; left_…: that day, or NULL.
-- is_prospect: a lead without contract and without anything that only customers have.
-- reads: contact, relation_key, relation | binds: as_of | kept: until read
select
    contact.source,
    contact.file,
    contact.row,
    contact.record_key,
    contact.snapshot_date,
    contact.created_at_first_date > $as_of as is_future,
    is_entity_only(
        coalesce(contact.organisation, contact.kvk_number, contact.vat_number),
        coalesce(
            contact.initials, contact.first_name, contact.name_prefix, contact.last_name, contact.job_title, contact.gender,
            cast(contact.birth_date as varchar)
        ),
        contact.email,
        contact.legal_form
    ) or is_made_anonymous(contact.contact_id, coalesce(
        contact.customer_id, contact.initials, contact.first_name, contact.last_name, contact.email, contact.previous_email,
        contact.phone, contact.street, contact.iban, contact.notes
    )) as is_entity_only,
    coalesce(contact.is_lead, false)
    and contact.contract_started_on_issue = 'DQ-TS-NULL'
    and contact.contract_ended_on_issue = 'DQ-TS-NULL'
    and not coalesce(relation.is_customer, false) as is_prospect,
    end_state(contact.inactive_at_first_date, contact.inactive_at_issue, $as_of) = 'ended' as has_left,
    contact.inactive_at_first_date as left_first_date,
    coalesce(contact.inactive_at_last_date, $as_of) as left_last_date,
    contact.inactive_at_issue as left_issue,
    coalesce(relation.is_running, false) as is_running,
    coalesce(relation.is_open, false) as is_open,
    coalesce(relation.is_ended, false) as is_ended,
    relation.doubt,
    relation.ended_first_date,
    relation.ended_last_date,
    relation.ended_issue,
    relation.active_first_date,
    relation.active_last_date,
    relation.written_first_date,
    relation.written_last_date
from contact
left join relation_key on relation_key.kind = 'contact' and contact.contact_id = relation_key.id
left join relation on coalesce('customer:' || contact.customer_id, relation_key.relation) = relation.relation
