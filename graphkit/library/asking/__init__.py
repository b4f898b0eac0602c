"""From a sentence to a named query: no language model, only the sentences that queries name.

`wording` makes words comparable, `patterns` reads the sentences of the queries, `readings` what may
stand in their gaps, `fitting` lays a sentence beside a pattern, `understanding` chooses.
"""
