-- CON-EVIDENCE: mailable address whose consent can't be proved: its time, its source or (in a consent register) its text is not known
-- clause: C-22-1 | grain: record | entity: mail_member | needs: opted_in_at or confirmed_at, signup_source or opt_in_ip or confirm_ip
-- reads: mail_state, mail_member, consent, mail_identity | binds: time_zone
with

-- What a consent register proves of a person.
proved as (

    select
        case consent.identifier_kind
            when 'email' then person_of(consent.identifier_value, null)
            when 'email_md5' then lower(trim(consent.identifier_value))
            else mail_identity.person
        end as person,
        bool_or(consent.granted_at_first_date is not null) as has_time,
        bool_or(consent.evidence is not null) as has_source,
        bool_or(consent.text_version is not null) as has_text
    from consent
    left join mail_identity
        on
            consent.identifier_kind = mail_identity.kind
            and identifier_key(consent.identifier_kind, consent.identifier_value) = mail_identity.value
    group by 1

),

shown as (

    select
        mail_state.source, mail_state.file, mail_state.row, mail_state.record_key, mail_state.snapshot_date,
        state_issue(mail_state.is_incomplete, mail_state.is_disputed) as state_issue,
        mail_state.is_current and mail_state.status = 'subscribed' as is_mailable,
        mail_member.opted_in_at_first_date as first_date,
        mail_member.opted_in_at_last_date as last_date,
        is_of_sale(mail_member.signup_source) as is_of_sale,
        is_brought_in(
            mail_member.signup_source, mail_member.opted_in_at, mail_member.confirmed_at, mail_member.opt_in_ip, mail_member.confirm_ip,
            $time_zone
        ) as is_brought_in,
        coalesce(mail_member.opted_in_at_first_date, mail_member.confirmed_at_first_date) is not null as has_time,
        coalesce(mail_member.signup_source, mail_member.opt_in_ip, mail_member.confirm_ip) is not null as has_source,
        coalesce(proved.has_time, false) as is_time_registered,
        coalesce(proved.has_source, false) as is_source_registered,
        coalesce(proved.has_text, true) or mail_member.consent_text is not null as has_text
    from mail_state
    inner join mail_member
        on mail_state.source = mail_member.source and mail_state.file = mail_member.file and mail_state.row = mail_member.row
    left join proved on person_of(mail_member.email, mail_member.email_md5) = proved.person

),

missing as (

    select
        *,
        case
            when is_brought_in and not is_time_registered then 'brought in by the company, not by the person'
            when not has_time and not is_time_registered then 'time of consent is missing'
            when not has_source and not is_source_registered then 'source of consent is missing'
            when not has_text then 'text of consent is missing'
        end as reason
    from shown

)

select
    source, file, row, record_key, snapshot_date,
    -- Existing customers gave no consent, and need none (C-22-4).
    case
        when state_issue is not null then 'UNDETERMINED'
        when not is_mailable or is_of_sale then 'OUT_OF_SCOPE'
        when reason is not null then 'FAIL'
        else 'PASS'
    end as verdict,
    coalesce(state_issue, case when is_mailable and not is_of_sale then reason end) as reason,
    'archive' as action, 'opted_in_at' as trigger_column, first_date as first_trigger, last_date as last_trigger
from missing
