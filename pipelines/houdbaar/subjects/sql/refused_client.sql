-- Cookies that were read out, and that several users were seen with: nobody's visits are given on their word.
-- reads: website_key
select distinct person
from website_key
where tier = 'refused'
order by person
