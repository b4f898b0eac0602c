"""The field in which nodes repel each other: exact for few, by a mesh for many.

A node of charge q pushes another at distance d away with q / d. The mesh adds up what is far:
charges are spread on a square grid and folded with the field of one charge by a fast Fourier
transform; the field of what is nearer than `REACH` cells is softened there, and the difference is
added pair by pair (the scheme that physicists call particle–particle–particle–mesh).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from graphkit.layout.network import Floats, Integers, Network, summed

Field = Callable[[Floats], Floats]
"""From positions to what pushes a unit charge there; both as rows of x and of y, (2, count)."""

EXACT = 400
"""Up to so many nodes every pair is worth looking at."""

REACH = 2
"""Cells of the mesh within which pairs are exact."""

CROWD = 24
"""Pairs looked at in either of two strips of cells beside a node; more are sampled."""

BLOCK = 1 << 17
"""Numbers in one block of pairs: as many as stay in the cache."""

NEAREST = 1e-9
"""Square of the distance below which two nodes count as in one place."""


def field_of(network: Network) -> Field:
    """The field for the nodes of a network."""
    if network.groups == 1 and network.count > EXACT:
        return mesh_field(network.charge)
    return exact_field(network.charge.reshape(network.groups, -1))


def exact_field(charge: Floats) -> Field:
    """The field of nodes in groups of equal size that do not feel each other.

    `charge` has shape (groups, nodes of a group); positions come with shape (2, groups * nodes).
    """
    groups, members = charge.shape
    rows = max(1, BLOCK // members)

    def field(position: Floats) -> Floats:
        x, y = position.reshape(2, groups, members)
        pushed = np.empty((2, groups, members))
        if rows >= members:
            batch = max(1, rows // members)
            for start in range(0, groups, batch):
                part = slice(start, start + batch)
                pushed[:, part] = _push(x[part], y[part], x[part], y[part], charge[part])
        else:
            for group in range(groups):
                for start in range(0, members, rows):
                    part = slice(start, start + rows)
                    pushed[:, group : group + 1, part] = _push(
                        x[group : group + 1, part],
                        y[group : group + 1, part],
                        x[group : group + 1],
                        y[group : group + 1],
                        charge[group : group + 1],
                    )
        return pushed.reshape(2, -1)

    return field


def _push(x: Floats, y: Floats, from_x: Floats, from_y: Floats, charge: Floats) -> Floats:
    across = x[:, :, np.newaxis] - from_x[:, np.newaxis]
    up = y[:, :, np.newaxis] - from_y[:, np.newaxis]
    share = across * across
    share += up * up
    share += NEAREST
    np.divide(charge[:, np.newaxis], share, out=share)
    across *= share
    up *= share
    return np.stack([across.sum(2), up.sum(2)])


def mesh_field(charge: Floats) -> Field:
    """The field of many nodes."""
    cells = 1 << max(6, int(np.ceil(np.log2(2 * np.sqrt(len(charge))))))
    kernel = _kernel(cells)

    def field(position: Floats) -> Floats:
        low = position.min(1, keepdims=True)
        width = max(float((position - low).max()), 1e-6) * 1.0001 / (cells - 1)
        place = (position - low) / width
        return (_far(place, charge, cells, kernel) + _near(place, charge, cells)) / width

    return field


def _kernel(cells: int) -> NDArray[np.complex128]:
    """Transforms of the two components of a unit charge's field, on twice the mesh."""
    steps = np.fft.fftfreq(2 * cells, 1 / (2 * cells))
    x, y = steps[:, np.newaxis], steps[np.newaxis]
    share = softened(x * x + y * y)
    return np.stack([np.fft.rfft2(x * share), np.fft.rfft2(y * share)])


def softened(square: Floats) -> Floats:
    """What a unit charge's field is, over distance: 1 / d², and smooth within `REACH`."""
    reach = float(REACH * REACH)
    return np.where(square < reach, (2 - square / reach) / reach, 1 / np.maximum(square, reach))


def _far(place: Floats, charge: Floats, cells: int, kernel: NDArray[np.complex128]) -> Floats:
    corner = np.minimum(place.astype(np.int64), cells - 2)
    right, above = place - corner
    index = corner[0] * cells + corner[1]
    parts = (
        (index, (1 - right) * (1 - above)),
        (index + 1, (1 - right) * above),
        (index + cells, right * (1 - above)),
        (index + cells + 1, right * above),
    )
    density = np.zeros(cells * cells)
    for at, share in parts:
        density += summed(at, share * charge, cells * cells)
    spectrum = np.fft.rfft2(density.reshape(cells, cells), (2 * cells, 2 * cells))
    pushed = np.zeros_like(place)
    for axis in (0, 1):
        sheet = np.fft.irfft2(spectrum * kernel[axis], (2 * cells, 2 * cells))
        flat = np.ascontiguousarray(sheet[:cells, :cells]).ravel()
        for at, share in parts:
            pushed[axis] += share * flat[at]
    return pushed


def _near(place: Floats, charge: Floats, cells: int) -> Floats:
    """What is missing on the mesh: pairs nearer than `REACH` cells."""
    first, second, stands_for = near_pairs(place / REACH, cells // REACH + 1)
    across = place[0].take(first) - place[0].take(second)
    up = place[1].take(first) - place[1].take(second)
    square = across * across + up * up
    close = np.flatnonzero(square < REACH * REACH)
    first, second, square = first.take(close), second.take(close), square.take(close)
    share = (1 / (square + NEAREST) - softened(square)) * stands_for.take(close)
    of_first, of_second = share * charge.take(first), share * charge.take(second)
    pushed = np.empty_like(place)
    for axis, gap in enumerate((across.take(close), up.take(close))):
        pushed[axis] = summed(first, gap * of_second, len(charge))
        pushed[axis] -= summed(second, gap * of_first, len(charge))
    return pushed


def near_pairs(place: Floats, cells: int) -> tuple[Integers, Integers, Floats]:
    """Pairs of nodes in the same cell of a unit grid or in cells that touch, each pair once.

    In a crowd only some are given; the third array says for how many pairs each stands.
    """
    column, row = place.astype(np.int64)
    stride = cells + 2
    cell = (column + 1) * stride + row + 1
    order = np.argsort(cell, kind="stable")
    cell = cell[order]
    start = np.searchsorted(cell, np.arange(stride * stride + 1))
    own = np.arange(len(order))
    # the rest of the own cell and the one above stand in one row; then three of the next column
    begin = np.concatenate([own + 1, start[cell + stride - 1]])
    end = np.concatenate([start[cell + 2], start[cell + stride + 2]])
    amount = end - begin
    taken = np.minimum(amount, CROWD)
    source = np.repeat(np.concatenate([own, own]), taken)
    before = np.cumsum(taken) - taken
    offset = np.arange(len(source)) - np.repeat(before, taken)
    target = np.repeat(begin, taken) + offset * np.repeat(amount, taken) // np.repeat(taken, taken)
    return order[source], order[target], np.repeat(amount / np.maximum(taken, 1), taken)
