"""How good the computed relevance is, measured on pairs that people have judged.

`judged` reads the pairs, `metrics` and `agreement` measure question by question,
`bootstrap` says how sure a figure is, `calibration` what a score is worth, and `report`
brings all of it together as tables.
"""
