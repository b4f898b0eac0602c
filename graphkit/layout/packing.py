"""Pieces of a picture put side by side: near the middle, and not on each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphkit.layout.network import Floats, Integers

ASPECT = 1.4
"""Width over height of a picture of many pieces."""

MARGIN = 2.0
"""Between pieces, in the distance of neighbouring nodes."""

FINENESS = 48
"""The mosaic's cells along the side of a square with the area of all pieces."""

LONGEST = 150
"""The most cells along the side of a piece."""

SMALL = 3
"""Pieces of fewer cells than this along both sides are put in rows."""

SAMPLED = 5_000
"""Edges looked at to see which cells a piece covers."""


def tiled(count: int) -> Floats:
    """Places for single nodes: the square grid, one unit wide, of a block that is wide and low.

    >>> tiled(3).tolist()
    [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]
    """
    columns = max(1, int(np.ceil(np.sqrt(ASPECT * count))))
    at = np.arange(count)
    return np.stack([at % columns, -(at // columns)], axis=1).astype(np.float64)


def rows(size: Floats) -> Floats:
    """Lower left corners (n, 2) of boxes of a size (n, 2) that are put in rows, high ones first."""
    corner = np.zeros_like(size)
    width = max(float(np.sqrt(ASPECT * size.prod(1).sum())), float(size[:, 0].max(initial=0)))
    x = y = 0.0
    height = 0.0
    for at in np.lexsort((-size[:, 0], -size[:, 1])).tolist():
        wide, high = size[at]
        if x and x + wide > width:
            x, y, height = 0.0, y - height, 0.0
        corner[at] = x, y - high
        x, height = x + wide, max(height, high)
    return corner


def packed(
    position: Floats, piece: Integers, pieces: int, first: Integers, second: Integers
) -> Floats:
    """Positions (count, 2) after every piece was moved to a place of its own.

    `piece` says of each node to which of the pieces it belongs; `first` and `second` are the ends
    of edges. Large pieces are fitted into each other as a mosaic, from the middle outwards; small
    ones stand in rows.
    """
    if pieces < 2:
        return position
    low, high = boxes(position, piece, pieces)
    size = high - low + MARGIN
    cell = max(float(np.sqrt(size.prod(1).sum())) / FINENESS, float(size.max()) / LONGEST)
    small: NDArray[np.bool_] = np.all(size < SMALL * cell, axis=1)
    if small.sum() > 1:
        corner = np.zeros((pieces, 2))
        corner[small] = rows(size[small])
        position = np.where(small[piece][:, np.newaxis], position + (corner - low)[piece], position)
        # what stands in rows is one piece from now on
        at = np.flatnonzero(small)[0]
        renamed = np.cumsum(~small | (np.arange(pieces) == at)) - 1
        renamed[small] = renamed[at]
        if small.all():
            return position
        piece, pieces = renamed[piece], int(renamed.max()) + 1
    return position + mosaic(position, piece, pieces, first, second, cell)[piece]


def boxes(position: Floats, piece: Integers, pieces: int) -> tuple[Floats, Floats]:
    """Lower left and upper right corner (pieces, 2) of each piece."""
    order = np.argsort(piece, kind="stable")
    start = np.searchsorted(piece[order], np.arange(pieces))
    sorted_position = position[order]
    return (
        np.minimum.reduceat(sorted_position, start),
        np.maximum.reduceat(sorted_position, start),
    )


def mosaic(
    position: Floats,
    piece: Integers,
    pieces: int,
    first: Integers,
    second: Integers,
    cell: float,
) -> Floats:
    """How far (pieces, 2) each piece moves so that no two cover a cell of the picture."""
    points, of_piece = covered(position, piece, first, second, cell)
    order = np.argsort(of_piece, kind="stable")
    points, start = points[order], np.searchsorted(of_piece[order], np.arange(pieces + 1))
    low, _ = boxes(position, piece, pieces)
    masks = [mask_of((points[start[at] : start[at + 1]] - low[at]) / cell) for at in range(pieces)]
    area = sum(mask.size for mask in masks)
    side = int(3 * np.sqrt(area)) + 2 * max(max(mask.shape) for mask in masks)
    taken = np.zeros((side, side))
    steps = np.arange(side) - side / 2
    shift = np.zeros((pieces, 2))
    for at in sorted(range(pieces), key=lambda each: (-masks[each].sum(), each)):
        mask = masks[at]
        across, up = side - mask.shape[0] + 1, side - mask.shape[1] + 1
        covers = np.fft.rfft2(mask[::-1, ::-1], (side, side))
        overlap = np.fft.irfft2(np.fft.rfft2(taken) * covers, (side, side))
        free = overlap[mask.shape[0] - 1 :, mask.shape[1] - 1 :] < 0.5
        x = (steps[:across] + mask.shape[0] / 2) / ASPECT
        y = steps[:up] + mask.shape[1] / 2
        distance = x[:, np.newaxis] ** 2 + y**2
        place = np.unravel_index(np.where(free, distance, np.inf).argmin(), free.shape)
        taken[place[0] : place[0] + mask.shape[0], place[1] : place[1] + mask.shape[1]] += mask
        shift[at] = np.array(place) * cell - low[at]
    return shift


def covered(
    position: Floats, piece: Integers, first: Integers, second: Integers, cell: float
) -> tuple[Floats, Integers]:
    """Points that lie in every cell where a piece has a node or an edge, and their pieces."""
    thin = slice(None, None, 1 + len(first) // SAMPLED)
    first, second = first[thin], second[thin]
    gap = position[second] - position[first]
    parts = np.minimum(np.hypot(gap[:, 0], gap[:, 1]) / cell, LONGEST).astype(np.int64) + 1
    edge = np.repeat(np.arange(len(first)), parts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(parts) - parts, parts)
    along = position[first[edge]] + gap[edge] * (step / parts[edge])[:, np.newaxis]
    return np.concatenate([position, along]), np.concatenate([piece, piece[first[edge]]])


def mask_of(place: Floats) -> NDArray[np.float64]:
    """Cells that a piece covers: those of its points, what lies between, and a margin of one."""
    at = np.maximum(place.astype(np.int64), 0)
    width, height = (at.max(0) + 3).tolist()
    mask = np.zeros((width, height), dtype=bool)
    mask[at[:, 0] + 1, at[:, 1] + 1] = True
    left = np.maximum.accumulate(mask, axis=1)
    right = np.maximum.accumulate(mask[:, ::-1], axis=1)[:, ::-1]
    mask = left & right
    wider = mask.copy()
    wider[1:] |= mask[:-1]
    wider[:-1] |= mask[1:]
    mask = wider.copy()
    mask[:, 1:] |= wider[:, :-1]
    mask[:, :-1] |= wider[:, 1:]
    return mask.astype(np.float64)
