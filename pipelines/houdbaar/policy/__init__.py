"""What was promised: clauses, rules, terms and knobs, and the calendar that turns them into dates."""
