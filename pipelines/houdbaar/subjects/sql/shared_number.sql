-- Numbers that lead a user of a website to several people: they have them as customers or as holders of accounts.
-- reads: key_cluster
with

numbered as (

    select cluster, if(kind = 'account_id', split_part(value, chr(31), 2), value) as number
    from key_cluster
    where is_held and kind in ('customer_id', 'account_id')

)

select number
from numbered
group by number
having min(cluster) < max(cluster)
