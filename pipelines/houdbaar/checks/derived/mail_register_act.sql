-- Acts of the registers that concern marketing, by the mail address they are about: one row an act and person.
-- reads: register_act, mail_identity
select
    register_act.act,
    case register_act.kind
        when 'email' then person_of(register_act.value, null)
        when 'email_md5' then register_act.value
        else mail_identity.person
    end as person,
    register_act.earliest_at,
    register_act.latest_at,
    register_act.issue
from register_act
left join mail_identity on register_act.kind = mail_identity.kind and register_act.value = mail_identity.value
where
    register_act.is_marketing and register_act.act <> 'upheld'
    and (register_act.kind in ('email', 'email_md5') or mail_identity.person is not null)
