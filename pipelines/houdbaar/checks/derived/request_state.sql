-- Where each request stands at the as-of date: one row a request (domain.md 2.8). One that nobody numbered is named by its row.
-- is_pending: it blocks deletion, from its receipt until an answer after it (to close it is none), and then while that can be appealed.
-- A right that isn't known may be one that blocks, and a receipt without a date was some day before the audit.
-- is_waiting: somebody has to find the person's records for it; to stop mailing an address nobody has to be found.
-- fault: why the register says too little of it, and in which column. is_unplaced: then nobody can tell whose records stay.
-- reads: request | binds: as_of, dsr_appeal_days_cutoff_date, linking_kinds
with

parted as (

    select
        source, file, row,
        coalesce(request_id, 'row-' || row) as request_name,
        lower(trim("right")) as asked_right,
        coalesce(lower(trim(state)), '') as state, received_at_first_date,
        day_fault('received_at', received_at_first_date, received_at_issue) as receipt_fault,
        coalesce(answered_at_last_date <= $dsr_appeal_days_cutoff_date, false)
        and coalesce(answered_at_last_date >= received_at_first_date, true) as is_answered,
        outcome is not null and (coalesce(closed_at_last_date < $as_of, false) or coalesce(lower(trim(state)), '') = 'closed')
            as is_closed,
        list_transform(
            list_filter(string_split(coalesce(identifiers, ''), ';'), lambda piece: trim(piece) <> ''),
            lambda piece: {
                'kind': lower(trim(regexp_extract(piece, '^([^=]*)=', 1))), 'value': trim(regexp_replace(piece, '^[^=]*=?', ''))
            }
        ) as identifiers
    from request

),

placed as (

    select
        *,
        is_answered or is_closed or state in ('withdrawn', 'refused') as is_done,
        asked_right in ('rectification', 'objection', 'marketing_objection', 'withdrawal') as is_no_block,
        case
            when identifiers = [] then 'identifiers are missing'
            when
                list_bool_or(list_transform(identifiers, lambda each: each.kind = '' or each.value = ''))
                then 'an identifier is not kind=value'
            when list_bool_or(list_transform(
                    identifiers,
                    lambda each: not list_contains($linking_kinds, each.kind) and each.kind not in ('name', 'postcode_house_number')
                )) then 'the kind of an identifier is not known'
            when not list_bool_or(list_transform(identifiers, lambda each: list_contains($linking_kinds, each.kind)))
                then 'no identifier links anybody by itself'
        end as identifier_fault
    from parted

),

examined as (

    select
        *,
        not is_done and not is_no_block is true and coalesce(received_at_first_date, $as_of) <= $as_of as is_pending,
        not is_done and coalesce(asked_right, '') not in ('marketing_objection', 'withdrawal')
        and coalesce(received_at_first_date, $as_of) <= $as_of as is_waiting,
        case
            when asked_right is null then {'field': 'right', 'what': 'right is missing'}
            when is_no_block or asked_right in ('access', 'erasure', 'restriction', 'portability') then null
            else {'field': 'right', 'what': 'right is not known'}
        end as right_fault,
        -- What is done needs nobody's identifiers any more, but a refusal of mail works for ever.
        not is_done or (asked_right in ('marketing_objection', 'withdrawal') and state <> 'withdrawn') as is_in_use
    from placed

)

select
    source, file, row, request_name, asked_right, identifiers, is_pending, is_waiting, identifier_fault is null as is_searchable,
    coalesce(received_at_first_date, $as_of) as starts_on,
    is_pending and identifier_fault is not null as is_unplaced,
    coalesce(
        right_fault,
        case when is_in_use and identifier_fault is not null then {'field': 'identifiers', 'what': identifier_fault} end,
        case when is_in_use and received_at_first_date is null then {'field': 'received_at', 'what': receipt_fault} end
    ) as fault
from examined
