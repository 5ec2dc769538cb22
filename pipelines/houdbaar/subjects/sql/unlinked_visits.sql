-- People who are found, but not among the visitors of websites, although there are exports of those: no login links them (article 11).
-- reads: subject_of, attached_row, analytics_event, analytics_user
select subject_of.person
from subject_of
where
    (exists (select 1 from analytics_event) or exists (select 1 from analytics_user))
    and subject_of.person not in (
        select attached_row.person
        from attached_row
        where attached_row.entity in ('analytics_event', 'analytics_user') and attached_row.tier = 'definite'
    )
order by subject_of.person
