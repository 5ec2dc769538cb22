-- What must not stand in analytics: direct identifiers in addresses, parameters and ids, full IP addresses, fine places (policy 2.1).
-- A test of the raw text comes first, and only what it stops is decoded and looked at closely.

-- Percent-encoded; where that is no UTF-8, the signs that matter are decoded all the same.
create macro decoded_once(cell) as coalesce(
    try(url_decode(cell)),
    replace(replace(replace(replace(replace(cell, '%40', '@'), '%3D', '='), '%26', '&'), '%2E', '.'), '%25', '%')
);

-- Percent-encoded once, twice or thrice.
create macro decoded(cell) as replace(decoded_once(decoded_once(decoded_once(cell))), '\u0040', '@');

-- All that a closer look can find passes here: an @ in any coding, a coded '=', a key that names a person or a secret, a Dutch mobile
-- number.
create macro is_suspect(cell) as regexp_matches(
    cell,
    '@|%(25)*(40|3d)|\\u0040|(mc_eid|_kx|_hsenc|_hsmi|ml_subscriber|ml_subscriber_hash|vgo_ee|ck_subscriber_id|mkt_tok|'
    || 'mail[a-z0-9_]*|(phone|telefoon|tel|telnr|mobiel|mobile|gsm|msisdn|sms)(_?(number|nummer|nr))?|naam|name|tussenvoegsel|'
    || 'ip|ip_?address|ip_?adres|remote_addr|lat|latitude|lng|lon|long|longitude|coords?|coordinates|latlng|latlong|postcode|zip|zip_?code|'
    || 'bsn|burgerservicenummer|sofi_?nummer|iban|rekening_?nummer|wachtwoord|password|passwd|pwd|'
    || 'postal_?code|fingerprint[a-z_]*|fp_?id|(client|visitor|cookie|user_pseudo)_?id|ip_?hash|hashed_ip)=|'
    || '(%2b|[+ =/]|00)31|[^0-9]06[- ]?[1-9]',
    'i'
);

-- A value with its key, as in an address; an address itself has none.
create macro text_of(key, value) as coalesce('&' || key || '=', '') || value;

-- All pairs as one text.
create macro pairs_text(pairs) as array_to_string(list_transform(pairs, lambda pair: text_of(pair.key, pair.value)), '');

-- Addresses of persons: mailboxes of a function (domain 3.5) and names of files such as logo@2x.png are none.
create macro has_address(cell) as len(list_filter(
    regexp_extract_all(lower(cell), '[a-z0-9!$%''*+_{}~.-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}'),
    lambda address: not regexp_matches(address, '\.(png|jpe?g|gif|svg|webp|css|js|ico|html?|php|json)$')
    and not regexp_matches(
        address,
        '^(info|sales|verkoop|inkoop|contact|support|service|klantenservice|administratie|boekhouding|planning|factuur|facturen|'
        || 'invoices?|billing|no-?reply|do-?not-?reply|webmaster|postmaster|admin|helpdesk|team|office|kantoor|marketing|hello|hallo|'
        || 'mail|post|privacy|security|news|newsletter|nieuwsbrief|jobs|hr)@'
    )
)) > 0;

create macro has_hashed_address(cell) as regexp_matches(
    cell, '[?&#;][a-z_]*e-?mail[a-z0-9_]*=([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})([^0-9a-f]|$)', 'i'
);

-- 'tel:' is the site's own number; a key that names a telephone has any long number, elsewhere it must be written like a Dutch mobile's.
create macro has_phone(cell) as regexp_matches(
    cell,
    '[?&#;][a-z_]*(phone|telefoon|tel|telnr|mobiel|mobile|gsm|msisdn|sms)(_?(number|nummer|nr))?=[+ (]{0,2}[0-9][0-9 ()./-]{7,16}[0-9]|'
    || '(^|[^0-9a-zA-Z:+.-])([+ ]|00)31[ -]?\(?0?\)?[ -]?6[ -]?[0-9]([ -]?[0-9]){7}([^0-9]|$)|'
    || '(^|[^0-9a-zA-Z:+._-])06[- ]?[1-9]([ -]?[0-9]){7}([^0-9]|$)',
    'i'
);

-- The reader's id in a mail tool. What a tool left unfilled ('[UNIQID]', '*|UNIQID|*') is nobody's.
create macro has_mailer_id(cell) as regexp_matches(
    cell,
    '[?&#;](mc_eid|_kx|_hsenc|_hsmi|ml_subscriber(_hash)?|vgo_ee|ck_subscriber_id|mkt_tok)=[a-z0-9_.+/=:-]{4,}', 'i'
) and not regexp_matches(cell, '[?&#;]mc_eid=uniqid', 'i');

-- A key for a part of a name, or one for a name with two words that are no company's.
create macro has_name(cell) as regexp_matches(
    cell,
    '[?&#;][a-z_]*(voornaam|achternaam|tussenvoegsel|first_?name|last_?name|surname|full_?name|fname|lname|volledige_?naam|contact_?naam)='
    || '[\p{L}''][\p{L}''. +-]+',
    'i'
) or (
    regexp_matches(cell, '[?&#;](naam|name|klantnaam|customer_?name)=[\p{L}''][\p{L}''.-]*[ +][\p{L}''. +-]*\p{L}', 'i')
    and not regexp_matches(
        cell,
        '[?&#;](naam|name|klantnaam|customer_?name)=[^&#;]*(\b(b\.?v\.?|n\.?v\.?|gmbh|ltd|inc|stichting|vereniging|gemeente|'
        || 'transport|bouw|verhuur|koeriers|bakkerij|garage|group|groep|holding|shop|tracker|trackers|services|taxi)\b)',
        'i'
    )
);

-- A key that says what its digits are, and a form's password that went along into the address. What is covered up is none.
create macro has_service_number(cell) as regexp_matches(
    cell, '[?&#;][a-z_]*(bsn|burgerservicenummer|sofi_?nummer)=(\d[ +.-]?){7,8}\d([^0-9]|$)', 'i'
);

create macro has_bank_account(cell) as regexp_matches(
    cell, '[?&#;][a-z_]*(iban|rekening_?nummer)=[a-z]{2}\d{2}[ +]?([a-z0-9][ +]?){11,30}([^a-z0-9]|$)', 'i'
);

create macro has_password(cell) as regexp_matches(
    cell, '[?&#;][a-z_]*(wachtwoord|password|passwd|pwd)=[^&#;]*[^&#;*•.x ]', 'i'
) and not regexp_matches(
    cell, '[?&#;][a-z_]*(wachtwoord|password|passwd|pwd)=(0|1|true|false|ja|nee|yes|no|reset|forgot|vergeten)([&#;]|$)', 'i'
);

-- What identifies a person in a decoded text, the plainest first; NULL: nothing.
create macro leak_kind(cell) as case
    when has_address(cell) then 'e-mail address'
    when has_hashed_address(cell) then 'hashed e-mail address'
    when has_phone(cell) then 'telephone number'
    when has_mailer_id(cell) then 'id of a mail tool'
    when has_name(cell) then 'name'
    when has_service_number(cell) then 'citizen service number'
    when has_bank_account(cell) then 'bank account number'
    when has_password(cell) then 'password'
end;

-- Cut off: a last octet of 0, or nothing but zeros in the last 64 bits. Of the machine itself or unspecified: nobody's.
create macro is_full_ip(cell) as case
    when regexp_matches(cell, '^(::ffff:)?(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}(/32)?$', 'i')
        then not regexp_matches(cell, '^(::ffff:)?127\.|\.0+(/32)?$', 'i')
    when regexp_matches(cell, '^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(/\d{1,3})?$|^[0-9a-f:]*::[0-9a-f:]*(/\d{1,3})?$', 'i')
        then coalesce(try_cast(nullif(regexp_extract(cell, '/(\d+)$', 1), '') as integer), 128) > 64
        and regexp_replace(cell, '/.*$', '') not in ('::', '::1')
        and not regexp_matches(
            cell, '^([0-9a-f]{1,4}:){1,4}(:(0{1,4}:){0,3}0{1,4}|:)(/\d+)?$|^([0-9a-f]{1,4}:){4}(0{1,4}:){3}0{1,4}(/\d+)?$', 'i'
        )
    else false
end;

create macro has_full_ip(cell) as len(list_filter(
    regexp_extract_all(cell, '[?&#;][a-z_]*(?:ip|ip_?address|ip_?adres|remote_addr)=([0-9a-fA-F:.]+)', 1, 'i'),
    lambda address: is_full_ip(address)
)) > 0;

-- Three decimals and more are some hundred metres; a float's rounding is none.
create macro is_fine_degree(degree) as coalesce(abs(degree - round(degree, 2)) > 0.00001, false);

create macro has_fine_place(cell) as regexp_matches(
    cell,
    '[?&#;][a-z_]*(lat|latitude|lng|lon|long|longitude|coords?|coordinates|latlng|latlong)=[+-]?\d{1,3}\.\d{3,}|'
    || '[?&#;][a-z_]*(postcode|zip|zip_?code|postal_?code)=[1-9]\d{3}[ +]?[a-z]{2}([^a-z]|$)',
    'i'
);

-- Keys that tie a new cookie id to an old one, or a browser to itself without a cookie.
create macro has_relink(cell) as regexp_matches(
    cell,
    '[?&#;]((browser|device|visitor|canvas)?_?fingerprint(_?id|_?hash)?|fp_?id|ip_?hash|hashed_ip|'
    || '(old|previous|prev|former|original|linked|merged|oude?|vorige?)_?(client|visitor|cookie|user_pseudo)_?id)=[^&#;]{3,}',
    'i'
);

-- What a closer look at a decoded text finds, of any kind.
create macro is_leaking(cell) as leak_kind(cell) is not null or has_full_ip(cell) or has_fine_place(cell) or has_relink(cell);

-- Does a key say what its value is? Tried on values that give nobody away under another key. A coded key may decode to anything.
create macro is_telling_key(key) as contains(key, '%') or len(list_filter(
    [
        '0123456789abcdef0123456789abcdef',
        '0201234567',
        'Jan Jansen',
        '123456782',
        'NL12BANK0123456789',
        'geheim',
        '203.0.113.7',
        '52.3702',
        '1234 AB'
    ],
    lambda cell: is_leaking(decoded(text_of(key, cell)))
)) > 0;

-- Does a value give somebody away under a key that says nothing?
create macro is_telling_value(cell) as is_suspect(decoded(text_of('x', cell))) and is_leaking(decoded(text_of('x', cell)));

-- The local month of an event's own stamp.
create macro own_month(event_at_issue, event_at_last_date, event_date_last_date) as strftime(
    case when event_at_issue = 'DQ-TS-NULL' then event_date_last_date else event_at_last_date end, '%Y-%m'
);
