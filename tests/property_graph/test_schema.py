"""Every property of every class has exactly one place in the property graph."""

from __future__ import annotations

from collections import Counter

from property_graph.graphs import SCHEMA

from graphkit.property_graph.schema import MARKS, NAME, OWN_KEYS, NodeType

ONTOLOGY = SCHEMA.ontology


def keys(one: NodeType) -> list[str]:
    parts = [key.name for key in SCHEMA.part_keys(one.label).values()]
    extras = [f"{name}_{key.name}" for name in one.sums.values() for key in SCHEMA.sum_extras]
    return [*one.by_key, *one.sums.values(), *one.parts.values(), *parts, *extras]


def test_every_property_of_a_class_ends_up_in_one_place() -> None:
    for one in SCHEMA.labels.values():
        places = Counter([*one.keys, *one.relationships, *one.sums, *one.parts, *one.implied])
        assert set(places.values()) <= {1}, one.label
        assert set(places) == {term.iri for term in ONTOLOGY.properties_of(one.class_iri)}


def test_no_two_values_of_a_node_share_a_key() -> None:
    for one in SCHEMA.labels.values():
        names = keys(one)
        assert len(set(names)) == len(names), one.label
        assert not set(names) & (OWN_KEYS - {NAME}), one.label
        assert not any(name.endswith(MARKS) for name in names)
        assert set(names) <= SCHEMA.keys_of(one.label)


def test_what_stands_under_name_is_what_names_the_things() -> None:
    for one in SCHEMA.labels.values():
        assert one.named_by in one.keys, one.label
        if NAME in one.by_key:
            assert one.by_key[NAME].predicate == one.named_by, one.label


def test_codes_are_unique_within_their_property() -> None:
    for one in SCHEMA.labels.values():
        for key in one.keys.values():
            if key.codes is not None:
                assert key.codes, key.name
                assert len(set(key.codes.values())) == len(key.codes), key.name


def test_a_relationship_type_of_a_label_has_one_predicate() -> None:
    for one in SCHEMA.labels.values():
        assert len(one.predicates) == len(one.relationships), one.label


def test_what_is_implied_is_told_by_something_written() -> None:
    for inverse, direct in SCHEMA.inverses.items():
        assert any(direct in one.relationships for one in SCHEMA.labels.values()), inverse
        assert direct not in SCHEMA.inverses


def test_no_two_labels_have_their_things_at_one_place() -> None:
    places = {
        label: ONTOLOGY.classes[one.class_iri].addressed_under
        for label, one in SCHEMA.labels.items()
    }
    # These stand at addresses that are also those of others, and have the whole address as id.
    without = {label for label, place in places.items() if place is None}
    assert without <= {"OwnGraph", "Withdrawn"}
    known = [place for place in places.values() if place is not None]
    assert len(set(known)) == len(known)


def test_the_keys_of_a_qualified_relationship_do_not_collide_with_its_own() -> None:
    for qualifier in SCHEMA.qualified.values():
        one = SCHEMA.labels[qualifier.label]
        short = {key.name for key in one.keys.values() if key.is_short}
        assert not ({qualifier.key} | OWN_KEYS) & short
