"""The layout as its callers see it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from graphkit.layout import positions

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def planted(
    clusters: int, members: int, inside: float, between: float
) -> tuple[Integers, Integers]:
    """Edges of a network with clusters, and the cluster of each node."""
    chance = np.random.default_rng(7)
    cluster = np.repeat(np.arange(clusters), members)
    first, second = np.triu_indices(len(cluster), 1)
    likely = np.where(cluster[first] == cluster[second], inside, between)
    drawn = chance.random(len(first)) < likely
    return np.stack([first[drawn], second[drawn]], axis=1), cluster


def lengths(place: Floats, edges: Integers) -> Floats:
    """Length of every edge that is not a loop."""
    edges = edges[edges[:, 0] != edges[:, 1]]
    gap = place[edges[:, 0]] - place[edges[:, 1]]
    return np.hypot(gap[:, 0], gap[:, 1])


def distances(place: Floats) -> Floats:
    """Distance of every pair, infinite on the diagonal."""
    gap = place[:, np.newaxis] - place
    found = np.hypot(gap[..., 0], gap[..., 1])
    np.fill_diagonal(found, np.inf)
    return found


def middle(place: Floats) -> Floats:
    return (place.min(0) + place.max(0)) / 2


@pytest.mark.parametrize(
    ("clusters", "members", "inside", "between", "times"),
    [(3, 10, 0.6, 0.02, 2.5), (6, 50, 0.2, 0.002, 4), (12, 50, 0.2, 0.006, 4.5)],
)
def test_clusters_stand_apart(
    clusters: int, members: int, inside: float, between: float, times: float
) -> None:
    edges, cluster = planted(clusters, members, inside, between)
    place = positions(clusters * members, edges)
    apart = distances(place)
    same = cluster[:, np.newaxis] == cluster
    np.fill_diagonal(same, False)
    other = cluster[:, np.newaxis] != cluster
    assert apart[other].mean() > times * apart[same].mean()
    nearest = np.argsort(apart, axis=1)[:, :5]
    assert (cluster[nearest] == cluster[:, np.newaxis]).mean() > 0.9


def test_neighbours_in_a_grid_stay_neighbours() -> None:
    side = 20
    node = np.arange(side * side).reshape(side, side)
    across = np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1)
    up = np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1)
    edges = np.concatenate([across, up])
    place = positions(side * side, edges)
    length = lengths(place, edges)
    assert length.max() < 3
    # opposite corners are the most distant nodes: the sheet is not folded
    corners = place[node[[0, 0, -1, -1], [0, -1, 0, -1]]]
    assert distances(corners).min() > 0.4 * np.ptp(place, axis=0).max()


def test_a_hub_does_not_pull_its_neighbours_into_a_ball() -> None:
    edges = np.stack([np.zeros(799, dtype=np.int64), np.arange(1, 800)], axis=1)
    place = positions(800, edges)
    leaf = distances(place[1:]).min(1)
    assert leaf.min() > 0.02
    assert np.hypot(*(place[0] - place[1:].mean(0))) < 0.2


@pytest.mark.parametrize(("count", "edges"), [(7, 12), (90, 300), (500, 1500)])
def test_the_same_arguments_give_the_same_bytes(count: int, edges: int) -> None:
    drawn = np.random.default_rng(3).integers(0, count, (edges, 2))
    assert positions(count, drawn).tobytes() == positions(count, drawn).tobytes()
    assert positions(count, drawn, seed=1).tobytes() != positions(count, drawn).tobytes()


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib, numpy as np; from graphkit.layout import positions; "
        "edges = np.random.default_rng(3).integers(0, 450, (900, 2)); "
        "print(hashlib.sha256(positions(450, edges).tobytes()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[2],
            env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_the_longest_extent_lies_across() -> None:
    edges = np.stack([np.arange(59), np.arange(1, 60)], axis=1)
    for count in (60, 12):
        x, y = positions(count, edges[: count - 1]).T
        assert x.std() > y.std()
        assert abs(np.corrcoef(x, y)[0, 1]) < 1e-6


def test_the_order_of_edges_and_of_their_ends_does_not_matter() -> None:
    drawn = np.random.default_rng(3).integers(0, 60, (150, 2))
    assert np.array_equal(positions(60, drawn), positions(60, drawn[::-1, ::-1]))


def test_few_nodes() -> None:
    assert positions(0, []).shape == (0, 2)
    assert positions(1, []).tolist() == [[0, 0]]
    assert positions(1, [(0, 0)]).tolist() == [[0, 0]]
    for edges in ([], [(0, 1)], [(0, 1), (1, 0), (1, 1)]):
        place = positions(2, edges)
        assert np.hypot(*(place[0] - place[1])) == pytest.approx(1)
        assert middle(place) == pytest.approx([0, 0])


def test_isolated_nodes_stand_in_a_compact_block() -> None:
    place = positions(50, [])
    assert np.allclose(distances(place).min(1), 1)
    width, height = np.ptp(place, axis=0)
    assert width * height < 60
    assert width > height


def test_isolated_nodes_do_not_dwarf_the_rest() -> None:
    edges, _ = planted(4, 40, 0.3, 0.01)
    place = positions(160 + 40, edges)
    alone, others = place[160:], place[:160]
    assert np.ptp(alone, axis=0).prod() < np.ptp(others, axis=0).prod()
    gap = alone[:, np.newaxis] - others
    assert np.hypot(gap[..., 0], gap[..., 1]).min() > 0


def test_components_do_not_lie_on_each_other() -> None:
    chance = np.random.default_rng(2)
    edges, component, count = [], [], 0
    for number, size in enumerate([70, 45, 20, 20, 9, 9, 9, 4, 4, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1]):
        edges += [(count + int(chance.integers(0, at)), count + at) for at in range(1, size)]
        component += [number] * size
        count += size
    place = positions(count, edges)
    apart = distances(place)
    piece = np.array(component)
    different = piece[:, np.newaxis] != piece
    within = apart[~different & np.isfinite(apart)]
    assert apart[different].min() > 0.5 * np.median(lengths(place, np.array(edges)))
    assert np.ptp(place, axis=0).max() < 4 * within.max()


def test_many_small_components_are_packed_in_a_wide_block() -> None:
    edges = np.arange(1200).reshape(-1, 2)
    width, height = np.ptp(positions(1200, edges), axis=0)
    assert 1 < width / height < 2


@pytest.mark.parametrize(("count", "edges"), [(40, 60), (300, 500), (500, 1500)])
def test_the_middle_is_zero_and_the_median_edge_is_one(count: int, edges: int) -> None:
    drawn = np.random.default_rng(5).integers(0, count, (edges, 2))
    place = positions(count, drawn, seed=4)
    assert middle(place) == pytest.approx([0, 0], abs=1e-9)
    assert np.median(lengths(place, drawn)) == pytest.approx(1)


def test_strong_edges_are_short() -> None:
    edges, _ = planted(1, 60, 0.2, 0)
    weights = np.where(np.arange(len(edges)) % 5 == 0, 20.0, 1.0)
    length = lengths(positions(60, edges, weights), edges)
    assert length[weights > 1].mean() < 0.6 * length[weights == 1].mean()


def test_only_proportions_of_weights_matter() -> None:
    edges, _ = planted(2, 20, 0.3, 0.05)
    weights = np.random.default_rng(1).integers(1, 9, len(edges)).astype(float)
    assert np.allclose(positions(40, edges, weights), positions(40, edges, 4 * weights))


@pytest.mark.parametrize("radius", [0.02, 0.3, 2.0])
def test_circles_do_not_overlap(radius: float) -> None:
    edges, _ = planted(5, 40, 0.2, 0.01)
    sizes = radius * np.random.default_rng(1).uniform(0.2, 1, 230)
    sizes[7], sizes[8] = 8 * radius, 0
    place = positions(230, edges, sizes=sizes)
    apart = distances(place)
    room = sizes[:, np.newaxis] + sizes
    seen = (sizes > 0)[:, np.newaxis] & (sizes > 0)
    assert (apart >= room)[seen].all()
    without = positions(230, edges)
    # the picture grows little more than the circles ask for
    grown = 3 * (2 * sizes).max() + 3 * np.sqrt((4 * sizes**2).sum())
    assert np.ptp(place, axis=0).max() < max(1.5 * np.ptp(without, axis=0).max(), grown)
    assert middle(place) == pytest.approx([0, 0], abs=1e-9)


def test_circles_with_room_change_nothing() -> None:
    edges, _ = planted(5, 20, 0.2, 0.01)
    assert np.allclose(positions(100, edges), positions(100, edges, sizes=np.full(100, 1e-6)))


def test_more_nodes_are_laid_out_too() -> None:
    chance = np.random.default_rng(6)
    edges = chance.integers(0, 4000, (12000, 2))
    place = positions(4000, edges, iterations=5)
    assert np.isfinite(place).all()
    # pairs that are joined are nearer than pairs drawn at random
    strangers = lengths(place, chance.integers(0, 4000, (12000, 2)))
    assert lengths(place, edges).mean() < 0.8 * strangers.mean()


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], list[float], list[float]]:
    """Multigraphs with loops, weights of any size, and radii."""
    count = draw(st.integers(1, 60))
    node = st.integers(0, count - 1)
    edges = draw(st.lists(st.tuples(node, node), max_size=80))
    size = st.floats(0, 1e300, allow_subnormal=True)
    weights = draw(st.lists(size, min_size=len(edges), max_size=len(edges)))
    radius = st.one_of(st.just(0.0), st.floats(0, 1e300))
    return count, edges, weights, draw(st.lists(radius, min_size=count, max_size=count))


@settings(deadline=None, max_examples=25)
@given(networks(), st.integers(0, 2**32))
def test_whatever_the_network_all_positions_are_numbers(
    network: tuple[int, list[tuple[int, int]], list[float], list[float]], seed: int
) -> None:
    count, edges, weights, sizes = network
    place = positions(count, edges, weights, seed=seed, iterations=10)
    assert place.shape == (count, 2)
    assert place.dtype == np.float64
    assert np.isfinite(place).all()
    assert middle(place) == pytest.approx([0, 0], abs=1e-6)
    assert np.isfinite(positions(count, edges, sizes=sizes, iterations=10)).all()


@pytest.mark.parametrize(
    ("count", "edges", "more", "word"),
    [
        (2, [(0, 2)], {}, "between nodes 0 and 1"),
        (2, [(-1, 0)], {}, "between nodes 0 and 1"),
        (-1, [], {}, "count"),
        (3, [(0, 1, 2)], {}, "shape"),
        (2, [(0.5, 1.0)], {}, "integers"),
        (2, [(0, 1)], {"weights": [1, 2]}, "weights must have shape"),
        (2, [(0, 1)], {"weights": [float("nan")]}, "weights must be finite"),
        (2, [(0, 1)], {"weights": [-1]}, "weights must be finite"),
        (2, [(0, 1)], {"sizes": [1]}, "sizes must have shape"),
        (2, [(0, 1)], {"sizes": [1, float("inf")]}, "sizes must be finite"),
        (2, [(0, 1)], {"iterations": -1}, "iterations"),
    ],
)
def test_what_makes_no_sense_is_refused(
    count: int, edges: list[tuple[int, ...]], more: dict[str, object], word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        positions(count, edges, **more)  # type: ignore[arg-type]
