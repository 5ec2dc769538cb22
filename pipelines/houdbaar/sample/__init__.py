"""The example company: makes the exports of a GPS-tracker seller that does not exist (`python -m houdbaar.sample DIR`).

Everything is seeded and nothing asks the clock, so the same code makes the same bytes. Each part plants a few violations on
purpose and writes down what it planted (`planted.csv`); the rest is within term, as in a company that means well.
"""
