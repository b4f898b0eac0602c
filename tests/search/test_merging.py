"""An index is left as one part, in the order of addresses, however large its parts were."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import tantivy

from graphkit.search.fields import ADDRESS, ANALYSER, analyser, schema
from graphkit.search.merging import PARTS, Parts, is_one_part, open_index


def documents(addresses: Iterator[str]) -> Iterator[tantivy.Document]:
    for address in addresses:
        document = tantivy.Document()
        document.add_text(ADDRESS, address)
        document.add_text("title", "heat " + "pump " * (len(address) % 50))
        yield document


def made(folder: Path, size: int) -> tantivy.Index:
    """An index of so many documents, given from the last to the first."""
    folder.mkdir()
    index = tantivy.Index(schema(), str(folder), sort_by_field=ADDRESS)
    index.register_tokenizer(ANALYSER, analyser())
    parts = Parts(index)
    rest = documents(f"{number:06}" for number in range(size, 0, -1))
    while parts.left:
        parts.write(islice(rest, size // PARTS + 1))
    parts.close()
    return index


def order(index: tantivy.Index) -> list[int]:
    """Places of all documents when they are sought by their text, which none outdoes."""
    query = tantivy.Query.term_query(schema(), "title", "heat")
    return [address.doc for _, address in index.searcher().search(query, 100).hits]


@pytest.mark.parametrize("size", [0, 3, 100, 40_000])
def test_a_new_index_is_one_part(tmp_path: Path, size: int) -> None:
    index = made(tmp_path / "index", size)
    assert is_one_part(index)
    assert index.searcher().num_docs == size + PARTS
    assert order(index) == list(range(min(size, 100)))


@pytest.mark.parametrize(("size", "more"), [(0, 0), (0, 5), (3, 0), (40_000, 0), (40_000, 3_000)])
def test_an_index_that_got_more_is_one_part(tmp_path: Path, size: int, more: int) -> None:
    made(tmp_path / "index", size)
    index = open_index(tmp_path / "index")
    parts = Parts(index, size + PARTS)
    gone = [f"{number:06}" for number in range(1, size, 100)]
    for address in gone:
        parts.drop(address)
    rest = documents(f"{number:06}+" for number in range(more))
    while parts.left:
        parts.write(islice(rest, more // parts.left + 1))
    parts.close()
    assert is_one_part(index)
    assert index.searcher().num_docs == size - len(gone) + more + PARTS
    query = tantivy.Query.term_query(schema(), ADDRESS, "000003")
    assert len(index.searcher().search(query).hits) == (1 if size >= 3 else 0)
