-- What transforms in contracts of Google Analytics may call. Needs functions.sql; both kinds of values, as there.

-- The one value of a Google Analytics parameter, whichever of its typed fields holds it.
create macro ga_value(field) as coalesce(
    nullif(field.string_value, ''),
    cast(field.int_value as varchar),
    cast(field.double_value as varchar),
    cast(field.float_value as varchar)
);

-- The value of the first parameter of that name, from LIST(STRUCT(key, value STRUCT(…))).
create macro ga_param(params, name) as ga_value(params[list_position(list_transform(params, lambda p: p.key), name)].value);

-- All parameters as LIST(STRUCT(key, value)); those without a name or a value are left out.
create macro ga_params(params) as list_filter(
    list_transform(params, lambda p: {'key': cast(p.key as varchar), 'value': ga_value(p.value)}),
    lambda pair: pair.key is not null and pair.value is not null
);

-- What an event says: its own parameters, then the properties of the visitor that it repeats.
create macro ga_event_params(params, properties) as list_concat(ga_params(params), ga_params(properties));

-- User properties: as parameters, but their name may stand inside the value.
create macro ga_properties(properties) as list_filter(
    list_transform(
        properties,
        lambda p: {'key': coalesce(filled(p.value.user_property_name), cast(p.key as varchar)), 'value': filled(p.value.string_value)}
    ),
    lambda pair: pair.key is not null and pair.value is not null
);

-- Custom dimensions of Universal Analytics: LIST(STRUCT(index, value)).
create macro ua_dimensions(dimensions) as list_filter(
    list_transform(dimensions, lambda d: {'key': 'dimension' || cast(d.index as varchar), 'value': filled(d.value)}),
    lambda pair: pair.key is not null and pair.value is not null
);

-- What a session says: its dimensions, those of its hits, and what stands in the events and in the pages after the first one.
create macro ua_details(dimensions, hits) as list_concat(
    ua_dimensions(dimensions),
    flatten(list_transform(hits, lambda h: ua_dimensions(h.customdimensions))),
    list_filter(
        flatten([
            list_transform(hits[2:], lambda h: {'key': 'page', 'value': filled(h.page.pagepath)}),
            list_transform(hits, lambda h: {'key': 'page_title', 'value': filled(h.page.pagetitle)}),
            list_transform(hits, lambda h: {'key': 'event_action', 'value': filled(h.eventinfo.eventaction)}),
            list_transform(hits, lambda h: {'key': 'event_label', 'value': filled(h.eventinfo.eventlabel)})
        ]),
        lambda pair: pair.value is not null
    )
);

-- The first hit's page, as an address where the host is known.
create macro ua_first_page(hits) as coalesce(filled(hits[1].page.hostname), '') || filled(hits[1].page.pagepath);

-- The first transaction among the hits of a session.
create macro ua_transaction(hits) as list_filter(
    list_transform(hits, lambda h: filled(h.transaction.transactionid)), lambda transaction_id: transaction_id is not null
)[1];

-- One parameter of columns such as event_params.0.value.int_value. Whole numbers that went through a table of floats end in '.0'.
create macro wide_param(key, string_value, int_value, float_value, double_value) as {
    'key': filled(key),
    'value': {
        'string_value': filled(string_value),
        'int_value': regexp_replace(filled(int_value), '\.0+$', ''),
        'float_value': filled(float_value),
        'double_value': filled(double_value)
    }
};

-- Parameters as JSON text in a cell.
create macro json_params(cell) as from_json(
    json_cell(cell),
    '[{"key":"VARCHAR","value":{"string_value":"VARCHAR","int_value":"VARCHAR","float_value":"VARCHAR","double_value":"VARCHAR"}}]'
);

-- A count of a Google Analytics report, '2.546' or '2,546' being 2546: reports hold whole counts only in these columns.
create macro report_count(cell) as nullif(regexp_replace(filled(cell), '[.,\s\x{00a0}]', '', 'g'), '');
