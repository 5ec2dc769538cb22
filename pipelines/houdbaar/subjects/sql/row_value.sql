-- What each row says that may be a key: one row a row and kind, as the export has it. Parts of one key are joined by U+001F.
-- Numbers that a system gives out for itself stand with that system; a customer's number is the company's own.
-- A user's name may be an address. A history of addresses may be a list in one cell.
-- reads: person_row
with

listed as (

    select
        row_id,
        unnest([
            {'kind': 'customer_id', 'column_name': 'customer_id', 'raw': customer_id},
            {'kind': 'contact_id', 'column_name': 'contact_id', 'raw': family || chr(31) || contact_id},
            {'kind': 'account_id', 'column_name': 'account_id', 'raw': family || chr(31) || account_id},
            {'kind': 'username', 'column_name': 'username', 'raw': family || chr(31) || username},
            {'kind': 'payment_customer_id', 'column_name': 'payment_customer_id', 'raw': payment_customer_id},
            {'kind': 'person_id', 'column_name': 'person_id', 'raw': person_id},
            {'kind': 'list_member', 'column_name': 'member_id', 'raw': list_id || chr(31) || member_id},
            {'kind': 'member_id', 'column_name': 'member_id', 'raw': member_id},
            {'kind': 'order_id', 'column_name': 'order_id', 'raw': order_id},
            {'kind': 'invoice_number', 'column_name': 'invoice_number', 'raw': invoice_number},
            {'kind': 'email', 'column_name': 'email', 'raw': email},
            {'kind': 'email', 'column_name': 'username', 'raw': case when contains(username, '@') then username end},
            {'kind': 'email_md5', 'column_name': 'email_md5', 'raw': email_md5},
            {'kind': 'iban', 'column_name': 'iban', 'raw': iban},
            {'kind': 'phone', 'column_name': 'phone', 'raw': phone},
            {'kind': 'postcode_house_number', 'column_name': 'postcode', 'raw': postcode || chr(31) || house_number}
        ]) as said
    from person_row
    union all
    select
        row_id,
        unnest(list_transform(
            string_split_regex(previous_email, '[\s;,|]+'),
            lambda part: {'kind': 'email', 'column_name': 'previous_email', 'raw': case when contains(part, '@') then part end}
        )) as said
    from person_row
    where previous_email is not null

)

select row_id, said.kind as kind, said.column_name as column_name, said.raw as raw
from listed
where said.raw is not null
