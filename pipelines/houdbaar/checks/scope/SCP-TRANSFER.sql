-- SCP-TRANSFER: data outside the EEA without an instrument that is valid on the as-of date
-- clause: C-41-1 | grain: source | entity: * | requires: transfer | binds: as_of, transfer_dpf_valid
-- reads: transfer, adequate_country
with

-- A transfer is judged for each source that it names; where it names none it is about all that goes to the recipient.
listed as (

    select
        *,
        upper(trim(country)) as place,
        lower(trim(recipient)) as receiver,
        lower(trim(instrument)) as tool,
        $transfer_dpf_valid as is_framework_valid,
        nullif(trim(unnest(string_split_regex(coalesce(sources, ''), '[;,]'))), '') as concerned
    from transfer

),

valued as (

    select
        listed.*,
        case
            when not regexp_matches(coalesce(listed.place, ''), '^[A-Z]{2}$') then 'the country is no ISO 3166 code'
            when country.basis = 'eea' then null
            when listed.tool is null then 'no instrument'
            when listed.tool not in ('adequacy', 'dpf', 'scc', 'bcr', 'derogation') then 'the instrument is not known'
            when listed.tool = 'derogation' then 'a derogation holds case by case: a person has to judge it'
            when listed.valid_from_issue is not null then 'the instrument has no usable start'
            when listed.valid_to_issue not in ('DQ-TS-NULL', 'DQ-TS-SENTINEL') then 'the instrument has no usable end'
            when listed.valid_from > $as_of then 'the instrument begins later'
            when listed.valid_to_last_date < $as_of then 'the instrument has ended'
            when listed.tool in ('scc', 'bcr') then null
            when listed.tool = 'dpf' and not listed.is_framework_valid then 'the data privacy framework does not hold (transfer.dpf_valid)'
            when coalesce(country.basis, '') <> listed.tool then 'no decision of the Commission for this country'
            when country.valid_from > $as_of or country.valid_to < $as_of then 'the Commission''s decision is not in force'
        end as flaw
    from listed
    left join adequate_country as country on listed.place = country.country

),

-- One instrument in force is enough, whatever ended beside it. One that begins later says that the transfer may do so too,
-- unless an earlier one has ended: then there is a gap.
judged as (

    select
        source, concerned,
        arg_max(file, row) as file, arg_max(record_key, row) as record_key, arg_max(flaw, row) as last_flaw,
        bool_or(flaw is null) as is_covered,
        bool_and(tool is not distinct from 'dpf') filter (where flaw is null) as is_by_framework,
        bool_or(regexp_matches(flaw, 'ISO 3166|not known|usable|derogation'))
        or (bool_or(flaw = 'the instrument begins later') and not bool_or(flaw = 'the instrument has ended')) as is_open,
        list({'first': row, 'last': row} order by row) as ranges
    from valued
    group by source, receiver, place, concerned

)

-- What people wrote there is shown only where it is a plain word, as names of sources are.
select
    source, 'transfer' as entity, file, record_key,
    case when regexp_matches(concerned, '^[a-z][a-z_-]{0,30}$') then concerned end as field,
    case when is_covered then 'PASS' when is_open then 'UNDETERMINED' else 'FAIL' end as verdict,
    case
        when not is_covered then last_flaw
        when is_by_framework then 'rests on the EU-US data privacy framework: watch whether that stays in force (transfer.dpf_valid)'
    end as reason,
    1 as records, ranges
from judged
