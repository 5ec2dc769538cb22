-- Components in which something may contradict: several surnames, initials, dates of birth, customers or addresses, a key that lay idle.
-- reads: person_row, component, row_name, person_name, definite_key, customer_space, crowded | binds: identity_reissue_months
with

described as (

    select
        component.label,
        component.row_id,
        person_row.birth_date,
        person_row.customer_id,
        customer_space.space,
        person_name.surname,
        nullif(person_name.initial, '') as initial,
        person_row.used_from,
        person_row.used_to
    from component
    inner join person_row on component.row_id = person_row.row_id
    left join customer_space on person_row.source = customer_space.source
    left join row_name on component.row_id = row_name.row_id
    left join person_name on row_name.name_number = person_name.name_number

),

contradicted as (

    select label
    from described
    group by label
    having count(distinct surname) > 1 or count(distinct initial) > 1 or count(distinct birth_date) > 1

),

traded as (

    select label
    from described
    group by label, space
    having count(distinct customer_id) > 1

),

used as (

    select
        described.label,
        described.used_from,
        max(coalesce(described.used_to, described.used_from)) over (
            partition by definite_key.key_number
            order by described.used_from, described.row_id rows between unbounded preceding and 1 preceding
        ) as before
    from definite_key
    inner join described on definite_key.row_id = described.row_id
    where definite_key.is_contact and described.used_from is not null

),

idle as (

    select label
    from used
    where used_from > before + to_months(cast($identity_reissue_months as integer))

)

select label from contradicted
union
select label from traded
union
select label from idle
union
select label from crowded
