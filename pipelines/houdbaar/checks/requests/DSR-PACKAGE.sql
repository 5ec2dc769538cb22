-- DSR-PACKAGE: a request that waits, whose answer will lack a mandatory part that only the settings or registers can fill
-- clause: C-61-8 | grain: record | entity: request | reads: request, request_state, export_file, disclosure, shipment
-- binds: policy_dpo_contact, policy_recipients
-- What else an answer lacks is told when it is made, and what one held that was sent no register says: that is not tested here.
with

transfer_register as (

    select count(*) > 0 as is_there
    from export_file
    where entity = 'transfer'

),

known as (

    select
        coalesce(trim(cast($policy_dpo_contact as varchar)), '') <> '' as has_contact,
        len(coalesce($policy_recipients, [])) > 0
        or (select count(disclosure.row) > 0 from disclosure)
        or (select count(shipment.carrier) > 0 from shipment) as has_recipients,
        transfer_register.is_there as has_transfers
    from transfer_register

),

asked as (

    select
        request.*,
        state.is_waiting,
        known.*,
        unnest(['contact', 'recipients', 'transfers', 'package']) as part
    from request
    inner join request_state as state on request.source = state.source and request.file = state.file and request.row = state.row
    cross join known

),

judged as (

    select
        *,
        case
            when coalesce(lower(trim(state)), '') = 'withdrawn' then 'OUT_OF_SCOPE'
            when not is_waiting or part = 'package' then 'NOT_TESTED'
            when part = 'contact' and has_contact then 'PASS'
            when part = 'contact' then 'FAIL'
            when coalesce(lower(trim("right")), '') <> 'access' then 'OUT_OF_SCOPE'
            when part = 'recipients' and has_recipients then 'PASS'
            when part = 'recipients' then 'FAIL'
            when has_transfers then 'PASS'
            else 'NOT_TESTED'
        end as verdict
    from asked

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    part as field,
    verdict,
    case
        when verdict = 'FAIL' and part = 'contact' then 'policy.dpo_contact is not set'
        when verdict = 'FAIL' then 'nobody says who receives data'
        when verdict <> 'NOT_TESTED' then null
        when is_waiting and part = 'transfers' then 'without a register of transfers an answer says nothing of them'
        when is_waiting then 'what else an answer lacks is told by request package'
        else 'what an answer held that was sent is in no register'
    end as reason,
    'review' as action
from judged
