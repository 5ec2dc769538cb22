-- Words that checks of scope know: channels, tracking, scores with an effect.

-- Channels through which the policy says that data comes (the head and 2.2 to 2.4), in the words of exports. An import or a member of
-- staff is none: somebody gave the data before, and nobody says how.
create macro is_named_channel(channel) as coalesce(regexp_matches(
    trim(channel),
    '^(web ?site|web|site|form(ulier)?|contact.?form(ulier)?|webform|newsletter|nieuwsbrief|popup|landing.?page|'
    || 'e-?mail|mail|chat|live.?chat|messaging|phone|telefoon|call|voice|order|bestelling|checkout|webshop|shop|purchase|'
    || 'question|vraag|survey|enqu[eê]te|quote|offerte|service|portal|app|account|api)$',
    'i'
), false);

-- Kinds of service events that tell where a vehicle or its driver was.
create macro is_tracking(kind) as coalesce(regexp_matches(
    trim(kind),
    '^(position|positie|location|locatie|gps|trip|rit|track|geofence.*|device(moving|stopped|overspeed)|ignition(on|off)|driver.*)$',
    'i'
), false);

-- Labels by which people are refused something: credit, payment on account, a contract. A rating of readers is none.
create macro has_effect(label) as coalesce(regexp_matches(
    label,
    '(credit|krediet)[ _-]?(score|rating|check|limit|waardig|worthy|risk|risico|class|klasse)|(risk|risico|fraud|fraude)[ _-]?'
    || '(score|level|niveau|class|klasse|profile|profiel|flag|label)|black[ _-]?list|zwarte[ _-]?lijst|wanbetaler|bad[ _-]?(debt|payer)|'
    || '(payment|betaal)[ _-]?(score|moraal|gedrag|behaviou?r)|niet[ _-]?leveren|do[ _-]?not[ _-]?serve|afgewezen|rejected|insolven',
    'i'
), false);

-- Citizen service numbers in a text: nine digits after a word that says what they are.
create macro service_numbers(words) as list_transform(
    regexp_extract_all(
        words, '\b(?:bsn|burger ?service ?(?:nummer|nr)|sofi(?:-?nummer|nr)?)\b[^0-9]{0,20}((?:\d[ .-]?){8}\d)(?:[^0-9]|$)', 1, 'i'
    ),
    lambda found: regexp_replace(found, '[^0-9]', '', 'g')
);

-- The eleven-test: 9·a + 8·b + … + 2·h − i.
create macro passes_eleven_test(digits) as (
    list_sum(list_transform(range(1, 9), lambda place: (10 - place) * cast(digits[place] as integer))) - cast(digits[9] as integer)
) % 11 = 0;

-- Words that point at data of GDPR articles 9 and 10, in Dutch and English: health, belief, descent, politics, unions, sexuality, crime.
-- Only what seldom means anything else: no word of a trade (what ails a tracker is diagnosed, an alarm is disabled), and none that is a
-- name or part of one.
create macro has_special_word(words) as regexp_matches(
    words,
    '\b(ziek(e|te|tes|gemeld|melding|teverlof|enhuis(opname)?)?|(medische|medical) diagnos[ei]s?|kanker|diabet(es|isch)|'
    || 'suikerziekte|depressi(e|ef|eve)|'
    || 'burn-?out|zwanger(schap)?|gehandicapt[e]?|handicap|rolstoel|allergi(e|sch)|medicijn(en)?|medicatie|psychi(sch|sche|ater|atrisch)|'
    || 'psycholoog|hartaanval|hartinfarct|beroerte|hiv|aids|arbeidsongeschikt(heid)?|autis(me|tisch)|dement(ie)?|epilep(sie|tisch)|'
    || 'adhd|verslaafd|verslaving|pregnan(t|cy)|cancer|disabled (persons?|people|drivers?|customers?|passengers?)|disability|'
    || 'wheelchair|illness|depressed|epilepsy|'
    || 'moslim[as]?|islam(itisch)?|katholiek|christelijk|protestant|joods|jehova|hindoe|geloofsovertuiging|religie|'
    || 'muslim|jewish|catholic|religion|vakbond(slid)?|trade union|etnici(teit|tisch)|etnisch|huidskleur|ethnicity|'
    || 'homo(seksueel|fiel)|lesbisch|biseksueel|transgender|seksuele (geaardheid|voorkeur)|sexual orientation|'
    || 'politieke (voorkeur|gezindheid|overtuiging)|partijlid|vingerafdruk(ken)?|fingerprints|'
    || 'strafblad|veroordeeld|veroordeling|gedetineerd[e]?|gevangenis|strafrechtelijk|criminal record|convicted|imprisoned)\b',
    'i'
);

-- What a carrier needs (policy 3.3): name, address, phone, e-mail and the number of the order or shipment, as people write it, whoever's
-- they say it is: the customer's, the recipient's or that of the delivery.
create macro is_of_shipment(field) as regexp_full_match(
    trim(field),
    '((customer|recipient|contact|delivery|shipping|klant|ontvanger|aflever|bezorg|verzend)[ _-]?)?('
    || '((first|last|full)[ _-]?)?names?|initials|name_prefix|naw([ _-]?gegevens)?|((voor|achter|bedrijfs)[ _-]?)?na(am|men)|voorletters|'
    || 'tussenvoegsel|organi[sz]ation|organisatie|company|bedrijf|'
    || '((street|postal|post)[ _-]?)?(address|adres)(es|sen|gegevens)?([ _-]?(line|regel))?[ _-]?\d?|street|straat(naam)?|'
    || '(house|huis)[ _-]?(number|nummer|no|nr)([ _-]?toevoeging)?|toevoeging|post(code|al[ _-]?code)|zip([ _-]?code)?|city|town|'
    || '(woon)?plaats|country|land|'
    || '((tele|mobile[ _-]?)?phone|mobile|tel|(mobiele )?telefoon|mobiel)([ _-]?(numbers?|nummers?|no|nr))?|'
    || 'e-?mail([ _-]?(address(es)?|adres(sen)?))?|mailadres|'
    || '(order|shipment|parcel|tracking|bestel|zendings?|pakket)[ _-]?(id|number|nummer|no|nr|ref(erence)?|referentie)|'
    || 'order|bestelling|carrier|vervoerder)\.?',
    'i'
);
