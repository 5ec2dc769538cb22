-- Since when, through the day of each send, mail activity is at hand of every list that the person's answers may come from: one row a send
-- of which that is so (design 3, 'Coverage').
-- reads: mail_sent, mail_member, activity_coverage | binds: marketing_response_scope
with

send as (

    select distinct person, list_id, first_date, last_date
    from mail_sent
    where last_date is not null

),

person_list as (

    select distinct person_of(email, email_md5) as person, list_id
    from mail_member
    where list_id is not null

),

asked as (

    select person, list_id, first_date, last_date, list_id as asked_list
    from send
    union
    select send.person, send.list_id, send.first_date, send.last_date, person_list.list_id as asked_list
    from send
    inner join person_list on send.person = person_list.person
    where $marketing_response_scope = 'person'

),

covered as (

    select
        asked.person, asked.list_id, asked.first_date, asked.last_date,
        max(activity_coverage.covers_from) as covered_since,
        count(*) = count(activity_coverage.covers_from) as is_covered
    from asked
    left join activity_coverage
        on
            coalesce(asked.asked_list, '') = coalesce(activity_coverage.list_id, '')
            and asked.last_date between activity_coverage.covers_from and activity_coverage.covers_to
    -- A mail that names no list went to one of the person's.
    where
        asked.asked_list is not null
        or asked.person not in (
            select person_list.person from person_list
            where person_list.person is not null
        )
    group by asked.person, asked.list_id, asked.first_date, asked.last_date

)

select
    mail_sent.source, mail_sent.file, mail_sent.row,
    greatest(covered.covered_since, date '2000-01-02') as covered_since -- mail is no older (time.min_plausible)
from mail_sent
inner join covered
    on
        mail_sent.person is not distinct from covered.person
        and mail_sent.list_id is not distinct from covered.list_id
        and mail_sent.last_date = covered.last_date
        and mail_sent.first_date = covered.first_date
where covered.is_covered
