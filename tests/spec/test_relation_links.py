"""Signs of a relation that name the customer by an e-mail address alone (domain.md 2.6 and 4.2)."""

from spec.given import plain

AS_OF = "2026-11-22"
ACCOUNT = "account_id | email | created_at | closed_at"
ORDER = "order_id | customer_id | email | ordered_at | status"
MESSAGE = "message_id | email | created_at | closed_at"
INVOICE = "invoice_number | email | invoice_date | paid_at | amount"


def test_what_still_runs_is_found_by_the_address(judge):
    ended = """
        contact_id | customer_id | last_name | email             | contract_ended_on | verdict | why
        C-1        | K-1         | Jansen    | jan@example.com   | 2025-01-01        | WITHIN  | an open account
        C-2        | K-2         | Bakker    | els@example.com   | 2025-01-01        | WITHIN  | an open order
        C-3        | K-3         | Visser    | piet@example.com  | 2025-01-01        | WITHIN  | an open ticket
        C-4        | K-4         | Mulder    | anna@example.com  | 2025-01-01        | WITHIN  | an unpaid invoice
        C-5        | K-5         | Smit      | kees@example.com  | 2025-01-01        | OVERDUE | nothing
        C-6        | K-6         | Bos       | info@example.com  | 2025-01-01        | OVERDUE | the mailbox is nobody's own
        C-7        | K-7         | De Wit    | thuis@example.com | 2025-01-01        | UNDETERMINED | two customers have that address
        C-8        | K-8         | De Groot  | thuis@example.com | 2025-01-01        | UNDETERMINED |
    """
    signs = [
        plain("account", f"{ACCOUNT}\nA-1 | JAN@example.com | 2020-01-01 |\nA-6 | info@example.com | 2020-01-01 |"),
        plain("order", f"{ORDER}\nO-2 | | els@example.com | 2024-12-01 | open\nO-7 | | thuis@example.com | 2024-12-01 | open"),
        plain("message", f"{MESSAGE}\nM-3 | piet@example.com | 2024-12-01 |"),
        plain("invoice", f"{INVOICE}\nF-4 | anna@example.com | 2024-12-01 | | 10"),
    ]
    judge("RET-REL-END", AS_OF, plain("contact", ended), *signs)


LEADS = """
    contact_id | email            | is_lead | created_at | last_contact_at | verdict
    C-1        | jan@example.com  | true    | 2017-03-12 | 2024-11-21      | WITHIN
    C-2        | piet@example.com | true    | 2017-03-12 | 2024-11-21      | OVERDUE
"""


def test_a_prospect_who_wrote_since_is_in_touch(judge):
    judge("RET-LEAD-12", AS_OF, plain("contact", LEADS), plain("message", f"{MESSAGE}\nM-1 | jan@example.com | 2026-10-19 | 2026-10-20"))


def test_a_prospect_who_bought_since_is_none(audit):
    bought = plain("order", f"{ORDER}\nO-1 | K-9 | jan@example.com | 2026-10-31 | completed")
    done = audit(AS_OF, plain("contact", LEADS), bought, arguments=("--checks", "RET-LEAD-12"))
    assert done.counts("RET-LEAD-12") == {"overdue": 1}
    assert done.only("RET-LEAD-12")["ranges"] == [{"first": 2, "last": 2}]


def test_rows_of_one_person_without_a_number_are_one(judge):
    twice = """
        contact_id | email           | is_lead | created_at | last_contact_at | verdict
        C-1        | jan@example.com | true    | 2017-03-12 | 2024-11-21      | WITHIN
        C-2        | jan@example.com | true    | 2017-03-12 | 2024-10-21      | WITHIN
    """
    judge("RET-LEAD-12", AS_OF, plain("contact", twice), plain("message", f"{MESSAGE}\nM-1 | jan@example.com | 2026-10-19 | 2026-10-20"))


def test_what_runs_under_another_number_may_be_somebody_elses(judge):
    ended = """
        contact_id | customer_id | last_name | email            | contract_ended_on | verdict      | reason
        C-1        | K-1         | Jansen    | jan@example.com  | 2025-01-01        | UNDETERMINED | address of several customers
        C-2        | K-3         | Bakker    | els@example.com  | 2025-01-01        | OVERDUE      |
    """
    judge("RET-REL-END", AS_OF, plain("contact", ended), plain("order", f"{ORDER}\nO-1 | K-2 | jan@example.com | 2024-12-01 | open"))


def test_an_order_in_a_state_that_is_none_of_ours_may_be_open(judge):
    ended = """
        contact_id | customer_id | last_name | contract_ended_on | verdict      | reason
        C-1        | K-1         | Jansen    | 2025-01-01        | UNDETERMINED | order status not known
        C-2        | K-2         | Bakker    | 2025-01-01        | OVERDUE      |
        C-3        | K-3         | Visser    | 2025-01-01        | OVERDUE      |
    """
    orders = f"{ORDER}\nO-1 | K-1 | | 2026-11-01 | gereserveerd\nO-2 | K-2 | | 2024-11-01 | Shipped\nO-3 | K-3 | | 2024-11-01 |"
    judge("RET-REL-END", AS_OF, plain("contact", ended), plain("order", orders))
