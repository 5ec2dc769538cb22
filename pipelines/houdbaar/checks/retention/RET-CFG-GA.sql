-- RET-CFG-GA: analytics property that keeps longer than the promised term, or starts the clock anew at each visit
-- clause: C-52-1 | grain: record | entity: analytics_setting | reads: analytics_setting | binds: ret_ana_26_months
with

judged as (

    select
        source,
        file,
        row,
        record_key,
        snapshot_date,
        unnest([
            {
                'field': 'event_months',
                'verdict': case
                    when event_months > $ret_ana_26_months then 'FAIL' when event_months is null then 'UNDETERMINED' else 'PASS'
                end
            },
            {
                'field': 'user_months',
                'verdict': case
                    when user_months > $ret_ana_26_months then 'FAIL' when user_months is null then 'UNDETERMINED' else 'PASS'
                end
            },
            {
                'field': 'is_reset_on_activity',
                'verdict': case when is_reset_on_activity then 'FAIL' when is_reset_on_activity is null then 'UNDETERMINED' else 'PASS' end
            }
        ]) as setting
    from analytics_setting

)

select
    source,
    file,
    row,
    record_key,
    snapshot_date,
    setting.field as field,
    setting.verdict as verdict,
    case when setting.verdict = 'UNDETERMINED' then 'setting not given' end as reason
from judged
