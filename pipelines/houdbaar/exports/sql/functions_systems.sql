-- What transforms in contracts of shops, CRMs, mailers, bookkeeping and support may call. Needs functions.sql; both kinds of values.

-- An id, number or date that a spreadsheet is kept from reading by an apostrophe before it. Not for names: 't Hart has one of his own.
create macro unguarded(cell) as nullif(ltrim(filled(cell), ''' '), '');

-- Text of a database dump, whose word for nothing is NULL.
create macro dumped(cell) as case when upper(filled(cell)) not in ('NULL', '\N') then filled(cell) end;

-- A number that is 0 where there is none: the customer of a guest's order, a user who was never there.
create macro numbered(cell) as nullif(unguarded(cell), '0');

-- What WooCommerce's eraser leaves in place of a person is no identifier: thousands of rows share it.
create macro unerased(cell) as case
    when lower(filled(cell)) = 'deleted@site.invalid' or regexp_matches(filled(cell), '^\[[^\]]*\]$|^https?://site\.invalid') then null
    else unguarded(cell)
end;

create macro unerased_phone(cell) as case when regexp_matches(filled(cell), '[1-9]') then unguarded(cell) end;

-- A clock of twelve hours as one of twenty-four; which number is the day is left to the reader of stamps.
create macro clock_24(cell) as case
    when regexp_matches(filled(cell), '(?i)\d:\d{2}(:\d{2})?[\s\x{00a0}\x{202f}]*[AP]\.?M\.?$') then regexp_extract(filled(cell), '^\S+')
        || strftime(
            try_strptime(
                regexp_extract(filled(cell), '(\d{1,2}:\d{2})(:\d{2})?\D*$', 1)
                || upper(regexp_extract(filled(cell), '(?i)([AP])\.?M\.?$', 1)) || 'M', '%I:%M%p'
            ), ' %H:%M'
        )
    else filled(cell)
end;

-- The first place of each text in a list, NULLs left out.
create macro text_places(texts) as list_filter(
    range(1, len(texts) + 1), lambda place: texts[place] is not null and list_position(texts, texts[place]) = place
);

-- The texts in a list that are filled, each once, in order; one NULL where there is none, so that the row they stand in stays.
create macro filled_texts(cells) as coalesce(
    nullif(
        list_transform(
            text_places(list_transform(cells, lambda cell: filled(cell))),
            lambda place: filled(cells[place])
        ), []
    ), [cast(null as varchar)]
);

-- The parts of a cell that holds several values.
create macro text_parts(cell, separator) as filled_texts(coalesce(string_split(filled(cell), separator), [cast(null as varchar)]));

-- The people in a list of STRUCTs (id, name, email, phone) who have anything at all; one without anything where there is none.
create macro filled_people(people) as coalesce(
    nullif(
        list_filter(
            people,
            lambda person: coalesce(filled(person.id), filled(person.name), filled(person.email), filled(person.phone)) is not null
        ), []
    ), [people[1]]
);

-- Who stands in a row of Odoo's partners: the partner, once more with a mobile number beside another one, and the child of a continuation.
create macro odoo_people(partner, mobile, child) as filled_people([
    partner,
    case
        when filled(partner.phone) <> filled(mobile) then {
            'id': partner.id, 'name': partner.name, 'email': partner.email, 'phone': filled(mobile),
            'company': partner.company, 'organisation': partner.organisation
        }
    end,
    child
]);

-- The states of members in several mailers' words, in ours; a word that isn't known stays as it is, and is judged by nobody.
create macro subscription_status(cell) as case replace(lower(filled(cell)), '_', ' ')
    when 'active' then 'subscribed'
    when 'unconfirmed' then 'pending'
    when 'never subscribed' then 'nonsubscribed'
    when 'bounced' then 'cleaned'
    when 'hard bounced' then 'cleaned'
    when 'junk' then 'cleaned'
    when 'marked as spam' then 'unsubscribed'
    when 'deleted' then 'archived'
    else lower(filled(cell))
end;

-- A refusal list's Yes or No: who is on it can't be mailed.
create macro refusal_status(cell) as case lower(filled(cell))
    when 'yes' then 'unsubscribed'
    when 'true' then 'unsubscribed'
    when '1' then 'unsubscribed'
    when 'ja' then 'unsubscribed'
    when 'no' then 'subscribed'
    when 'false' then 'subscribed'
    when '0' then 'subscribed'
    when 'nee' then 'subscribed'
    else lower(filled(cell))
end;

-- HubSpot's types of e-mail events; what a change of status changed does not stand beside it, so it is no kind of ours.
create macro hubspot_kind(cell) as case lower(filled(cell))
    when 'spamreport' then 'complaint'
    else lower(filled(cell))
end;

create macro hubspot_status_kind(status, bounced) as case
    when lower(filled(bounced)) = 'true' then 'bounce'
    when lower(filled(status)) = 'unsubscribed' then 'unsubscribe'
    when lower(filled(status)) = 'subscribed' then 'preference'
    else lower(filled(status))
end;

-- Klaviyo's metrics; an order counts as an answer through the orders themselves, so 'placed order' stays as it is.
create macro klaviyo_kind(cell) as case
    when lower(filled(cell)) = 'opened email' then 'open'
    when lower(filled(cell)) = 'clicked email' then 'click'
    when lower(filled(cell)) = 'bounced email' then 'bounce'
    when lower(filled(cell)) = 'marked email as spam' then 'complaint'
    when starts_with(lower(filled(cell)), 'unsubscribed') then 'unsubscribe'
    when lower(filled(cell)) in ('subscribed to list', 'subscribed to email marketing') then 'opt_in'
    else lower(filled(cell))
end;

create macro order_word(cell) as lower(regexp_replace(filled(cell), '^wc-', ''));

-- open, completed or cancelled, from a shop's words; a word that no shop of ours uses stays as it is: nobody knows what it means.
create macro order_status(cell) as case
    when order_word(cell) in ('completed', 'fulfilled', 'voltooid', 'afgerond') then 'completed'
    when order_word(cell) in ('cancelled', 'canceled', 'voided', 'refunded', 'failed', 'trash', 'geannuleerd', 'terugbetaald', 'mislukt')
        then 'cancelled'
    when order_word(cell) in (
            'open', 'pending', 'pending payment', 'processing', 'on-hold', 'on hold', 'on_hold', 'draft', 'checkout-draft', 'auto-draft',
            'unfulfilled', 'partial', 'partially_fulfilled', 'scheduled', 'in_progress', 'restocked', 'paid', 'authorized',
            'partially_paid', 'partially_refunded', 'in behandeling', 'in de wacht', 'wachtend op betaling', 'in afwachting van betaling'
        ) then 'open'
    else order_word(cell)
end;

-- Is a row of one table for people and companies a company? NULL when the export doesn't say.
create macro is_company(cell) as case
    when lower(filled(cell)) in ('company', 'bedrijf', 'true', '1', 'ja', 'yes', 'waar') then true
    when filled(cell) is not null then false
end;

-- Bookkeeping packages number countries; 1 is the Netherlands, other numbers stay numbers.
create macro numbered_country(cell) as case when filled(cell) = '1' then 'NL' else filled(cell) end;

-- Two lists of texts beside each other, so that every value stands in a row: what the shorter lacks is its first value again.
create macro side_by_side(firsts, seconds) as list_transform(
    range(1, greatest(len(firsts), len(seconds)) + 1),
    lambda position: {'first': coalesce(firsts[position], firsts[1]), 'second': coalesce(seconds[position], seconds[1])}
);

-- Those of a list of STRUCTs (kind, at) that have a time; the first where none has.
create macro filled_acts(acts) as coalesce(nullif(list_filter(acts, lambda act: filled(act.at) is not null), []), [acts[1]]);

-- A filled field of JSON text in a cell.
create macro json_filled(cell, field_path) as filled(json_field(cell, field_path));

-- A Moneybird contact, with its address for invoices where that is another one, and its contact persons: people of their own.
create macro moneybird_people(contact, invoice_email, people) as list_concat(
    [contact],
    if(
        filled(invoice_email) <> filled(contact.email),
        [{
            'id': contact.id, 'firstname': contact.firstname, 'lastname': contact.lastname, 'email': filled(invoice_email),
            'phone': contact.phone, 'department': cast(null as varchar)
        }],
        []
    ),
    coalesce(
        from_json(
            json_cell(people),
            '[{"id":"VARCHAR","firstname":"VARCHAR","lastname":"VARCHAR","email":"VARCHAR","phone":"VARCHAR","department":"VARCHAR"}]'
        ), []
    )
);

-- The texts of Moneybird's notes, or the cell as it stands where it is no list of them.
create macro notes_text(cell) as coalesce(
    nullif(array_to_string(list_transform(from_json(json_cell(cell), '[{"note":"VARCHAR"}]'), lambda item: item.note), ' '), ''),
    nullif(filled(cell), '[]')
);
