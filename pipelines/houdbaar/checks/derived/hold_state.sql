-- The state of each hold at the as-of date (domain.md 2.8): one row a hold. Only an effective one blocks anything.
-- fault: why an invalid hold has none: it can't be told what it blocks, from when and for how long, or who answers for it.
-- is_unplaced: what makes it invalid is something that stands there and that nobody understands: it may be about any record.
-- reads: hold | binds: as_of, hold_max_months_cutoff_date, known_sources, linking_kinds
with

-- A far-future sentinel is no end: a hold needs a limit. A kind without an identifier selects nothing: then it goes by source.
limited as (

    select
        source, file, row, record_key, snapshot_date, hold_id,
        lower(trim(kind)) as kind,
        said(reason) as reason,
        said(approver) as approver,
        case when identifier_value is not null then lower(trim(identifier_kind)) end as identifier_kind,
        identifier_value,
        selected_source,
        selected_record_key,
        fields,
        period_from,
        period_to,
        starts_on,
        case when ends_on_issue is null then ends_on end as ends_on,
        case when review_on_issue is null then review_on end as review_on,
        released_on,
        day_fault('starts_on', starts_on_first_date, starts_on_issue) as start_fault,
        limit_fault('ends_on', ends_on_first_date, ends_on_issue) as end_fault,
        limit_fault('review_on', review_on_first_date, review_on_issue) as review_fault,
        limit_fault('period_from', period_from_first_date, period_from_issue) as from_fault,
        limit_fault('period_to', period_to_first_date, period_to_issue) as to_fault
    from hold

),

examined as (

    select
        *,
        case
            when hold_id is null then 'hold_id is missing'
            when kind is null then 'kind is missing'
            when kind not in ('legal_hold', 'restriction', 'authority_order') then 'kind is not known'
            when reason is null then 'reason is missing'
            when approver is null then 'approver is missing'
            when starts_on is null then start_fault
            when ends_on is null and review_on is null then coalesce(end_fault, review_fault, 'ends_on or review_on is missing')
            when selected_source is not null and not list_contains($known_sources, selected_source) then 'source is not bound'
            when list_contains($linking_kinds, identifier_kind) then null
            when identifier_kind in ('name', 'postcode_house_number') then 'identifier_kind links nobody by itself'
            when identifier_kind is not null then 'identifier_kind is not known'
            when selected_source is null and identifier_value is not null then 'identifier_kind is missing'
            when selected_source is null then 'selector is missing'
            when coalesce(selected_record_key, cast(period_from as varchar), cast(period_to as varchar)) is null
                then coalesce(from_fault, to_fault, 'selector is missing')
        end as fault
    from limited

)

select
    source, file, row, record_key, snapshot_date, hold_id, kind, identifier_kind, identifier_value, selected_source, selected_record_key,
    fields, period_from, period_to, starts_on, least(ends_on, review_on, released_on) as last_on, fault,
    coalesce(
        (fault in (start_fault, end_fault, review_fault, from_fault, to_fault) and not contains(fault, 'missing'))
        or regexp_matches(fault, 'not known$|not bound$|^identifier_kind '),
        false
    )
    and not coalesce(released_on <= $as_of or starts_on > $as_of or ends_on < $as_of or review_on < $as_of, false) as is_unplaced,
    case
        when released_on <= $as_of then 'released'
        when fault is not null then 'invalid'
        when starts_on > $as_of then 'not_yet'
        when ends_on < $as_of or review_on < $as_of or starts_on <= $hold_max_months_cutoff_date then 'expired'
        else 'effective'
    end as state
from examined
