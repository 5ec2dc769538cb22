-- The person's newest answer before each send (domain.md 2.4): one row a send. An act on the send's day counts only if its clock time is
-- before the send's: the answer that a late send provoked cures nothing. first_date, last_date: its earliest and latest reading.
-- counterfactual: a newer sign that a knob would make an answer. Where there is no answer, the newest sale gave us the address (2.5).
-- reads: mail_sent, mail_response, mail_sale | binds: marketing_response_scope, time_zone
with

send as (

    select source, file, row, person, if($marketing_response_scope = 'list', coalesce(list_id, ''), '') as scope, earliest_at, last_date
    from mail_sent

),

act as (

    select
        person, list_id, first_date, last_date, is_counted, counterfactual, issue,
        latest_moment(happened_at, last_date, $time_zone) as certain_at,
        coalesce(latest_moment(happened_at, first_date, $time_zone), timestamptz '0001-01-01 00:00:00+00') as possible_at
    from mail_response
    where is_counted or counterfactual is not null
    union all
    select
        person, null as list_id, first_date, last_date, null as is_counted, null as counterfactual, null as issue,
        earliest_moment(cast(null as timestamptz), last_date, $time_zone) - interval 1 second as certain_at,
        earliest_moment(cast(null as timestamptz), first_date, $time_zone) - interval 1 second as possible_at
    from mail_sale
    where first_date is not null

),

heard as (select distinct person, scope from send),

scoped as (

    select heard.scope, act.*
    from act
    inner join heard
        on act.person = heard.person and ($marketing_response_scope = 'person' or act.list_id is null or act.list_id = heard.scope)

),

-- Of all acts up to a moment the newest one, from then on.
certain as (

    select
        person, scope, certain_at,
        max(first_date) filter (where is_counted) over so_far as first_date,
        max({'last_on': first_date, 'why': counterfactual}) filter (where not is_counted and first_date is not null) over so_far as sign,
        max(first_date) filter (where is_counted is null) over so_far as sale_date
    from scoped
    where certain_at is not null
    window so_far as (partition by person, scope order by certain_at asc)

),

possible as (

    select
        person, scope, possible_at,
        max(coalesce(last_date, date '9999-12-31')) filter (where is_counted) over so_far as last_date,
        max(issue) filter (where is_counted) over so_far as issue,
        max(last_date) filter (where is_counted is null) over so_far as sale_date
    from scoped
    window so_far as (partition by person, scope order by possible_at asc)

)

select
    send.source, send.file, send.row,
    if(possible.last_date is null, certain.sale_date, certain.first_date) as first_date,
    case
        when coalesce(possible.last_date, possible.sale_date) is not null
            then least(coalesce(possible.last_date, possible.sale_date), send.last_date)
    end as last_date,
    possible.issue, certain.sign.last_on as counterfactual_date, certain.sign.why as counterfactual
from send
asof left join certain on send.person = certain.person and send.scope = certain.scope and send.earliest_at > certain.certain_at
asof left join possible on send.person = possible.person and send.scope = possible.scope and send.earliest_at > possible.possible_at
