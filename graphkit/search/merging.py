"""One part of several: how the engine is brought to merge all that an index has.

Scores count what was deleted until the part that held it is merged, and a part has its own order.
So an index is always left as one part. The engine's door for Python has no word for that; but
after a commit its policy merges parts of like size once there are eight. So that they are eight
of like size, whatever they hold:

- every part has a ghost, a document that is about nothing; all eight stay, so that they count
  alike in every index;
- the first new part beside a large old one is made the largest by documents that are deleted at
  once. The policy goes from the largest on and takes what follows for alike unless it has fewer
  documents left, and hardly any are left in the first.

Every new part has one deleted document at least: of such parts the engine sums up the lengths of
texts as it does for those of which documents were replaced, roughly. So an index that was brought
up to date has the very scores of one that was made anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tantivy

from graphkit.search.fields import ADDRESS, ANALYSER, analyser

PARTS = 8
HEAP = 1 << 30
"""How much memory the postings of a part may take before it is written out, which would make two
of it: as much as texts of several gigabytes need."""
_GHOST = "~ghost "
_GONE = "~gone"


class Parts:
    """Writes the parts of an index: eight of a new one, or seven beside an old one of `old`
    documents."""

    def __init__(self, index: tantivy.Index, old: int | None = None) -> None:
        # One thread: with several, nobody could tell how many parts there are.
        self._writer = index.writer(heap_size=HEAP, num_threads=1)
        self._next = 0
        self._filler = 1
        if old is not None:
            self._next = 1
            self._filler += old
            for number in range(1, PARTS):
                self.drop(f"{_GHOST}{number}")

    @property
    def left(self) -> int:
        """How many parts are still to be written."""
        return PARTS - self._next

    def drop(self, address: str) -> None:
        """Delete the document of an address from what was written before."""
        self._writer.delete_documents_by_term(ADDRESS, address)

    def write(self, documents: Iterable[tantivy.Document]) -> None:
        """Write one part. After the last, the engine merges on a thread of its own."""
        for document in documents:
            self._writer.add_document(document)
        gone = _about(_GONE)
        for _ in range(self._filler):
            self._writer.add_document(gone)
        self.drop(_GONE)
        self._writer.add_document(_about(f"{_GHOST}{self._next}"))
        self._writer.commit()
        self._next += 1
        self._filler = 1

    def close(self) -> None:
        """Wait until everything is merged."""
        self._writer.wait_merging_threads()


def _about(address: str) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text(ADDRESS, address)
    return document


def open_index(folder: Path) -> tantivy.Index:
    """An index in a folder, which may be written."""
    index = tantivy.Index.open(str(folder))
    index.register_tokenizer(ANALYSER, analyser())
    return index


def is_one_part(index: tantivy.Index) -> bool:
    """Whether everything was merged."""
    index.config_reader("manual")
    index.reload()
    return bool(index.searcher().num_segments == 1)
