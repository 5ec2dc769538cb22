-- Logins to the service that somebody wrote down: the last one of an account, and those in a log of the service, which may be their only
-- trace (domain.md 2.5): one row a login. A log names an account, and the account its owner.
-- reads: account, service_event
with

noted as (

    select
        email, customer_id, last_login_at as happened_at,
        last_login_at_first_date as first_date, last_login_at_last_date as last_date, last_login_at_issue as issue
    from account
    union all
    select
        account.email, account.customer_id, service_event.happened_at,
        service_event.happened_at_first_date as first_date, service_event.happened_at_last_date as last_date,
        service_event.happened_at_issue as issue
    from service_event
    inner join account on service_event.account_id = account.account_id
    where lower(trim(service_event.kind)) in ('login', 'log in', 'logon', 'sign in', 'sign_in', 'signin', 'inloggen')

)

select email, customer_id, happened_at, first_date, last_date, issue
from noted
where coalesce(issue, '') not in ('DQ-TS-NULL', 'DQ-TS-SENTINEL')
