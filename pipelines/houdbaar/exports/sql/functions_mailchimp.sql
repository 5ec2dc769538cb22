-- What transforms in contracts of Mailchimp may call. Needs functions.sql; both kinds of values, as there.

-- Which file of an audience export a row is in: its name says so, else the columns that the file has (NULL: it lacks that column).
create macro audience_status(file_name, cleaned_column, unsubscribed_column, changed_column) as case
    when regexp_matches(base_name(file_name), '(non|not)[-_ ]?subscribed|transactional') then 'nonsubscribed'
    when regexp_matches(base_name(file_name), 'unsub') then 'unsubscribed'
    when regexp_matches(base_name(file_name), 'cleaned') then 'cleaned'
    when regexp_matches(base_name(file_name), 'archived') then 'archived'
    when regexp_matches(base_name(file_name), 'subscribed') then 'subscribed'
    when changed_column is not null then 'subscribed'
    when cleaned_column is not null then 'cleaned'
    when unsubscribed_column is not null then 'unsubscribed'
end;

-- 'import' where nothing proves that the person did it: sign-up and confirmation at the same moment, and no address of theirs.
create macro import_source(opted_in_at, confirmed_at, opt_in_ip, confirm_ip) as case
    when filled(opted_in_at) = filled(confirmed_at) and filled(opt_in_ip) is null and filled(confirm_ip) is null then 'import'
end;

-- open or click: from the folder of an account export's report, else from the file's name, else by its column of links.
create macro report_kind(file_name, url_column) as case
    when regexp_matches(lower(file_name), '(^|[/!])clicks?[/!]') then 'click'
    when regexp_matches(lower(file_name), '(^|[/!])opens?[/!]') then 'open'
    when regexp_matches(base_name(file_name), '(^|[_.-])clicks?([_.-]|$)') then 'click'
    when regexp_matches(base_name(file_name), '(^|[_.-])opens?([_.-]|$)') then 'open'
    when url_column is not null then 'click'
end;

-- The campaign's id in the file name of a report: ten hexadecimal characters, else the number that the name begins with.
create macro report_campaign(file_name) as coalesce(
    nullif(regexp_extract(base_name(file_name), '(^|[_.-])([0-9a-f]{10})([_.-]|$)', 2), ''),
    nullif(regexp_extract(base_name(file_name), '^(\d+)[_.-]', 1), '')
);

-- Mailchimp's words for what a member did, in ours; other words (sent, …) are no activity of the person: as they stand.
create macro mailchimp_kind(action) as case lower(filled(action))
    when 'opens' then 'open'
    when 'clicks' then 'click'
    when 'unsub' then 'unsubscribe'
    when 'abuse' then 'complaint'
    when 'hard' then 'bounce'
    when 'soft' then 'bounce'
    else lower(filled(action))
end;

-- True for opens that Google's image proxy made; NULL otherwise, since nothing shows that a person opened.
create macro is_proxy_open(kind, ip) as case
    when kind = 'open' and regexp_matches(cast(ip as varchar), '^\s*(66\.249|66\.102|64\.233)\.') then true
end;

-- Mailchimp's states of a member in ours.
create macro member_status(cell) as case lower(filled(cell))
    when 'transactional' then 'nonsubscribed'
    when 'non-subscribed' then 'nonsubscribed'
    else lower(filled(cell))
end;

-- Where a member came from, by the API's words; imports that say nothing are known by their equal stamps.
create macro member_source(source, opted_in_at, confirmed_at, opt_in_ip, confirm_ip) as case
    when regexp_matches(lower(filled(source)), 'import|copy') then 'import'
    when regexp_matches(lower(filled(source)), 'admin|staff') then 'staff'
    when regexp_matches(lower(filled(source)), 'form|page|pop') then 'newsletter'
    when filled(source) is not null then lower(filled(source))
    else import_source(coalesce(filled(opted_in_at), filled(confirmed_at)), confirmed_at, opt_in_ip, confirm_ip)
end;
