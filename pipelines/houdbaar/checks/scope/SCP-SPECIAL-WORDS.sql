-- SCP-SPECIAL: a word of health, belief, descent, politics, a union, sexuality or crime in a text that somebody wrote
-- clause: C-23-3 | grain: source | entity: * | of: written_text | reads: written_text, declared_source
-- A word alone proves nothing: a person has to read what is said. What is said in other words, no list of words finds.
with

judged as (

    select
        written_text.source, written_text.entity, written_text.file, written_text.row, written_text.field,
        case
            when coalesce(declared.role, '') = 'processor' then 'OUT_OF_SCOPE'
            when has_special_word(written_text.words) then 'UNDETERMINED'
            else 'NOT_TESTED'
        end as verdict
    from written_text
    left join declared_source as declared on written_text.source = declared.source and written_text.entity = declared.entity

)

select
    source,
    entity,
    case when verdict = 'UNDETERMINED' then file end as file,
    case when verdict = 'UNDETERMINED' then field end as field,
    verdict,
    case verdict
        when 'UNDETERMINED' then 'a word of a special category'
        when 'NOT_TESTED' then 'what people wrote in ' || field || ' was searched for words and numbers only'
    end as reason,
    'review' as action,
    count(*) as records,
    case when verdict = 'UNDETERMINED' and count(*) <= 1000 then list({'first': row, 'last': row} order by row) end as ranges
from judged
where verdict <> 'OUT_OF_SCOPE'
group by source, entity, case when verdict = 'UNDETERMINED' then file end, field, verdict
