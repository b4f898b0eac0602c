"""Funders: agencies by any of their names and ids, programmes kept apart."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graphkit.identity.funders import Funders
from graphkit.model import FunderDetails

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="module")
def funders() -> Funders:
    return Funders.load()


@pytest.mark.parametrize(
    ("written", "key", "kind"),
    [
        ("ESRC", "esrc", "agency"),
        ("Economic & Social Research Council", "esrc", "agency"),
        ("epsrc ", "epsrc", "agency"),
        ("NC3Rs", "nc3rs", "agency"),
        ("Technology Strategy Board", "innovate-uk", "agency"),
        ("TSB", "innovate-uk", "agency"),
        ("RCUK", "rcuk", "agency"),
        ("GCRF", "gcrf", "programme"),
        ("COVID", "covid", "programme"),
        ("SPF", "spf", "programme"),
        ("Horizon Europe Guarantee", "horizon-europe-guarantee", "programme"),
        ("UKRI FLF", "ukri-flf", "programme"),
        ("Newton Fund", "newton-fund", "programme"),
        ("ISCF", "iscf", "programme"),
    ],
)
def test_a_funder_is_found_however_it_is_written(
    funders: Funders, written: str, key: str, kind: str
) -> None:
    found = funders.resolve(written)
    assert found is not None
    assert (found.key, found.kind, found.registered) == (key, kind, True)


def test_no_name_or_id_belongs_to_two_funders(funders: Funders) -> None:
    for funder in funders.funders:
        assert [funders.resolve(name) for name in funder.all_names] == [funder] * len(
            funder.all_names
        )
        assert all(funders.resolve(None, key) == funder for key in funder.gtr_keys)
    rors = [funder.ror for funder in funders.funders if funder.ror]
    assert len(rors) == len(set(rors))


def test_the_id_counts_for_more_than_the_name(funders: Funders) -> None:
    found = funders.resolve("GCRF", "924be15c-91f2-4aad-941a-3f338324b6ae")
    assert found is not None
    assert found.key == "esrc"


def test_an_unknown_id_leaves_the_decision_to_the_name(funders: Funders) -> None:
    assert funders.resolve("MRC", "00000000-0000-0000-0000-000000000000") == funders["mrc"]


def test_an_unknown_funder_is_one_of_its_own(funders: Funders) -> None:
    found = funders.resolve("Medical Research Councill", "AAAA")
    assert found is not None
    assert (found.key, found.registered, found.gtr_keys) == (
        "medical-research-councill",
        False,
        ("AAAA",),
    )
    assert funders.nearest("Medical Research Councill", 1) == [funders["mrc"]]


def test_nothing_said_is_no_funder(funders: Funders) -> None:
    assert funders.resolve(None) is None
    assert funders.resolve("  ", "") is None


def test_an_id_alone_is_not_lost(funders: Funders) -> None:
    found = funders.resolve(None, "abcd")
    assert found is not None
    assert (found.name, found.registered) == ("ABCD", False)


def test_successions_name_known_funders(funders: Funders) -> None:
    events = {event.key: event for event in funders.successions}
    assert (events["ukri-2018"].originals, events["ukri-2018"].resulting) == (("rcuk",), ("ukri",))
    assert events["innovate-uk-2014"].year == 2014
    for event in funders.successions:
        assert all(funders[key] for key in (*event.originals, *event.resulting))


def test_details_add_ids_and_never_take_one_away(funders: Funders) -> None:
    row = FunderDetails(
        name="Innovate UK",
        acronym="Innovate UK",
        ror="https://ror.org/05ar5fy68",
        gtr_key="e18e2f0f",
        crossref_ids=("10.13039/1",),
    )
    found = funders.add_details(row).resolve(None, "E18E2F0F")
    assert found is not None
    assert (found.key, found.acronym) == ("innovate-uk", "Innovate UK")
    assert "10.13039/1" in found.crossref_ids
    stolen = funders.add_details(
        FunderDetails(name="Impostor", ror="05ar5fy68", gtr_key=None)
    ).resolve("Impostor")
    assert stolen is not None
    assert stolen.ror is None


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="no shared data")
def test_the_funder_tables_tell_nothing_new(funders: Funders) -> None:
    enriched = funders
    folder = SHARED / "data/organisations"
    with (folder / "uk_funders.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            enriched = enriched.add_details(
                FunderDetails(
                    name=row["name"],
                    acronym=row["acronym"],
                    ror=row["ror"],
                    gtr_key=row["gtr_org_id"] or None,
                    crossref_ids=tuple(row["crossref_funder_ids"].split("|")),
                )
            )
    assert [f.key for f in enriched.funders] == [f.key for f in funders.funders]
    assert [(f.ror, f.gtr_keys, f.crossref_ids) for f in enriched.funders] == [
        (f.ror, f.gtr_keys, f.crossref_ids) for f in funders.funders
    ]
    with (folder / "gtr_funders.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_id, by_name = funders.resolve(None, row["id"]), funders.resolve(row["name"])
            assert by_id == by_name
            assert by_id in funders.funders
