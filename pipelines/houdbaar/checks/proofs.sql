-- What the free words of id_proof say was asked to prove an identity (domain.md 3.4).

-- What can't be read is hidden, and a copy that nobody made is none.
create macro proof_words(said) as regexp_replace(
    replace(lower(said), '_', ' '),
    '(\b(niet|geen|not|no)( \w+)? |\bon|\bun|\bil|\bin)(leesbaar|zichtbaar|readable|legible|visible)', 'afgeschermd', 'g'
);

create macro proof_asked(said) as regexp_replace(
    proof_words(said),
    '\b(zonder|geen|niet|no|not|without|never|nooit)( \w+){0,2} (kopie\w*|copy|copies|copied|gekopieerd|scans?|gescand)\b', 'getoond', 'g'
);

-- Hiding that nobody did is taken out.
create macro proof_hidden(said) as regexp_replace(
    proof_asked(said),
    '\b(((zonder|geen|niets?|no|not|nothing|none|without|never|nooit)( \w+){0,2} )|un|on|niet-|non-)'
    || '(redact|mask|hid|cover|cross|afge|afscherm|zwart|(weg)?gelakt|bewerkt)\w*', '(bare)', 'g'
);

create macro is_proof_copy(said) as regexp_matches(proof_asked(said), 'copy|copies|copied|kopie|scan|photo|foto|upload');

-- Nothing was hidden, or not all: full copies, and those that say that something can be read or was left as it is.
create macro is_proof_bare(said) as regexp_matches(
    proof_hidden(said),
    '\(bare\)|\b(full|complete|entire|volledige?|hele|gehele|ongewijzigde?|kleuren?) ?(\w+ )?(copy|kopie|scan)'
    || '|zichtbaar|leesbaar|visible|readable|legible'
);

create macro is_proof_hidden(said) as regexp_matches(
    proof_hidden(said),
    'redact|mask|hidden|cover|crossed|afge|afscherm|zwart|gelakt|kopieid'
    || '|\b(zonder|without|excl\w*|behalve|minus) (\w+ ){0,3}(bsn|foto|pasfoto|photo|nummer|number|mrz)\b'
);

create macro is_proof_seen(said) as regexp_matches(proof_asked(said), 'visual|shown|showed|getoond|inzage|gezien|laten zien');

create macro is_proof_number(said) as regexp_matches(proof_asked(said), '\bbsn\b|citizen service number|burgerservicenummer');

create macro is_proof_document(said) as regexp_matches(
    proof_asked(said),
    'passport|paspoort|identity (card|document)|\bid\b|\bid[- ]?(card|kaart|bewijs)|identiteits|legitimatie|rijbewijs|driving|driver'
);

-- Steps that ask for no document.
create macro is_proof_small(said) as regexp_matches(
    proof_asked(said),
    'log ?in|ingelogd|inlog|logged|link|\bcode|\bsms\b|mail|addres|adres|facts|feiten|(klant|order|bestel|factuur|customer|invoice)'
    || '|postcode|telefo|phone|gebeld|called|portal|portaal|account|mandate|machtiging|volmacht|\bnone\b|\bgeen\b'
);
