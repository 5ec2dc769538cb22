-- RET-STAT-EARLY: an invoice or payment that an earlier run saw is gone while the law still asks for it
-- clause: C-51-3 | grain: source | entity: * | of: known_entry | reads: gone_entry, known_entry, held_entry, declared_source
-- Invoices that are there, or lawfully gone, are counted by their numbers: RET-STAT-EARLY.sql.
with

compared as (

    select source, entity, keyed_record_key, verdict, is_beside, first_date, last_date
    from gone_entry
    where verdict <> 'PASS' or entity = 'payment'
    union all
    select
        known_entry.source,
        known_entry.entity,
        known_entry.keyed_record_key,
        'PASS' as verdict,
        false as is_beside,
        null as first_date,
        null as last_date
    from known_entry
    inner join held_entry
        on
            known_entry.source = held_entry.source
            and known_entry.entity = held_entry.entity
            and known_entry.keyed_record_key = held_entry.keyed_record_key
    where held_entry.is_current and known_entry.entity = 'payment'

)

select
    compared.source,
    compared.entity,
    compared.keyed_record_key as record_key,
    true as is_key_hashed,
    compared.verdict,
    case
        when compared.verdict = 'FAIL' then 'no longer there'
        when compared.verdict = 'UNDETERMINED' and compared.is_beside then 'only in an older export, and the newest begins later'
        when compared.verdict = 'UNDETERMINED' then 'no longer there, perhaps after its years'
    end as reason,
    1 as records,
    compared.first_date as first_trigger,
    compared.last_date as last_trigger
from compared
inner join declared_source on compared.source = declared_source.source and compared.entity = declared_source.entity
where declared_source.role is distinct from 'processor'
