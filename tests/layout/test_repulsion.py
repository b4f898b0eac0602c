"""The field on a mesh beside the exact one."""

from __future__ import annotations

import numpy as np
import pytest

from graphkit.layout.repulsion import exact_field, mesh_field


@pytest.mark.parametrize("width", [0.05, 0.4])
def test_the_mesh_is_nearly_exact(width: float) -> None:
    chance = np.random.default_rng(1)
    count = 1500
    place = chance.random((2, 15))[:, chance.integers(0, 15, count)]
    place += width * chance.normal(size=(2, count))
    charge = 1 + chance.pareto(2, count)
    exact = exact_field(charge[np.newaxis])(place)
    mesh = mesh_field(charge)(place)
    error = np.hypot(*(mesh - exact)) / np.hypot(*exact)
    assert np.median(error) < 0.02
    assert np.quantile(error, 0.95) < 0.1


def test_nodes_in_one_place_get_no_infinite_push() -> None:
    charge = np.ones(600)
    place = np.zeros((2, 600))
    assert np.isfinite(mesh_field(charge)(place)).all()
    assert np.isfinite(exact_field(charge[np.newaxis])(place)).all()


def test_groups_do_not_feel_each_other() -> None:
    chance = np.random.default_rng(2)
    place, charge = chance.random((2, 40)), chance.random((4, 10))
    alone = [exact_field(charge[at : at + 1])(place[:, 10 * at : 10 * at + 10]) for at in range(4)]
    assert np.allclose(exact_field(charge)(place), np.concatenate(alone, axis=1))
