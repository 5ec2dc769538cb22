-- People who are found, but not among the visitors of websites, although there are exports of those: no login links them (article 11).
-- reads: subject_of, attached_row, file_place, attached_link, export_file | binds: visits
select subject_of.person
from subject_of
where
    exists (
        select 1 from export_file
        where list_contains($visits, export_file.entity) and export_file.rows_staged > 0
    )
    and subject_of.person not in (
        select attached_row.person
        from attached_row
        inner join file_place on attached_row.place = file_place.place
        inner join attached_link on attached_row.person = attached_link.person and attached_row.strength = attached_link.strength
        where list_contains($visits, file_place.entity) and attached_link.tier = 'definite'
    )
order by subject_of.person
