"""Slots of each type of value, in queries made for the purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from graphkit.library import Library, QueryFolder
from graphkit.library.asking.understanding import NotUnderstoodError, understand

MADE = {
    "grants-of-funder": ("{funder: funder, place: place}",
                         ["grants of {funder} in {place}", "grants of {funder}"]),
    "questions-of-department": ("{department: department}",
                                ["questions of {department}", "what does {department} ask"]),
    "grants-of-organisation": ("{organisation: organisation}", ["grants of {organisation}"]),
    "grants-since": ("{since: date, amount: decimal}",
                     ["grants since {since}", "grants of at least {amount} since {since}"]),
    "grants-between": ("{from: date, to: date}",
                       ["grants from {from} to {to}", "grants between {from} and {to}"]),
    "grants-in-year": ("{year: integer}", ["grants that start in {year}"]),
    "departments-with": ("{least: integer}",
                         ["departments that ask at least {least} questions"]),
    "grants-mentioning": ("{words: text, place: place}",
                          ["grants mentioning {words} in {place}", "grants mentioning {words}"]),
    "partners": ("{organisation: organisation, other: organisation}",
                 ["grants of {organisation} together with {other}"]),
    "places-of-kind": ("{kind: place-kind}", ["{kind} with most grants"]),
    "money-to": ("{place: place}", ["money to {place}"]),
    "twin-one": ("{place: place}", ["twins in {place}"]),
    "twin-two": ("{place: place}", ["twins of {place}"]),
    "gifts-of-funder": ("{funder: funder}", ["gifts of {funder}"]),
    "gifts-of-organisation": ("{organisation: organisation}", ["gifts of {organisation}"]),
    "departments-of-places": ("{place: place}", ["departments with questions on {place}"]),
    "questions-on-places": ("{place: place}", ["questions of departments on {place}"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(sample: Any, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library of headers alone."""
    folder = tmp_path_factory.mktemp("made")
    for name, (parameters, patterns) in MADE.items():
        types = [pair.split(": ") for pair in parameters.strip("{}").split(", ")]
        lines = ["summary: Made", "columns: {x: {meaning: x}}", "parameters:"]
        lines += [f"  {key}: {{type: {kind}, summary: x}}" for key, kind in types]
        lines += ["ask:", *(f'  - "{pattern}"' for pattern in patterns)]
        (folder / f"{name}.rq").write_text("\n".join(f"#+ {line}" for line in lines), "utf-8")
    return Library(sample.snapshot, QueryFolder(folder))


BEIS = "Department for Business, Energy and Industrial Strategy"


@pytest.mark.parametrize(
    ("sentence", "name", "values"),
    [
        ("grants of the ESRC", "grants-of-funder", {"funder": "ESRC"}),
        ("ESRC grants in Wales", "grants-of-funder", {"funder": "ESRC", "place": "Wales"}),
        ("Wales: esrc's grants", "grants-of-funder", {"funder": "ESRC", "place": "Wales"}),
        ("grants by the economic and social research council", "grants-of-funder",
         {"funder": "Economic and Social Research Council"}),
        (f"questions of the {BEIS}", "questions-of-department", {"department": BEIS}),
        (f"questions of {BEIS.replace('and', '&').lower()}", "questions-of-department",
         {"department": BEIS}),
        ("what does DLUHC ask?", "questions-of-department", {"department": "DLUHC"}),
        ("what questions are asked by the department for transport", "questions-of-department",
         {"department": "Department for Transport"}),
        ("grants of University of Warwick", "grants-of-organisation",
         {"organisation": "University of Warwick"}),
        ("University of Warwick's awards", "grants-of-organisation",
         {"organisation": "University of Warwick"}),
        ("grants of the university of warwick", "grants-of-organisation",
         {"organisation": "University of Warwick"}),
        ("grants since 2018", "grants-since", {"since": "2018-01-01"}),
        ("grants since 5 July 2018", "grants-since", {"since": "2018-07-05"}),
        ("since July 2018, grants of at least £2m", "grants-since",
         {"since": "2018-07-01", "amount": "2000000"}),
        ("grants of at least 10,000 since 2018-02-03", "grants-since",
         {"since": "2018-02-03", "amount": "10000"}),
        ("grants of at least 2.5 million pounds since 2018", "grants-since",
         {"since": "2018-01-01", "amount": "2500000"}),
        ("grants in 2018", None, {}),
        ("grants before 2018", None, {}),
        ("grants since yesterday", None, {}),
        ("grants from 2018 to 2020", "grants-between", {"from": "2018-01-01", "to": "2020-12-31"}),
        ("grants between March 2018 and June 2020", "grants-between",
         {"from": "2018-03-01", "to": "2020-06-30"}),
        ("which grants started in 2019?", "grants-in-year", {"year": "2019"}),
        ("departments asking at least five questions", "departments-with", {"least": "5"}),
        ("ministries that ask at least 12 research questions", "departments-with",
         {"least": "12"}),
        ("departments that ask at most 12 questions", None, {}),
        ("departments that ask at least 2.5 questions", None, {}),
        ("grants mentioning hydrogen", "grants-mentioning", {"words": "hydrogen"}),
        ("grants mentioning net zero in Wales", "grants-mentioning",
         {"words": "net zero", "place": "Wales"}),
        ("grants mentioning 'heat in buildings'", "grants-mentioning",
         {"words": "heat in buildings"}),
        ("grants mentioning heat in buildings", None, {}),
        ("grants of the University of Sheffield together with the University of Warwick",
         "partners", {"organisation": "University of Sheffield", "other": "University of Warwick"}),
        ("which regions have the most grants", "places-of-kind", {"kind": "region"}),
        ("local authorities with most grants", "places-of-kind", {"kind": "local-authority"}),
        ("funding to Wales", "money-to", {"place": "Wales"}),
        ("money from Wales", None, {}),
        ("gifts of the Economic and Social Research Council", "gifts-of-funder",
         {"funder": "Economic and Social Research Council"}),
        ("gifts of the University of Warwick", "gifts-of-organisation",
         {"organisation": "University of Warwick"}),
        ("twins in Wales", "twin-one", {"place": "Wales"}),
        ("twins across Wales", "twin-one", {"place": "Wales"}),
        ("twins for Wales", None, {}),
        ("departments with questions on Wales", "departments-of-places", {"place": "Wales"}),
        ("questions of departments on Wales", "questions-on-places", {"place": "Wales"}),
        ("questions that departments have about Wales", "questions-on-places",
         {"place": "Wales"}),
    ],
)  # fmt: skip
def test_slots_take_what_fits_their_type(
    made: Library, sentence: str, name: str | None, values: Mapping[str, str]
) -> None:
    if name is None:
        with pytest.raises(NotUnderstoodError):
            understand(made, sentence)
        return
    understood = understand(made, sentence)
    assert (understood.name, understood.values) == (name, values)


def test_two_queries_that_fit_alike_are_both_told(made: Library) -> None:
    with pytest.raises(NotUnderstoodError, match="may mean 2 queries: twin-one, twin-two") as told:
        understand(made, "twins for Wales")
    assert [pattern.query.name for pattern in told.value.nearest] == ["twin-one", "twin-two"]
