-- Acts of the registers that concern marketing, by the mail address they are about: one row an act and person.
-- is_certain false: a refusal of which no more is known than a phone number, and this person has it (domain.md 4.2).
-- reads: register_act, mail_identity, mail_phone
with

named as (

    select
        register_act.*,
        case register_act.kind
            when 'email' then person_of(register_act.value, null)
            when 'email_md5' then register_act.value
            else mail_identity.person
        end as person
    from register_act
    left join mail_identity on register_act.kind = mail_identity.kind and register_act.value = mail_identity.value
    where register_act.is_marketing and register_act.act <> 'upheld'

),

placed as (

    select *, bool_or(person is not null) over (partition by register, file, row, act) as is_placed
    from named

)

select act, person, true as is_certain, earliest_at, latest_at, issue
from placed
where person is not null
union all
select placed.act, mail_phone.person, false as is_certain, placed.earliest_at, placed.latest_at, placed.issue
from placed
inner join mail_phone on placed.value = mail_phone.value
where placed.kind = 'phone' and placed.act <> 'grant' and not placed.is_placed
