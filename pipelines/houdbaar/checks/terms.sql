-- What several checks say in the same words.

-- The verdict of a term, from the earliest and latest reading of the trigger (domain.md 0.1 and the interval rule of 2.3).
-- first_date NULL with a last_date: only an upper bound is known (a load date), which can prove OVERDUE and nothing else.
create macro term_verdict(first_date, last_date, as_of, last_overdue_date, last_due_date) as case
    when last_date is null then 'UNDETERMINED'
    when first_date is null then case when least(last_date, as_of) <= last_overdue_date then 'OVERDUE' else 'UNDETERMINED' end
    when first_date > as_of then 'NOT_YET'
    when least(last_date, as_of) <= last_overdue_date then 'OVERDUE'
    when first_date > last_overdue_date and least(last_date, as_of) <= last_due_date then 'DUE'
    when first_date > last_overdue_date then 'WITHIN'
    else 'UNDETERMINED'
end;

-- An undetermined verdict says why: the DQ-TS code of the stamp.
create macro term_reason(verdict, issue) as case when verdict = 'UNDETERMINED' then coalesce(issue, 'DQ-TS-NULL') end;

-- Does a verdict rest on a bound (a month, two readings, a load date) rather than on a date?
create macro term_confidence(verdict, is_exact) as case when verdict = 'UNDETERMINED' or is_exact then 'certain' else 'bounded' end;

-- What is known only to lie between two days says so.
create macro interval_issue(first_date, last_date) as case when first_date <> last_date then 'DQ-TS-PRECISION' end;

-- Worst first, when one record needs a single verdict (domain.md 0.1).
create macro verdict_rank(verdict) as list_position(
    ['FAIL', 'OVERDUE', 'UNDETERMINED', 'HELD', 'DUE', 'KEEP', 'WITHIN', 'PASS', 'NOT_YET', 'OUT_OF_SCOPE'], verdict
);

-- One step more severe, and never above critical (domain.md 5.2).
create macro raised(severity) as case severity
    when 'info' then 'low' when 'low' then 'medium' when 'medium' then 'high' else 'critical'
end;

-- One step less severe.
create macro lowered(severity) as case severity
    when 'critical' then 'high' when 'high' then 'medium' when 'medium' then 'low' else 'info'
end;

-- The local day of the first visit in a Google Analytics cookie id, 'GA1.2.1203344556.1700000000' or without the prefix.
-- No id is older than Google Analytics itself.
create macro client_seconds(client_id) as try_cast(nullif(regexp_extract(client_id, '^(?:GA\d\.\d+\.)?\d+\.(\d{9,10})$', 1), '') as bigint);

create macro client_first_visit(client_id, zone) as case
    when client_seconds(client_id) >= 1131922800 then cast(timezone(zone, to_timestamp(client_seconds(client_id))) as date)
end;

-- Was the id still seen after its limit, by the as-of date? Out of scope without a limit (no id, or an id of another form).
create macro renewal_verdict(limit_date, first_seen_date, last_seen_date, as_of) as case
    when limit_date is null then 'OUT_OF_SCOPE'
    when first_seen_date is null then 'UNDETERMINED'
    when first_seen_date > as_of then 'NOT_YET'
    when first_seen_date > limit_date then 'FAIL'
    when least(last_seen_date, as_of) <= limit_date then 'PASS'
    else 'UNDETERMINED'
end;

-- Company mailboxes that are nobody's own (domain.md 3.5): findings about them are a step less severe.
create macro is_role_mailbox(email) as coalesce(regexp_matches(
    normalised_email(email),
    '^(info|sales|verkoop|inkoop|administratie|planning|boekhouding|facturen|contact|support|service|office|post|no-?reply)@'
), false);

-- What activity that knows more than opens has: what people did, or what became of a mail.
create macro is_own_act(kind) as kind in (
    'click', 'reply', 'form', 'survey', 'opt_in', 'confirm', 'preference', 'order', 'bounce', 'unsubscribe', 'complaint'
);

-- The relation that records of an e-mail address have where no number says whose they are; a function's mailbox is nobody's.
create macro address_relation(email) as case when not is_role_mailbox(email) then 'address:' || person_of(email, null) end;

-- The first of several stamps that is given: an empty one is passed over, an unusable one is not (domain.md 2.3).
create macro first_given(stamps) as coalesce(list_filter(stamps, lambda stamp: stamp.issue is distinct from 'DQ-TS-NULL')[1], stamps[1]);

-- Names of the fields that hold something.
create macro filled_names(fields) as list_transform(list_filter(fields, lambda field: field.is_filled), lambda field: field.name);

-- What people wrote in a register, or NULL where they wrote that there is nothing to say (the words of domain.md 2.3).
create macro said(words) as case
    when not regexp_matches(lower(trim(words)), '^([-.?]*|n/?a|n\.?v\.?t\.?|null|none|geen|onbekend|unknown)$') then words
end;

-- Why a day in a register says nothing (NULL: it does), and why a limit doesn't, where none or no end is a limit too.
create macro day_fault(name, first_date, issue) as case
    when issue = 'DQ-TS-NULL' then name || ' is missing'
    when first_date is not null and issue is not null then name || ' can be read in more than one way'
    when issue is not null then name || ' can''t be read'
end;

create macro limit_fault(name, first_date, issue) as case
    when issue not in ('DQ-TS-NULL', 'DQ-TS-SENTINEL') then day_fault(name, first_date, issue)
end;

-- What an act counts for by the as-of date: its earliest and its latest reading. An act in the future counts for nothing; one whose
-- stamp can't be read may have happened on the as-of date itself.
create macro act_first(first_date, as_of) as case when first_date <= as_of then first_date end;

create macro act_last(first_date, last_date, issue, as_of) as case
    when first_date > as_of or issue in ('DQ-TS-NULL', 'DQ-TS-SENTINEL', 'DQ-TS-FUTURE') then null
    else least(coalesce(last_date, as_of), as_of)
end;

-- What an order says of its relation: open, it runs; a word that nobody knows may mean the same.
create macro order_state(status) as case
    when order_status(status) = 'open' then 'runs'
    when order_status(status) not in (
            'completed', 'cancelled', 'shipped', 'delivered', 'closed', 'verzonden', 'bezorgd', 'geleverd', 'gesloten'
        ) then 'doubt'
end;

-- What an end says at the as-of date: none is given ('open'), it is still to come or far in the future ('runs'), or it has 'ended'.
create macro end_state(first_date, issue, as_of) as case
    when issue = 'DQ-TS-NULL' then 'open'
    when first_date > as_of then 'runs'
    else 'ended'
end;

-- A row about a legal entity alone: a firm is named, and nobody in it (domain.md C-00-4). Sole traders and partners are persons.
create macro is_entity_only(firm, person, email, legal_form) as
coalesce(firm, legal_form) is not null
and person is null
and (email is null or is_role_mailbox(email))
and not regexp_matches(
    coalesce(lower(legal_form), ''), '\b(eenmanszaak|zzp|v\.?o\.?f|vennootschap onder firma|maatschap|c\.?v|sole trader|partnership)\b'
);

-- A row that a plan has made anonymous: its key is a number of ours, and nothing of a person is left (domain.md 5.4).
create macro is_made_anonymous(key, person) as coalesce(starts_with(key, 'anonymous-'), false) and person is null;

-- The verdict on books, from the earliest and latest end of the year that they belong to (domain.md 2.7): until the last day of the
-- statutory years they must be kept, afterwards they may stay only while the relation itself goes on.
create macro statute_verdict(first_date, last_date, is_future, is_related, last_overdue_date) as case
    when is_future then 'NOT_YET'
    when first_date > last_overdue_date then 'KEEP'
    when is_related then 'WITHIN'
    when last_date <= last_overdue_date then 'OVERDUE'
    else 'UNDETERMINED'
end;

-- Why the books are undetermined, or whether they may stay once their statutory years are over.
create macro statute_reason(verdict, issue, is_related) as case
    when verdict = 'KEEP' and is_related then 'the relation goes on'
    else term_reason(verdict, issue)
end;

-- The earliest and the latest moment that a stamp can mean. Midnight may be a date without a clock time: then all of its day.
create macro earliest_moment(stamp_at, first_date, zone) as coalesce(stamp_at, timezone(zone, cast(first_date as timestamp)));

create macro latest_moment(stamp_at, last_date, zone) as case
    when stamp_at <> timezone(zone, date_trunc('day', timezone(zone, stamp_at))) then stamp_at
    else timezone(zone, cast(last_date + 1 as timestamp)) - interval 1 microsecond
end;

-- Was the sign-up the person's own act? An import stamps sign-up and confirmation alike and knows no IP address; staff and imports
-- bring addresses in without anybody having asked for mail (domain.md 2.5, formats.md 5 trap 20). Two dates can well be alike, and
-- an export that says where the sign-up came from needs no such guess.
create macro is_brought_in(signup_source, opted_in_at, confirmed_at, opt_in_ip, confirm_ip, zone) as coalesce(
    lower(trim(signup_source)) in ('import', 'staff'),
    opted_in_at = confirmed_at and opt_in_ip is null and confirm_ip is null
    and opted_in_at <> timezone(zone, date_trunc('day', timezone(zone, opted_in_at))),
    false
);

-- May what a system saw be about the list that others keep? Not where another mailer saw it, who may have people of its own, nor where it
-- is processed for others; a table under our own names is of no mailer in particular.
create macro may_be_about(systems, system) as list_contains(systems, system)
or system = 'plain' or (list_contains(systems, 'plain') and not contains(system, '(processor)'));

create macro is_of_question(signup_source) as coalesce(
    lower(trim(signup_source)) in ('question', 'form', 'contact', 'contact form', 'contact_form', 'contactformulier', 'vraag'), false
);

create macro is_of_sale(signup_source) as coalesce(
    lower(trim(signup_source)) in ('order', 'customer', 'purchase', 'sale', 'bestelling', 'klant', 'aankoop'), false
);

-- Why the state of a member can't be told.
create macro state_issue(is_incomplete, is_disputed) as case
    when is_incomplete then 'snapshot incomplete'
    when is_disputed then 'snapshot order unknown'
end;
