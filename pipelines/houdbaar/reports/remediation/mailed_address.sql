-- Addresses (or their MD5) of mails that should not have been sent and whose sending asks for suppression, with those findings.
-- Who is subscribed may have come back since: whether that was right, the findings about the member say.
-- reads: finding, event_row, mail_member
with

subscribed as (

    select distinct person_of(email, email_md5) as person
    from mail_member
    where lower(trim(status)) = 'subscribed'

),

listed as (

    select
        finding_id, code, clause, field, confidence, source, file, unnest(ranges) as piece
    from finding
    where entity = 'mail_send' and action = 'suppress' and verdict = 'FAIL'

),

mailed as (

    select
        finding_id, code, clause, field, confidence, source, file, unnest(generate_series(piece.first, piece.last)) as row
    from listed

)

select
    member_key(event_row.id_1, event_row.id_2) as address,
    list(distinct {
        'finding_id': mailed.finding_id, 'code': mailed.code, 'clause': mailed.clause, 'field': mailed.field,
        'is_assumed': mailed.confidence = 'assumed'
    }) as findings
from mailed
inner join event_row on mailed.source = event_row.source and mailed.file = event_row.file and mailed.row = event_row.row
left join subscribed on person_of(event_row.id_1, event_row.id_2) = subscribed.person
where member_key(event_row.id_1, event_row.id_2) is not null and subscribed.person is null
group by address
order by address
