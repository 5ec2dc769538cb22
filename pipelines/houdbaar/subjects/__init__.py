"""Which records belong to whom: identifiers in one form, names that support or contradict, links, and the person who asks."""
