-- The state of each hold at the as-of date (domain.md 2.8): one row a hold. Only an effective one blocks anything.
-- lacking: what an invalid hold has not, so that it can't be told what it blocks, for how long, or who answers for it.
-- reads: hold | binds: as_of, hold_max_months_cutoff_date, linking_kinds
with

-- A far-future sentinel is no end: a hold needs a limit. A kind without an identifier selects nothing: then it goes by source.
limited as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        hold_id,
        lower(trim(kind)) as kind,
        reason,
        approver,
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
        released_on
    from hold

),

examined as (

    select
        *,
        case
            when hold_id is null then 'hold_id'
            when coalesce(kind, '') not in ('legal_hold', 'restriction', 'authority_order') then 'kind'
            when reason is null then 'reason'
            when approver is null then 'approver'
            when starts_on is null then 'starts_on'
            when ends_on is null and review_on is null then 'ends_on or review_on'
            when list_contains($linking_kinds, identifier_kind) then null
            when identifier_kind is not null then 'identifier_kind'
            when selected_source is null or coalesce(selected_record_key, cast(period_from as varchar), cast(period_to as varchar)) is null
                then 'selector'
        end as lacking
    from limited

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    hold_id,
    kind,
    identifier_kind,
    identifier_value,
    selected_source,
    selected_record_key,
    fields,
    period_from,
    period_to,
    starts_on,
    lacking,
    case
        when released_on <= $as_of then 'released'
        when lacking is not null then 'invalid'
        when starts_on > $as_of then 'not_yet'
        when ends_on < $as_of or review_on < $as_of or starts_on <= $hold_max_months_cutoff_date then 'expired'
        else 'effective'
    end as state
from examined
