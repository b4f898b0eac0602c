"""The file of a property graph made from that of the snapshot before, where little has changed.

What may be other rows now is built anew, as a small graph of its own and by the same code as
a whole one, together with everything that it hangs on. What comes of it takes the place of the
rows that differ; all others stay, with their numbers.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from graphkit.collector import rare_collection
from graphkit.delta import Delta
from graphkit.ontology import Ontology
from graphkit.property_graph.building import build_part
from graphkit.property_graph.gathering import statement_of
from graphkit.property_graph.graph import FILE, is_current, made_from_each, whole_or_none
from graphkit.property_graph.neighbourhood import Before, NotFollowedError, Surroundings
from graphkit.property_graph.projection import Statement
from graphkit.property_graph.replacing import replace
from graphkit.property_graph.schema import RDF_TYPE_TERM, GraphSchema
from graphkit.store import GraphStore

SHARE = 0.2
"""Where more than this share of all things may have other rows, a whole file is made as quickly."""
FEW = 1_000
"""So many things are followed in any case."""
_PRAGMAS = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
PRAGMA cache_size=-65536;
"""


def update_property_graph(
    old_folder: Path,
    folder: Path,
    new: GraphStore,
    delta: Delta,
    old_sha256: str,
    new_sha256: str,
    base: str,
    ontology: Ontology,
) -> bool:
    """Make the file of a property graph in `folder` from the one in `old_folder`.

    `delta` leads from the old snapshot's quads to those that are in the store `new`; both
    snapshots' quads are named by their hash. The file holds what one made from the new quads
    would, and all is read from it in the same order. It appears whole or not at all.

    Returns False where there is nothing to begin with, or where the change cannot be followed:
    to the ontology, to more than a fifth of everything, or to a place where many others have
    been put between two rows before. Then a whole file is to be made.
    """
    source = old_folder / FILE
    was, will_be = made_from_each([old_sha256, new_sha256], base, ontology)
    if not is_current(source, was):
        return False
    schema = GraphSchema.of(ontology)
    try:
        with whole_or_none(folder) as path, rare_collection():
            copy(source, path)
            with closing(sqlite3.connect(path)) as database:
                database.executescript(_PRAGMAS)
                follow(database, new, delta, schema, base)
                database.execute("UPDATE meta SET value = ? WHERE name = 'made_from'", (will_be,))
                database.commit()
    except (NotFollowedError, sqlite3.Error, OSError, ValueError):
        return False
    return True


def copy(source: Path, target: Path) -> None:
    """Copy a file inside the kernel, which shares the blocks where the file system can."""
    if not hasattr(os, "copy_file_range"):
        shutil.copyfile(source, target)
        return
    with source.open("rb") as old, target.open("xb") as new:
        left = os.fstat(old.fileno()).st_size
        while left:
            copied = os.copy_file_range(old.fileno(), new.fileno(), left)
            if not copied:
                raise OSError(f"{source}: shorter than it was")
            left -= copied


def follow(
    database: sqlite3.Connection, store: GraphStore, delta: Delta, schema: GraphSchema, base: str
) -> None:
    """Change the rows of a property graph as its quads have changed.

    Raises NotFollowedError, with the rows in any state.
    """
    around = Surroundings(database, store, delta, schema, base)
    if not around.can_follow:
        raise NotFollowedError
    ((nodes,),) = database.execute("SELECT COUNT(*) FROM node")
    before = around.concerned(max(FEW, int(nodes * SHARE)))
    context = _Context(around, before)
    while True:
        part = build_part(context.statements(), schema, base)
        if not context.complete(part.nowhere):
            break
        part.database.close()
    try:
        replace(database, before, context.parts(), part.database)
    finally:
        part.database.close()


class _Context:
    """The statements about things, as they are now, with all that their rows hang on."""

    def __init__(self, around: Surroundings, before: dict[str, Before]) -> None:
        self.around = around
        self._before = before
        self._whole = set(before)
        """Terms of the things of which all statements are here."""
        self._things: dict[str, dict[Statement, None]] = {}
        self._parts: dict[str, Before] = {}
        self._open: list[str] = []
        for text in self._changed_lines():
            self._add(text)
        self._add_parts()
        for term in before:
            self._add_ends(term)

    def statements(self) -> dict[str, list[Statement]]:
        """Everything gathered, by term."""
        return {term: list(found) for term, found in self._things.items()}

    def parts(self) -> dict[str, Before]:
        """What may be folded into the things, or not any more, and has not changed itself."""
        return {term: one for term, one in self._parts.items() if self.around.label(term) is None}

    def _changed_lines(self) -> Iterable[str]:
        """Every line that the things' rows tell, as it is now.

        Raises NotFollowedError where what has been removed was not told, or what has been
        added was.
        """
        told = dict.fromkeys(text for one in self._before.values() for text in one.lines)
        for text in self.around.delta.removed:
            if text not in told:
                raise NotFollowedError
            self._note(*statement_of(text)[1][:2])
            del told[text]
        for text in self.around.delta.added:
            if text in told:
                raise NotFollowedError
            told[text] = None
        return told

    def _add(self, text: str) -> None:
        subject, statement = statement_of(text)
        found = self._things.get(subject)
        if found is None:
            found = self._things[subject] = {}
        found[statement] = None
        self._note(*statement[:2])

    def _note(self, predicate: str, value: str) -> None:
        if predicate in self.around.terms.folding:
            self._open.append(value)

    def _add_parts(self) -> None:
        """All statements about what may be folded into anything here."""
        around = self.around
        while self._open:
            term = self._open.pop()
            if term in self._before or term in self._parts:
                continue
            self._whole.add(term)
            one = self._parts[term] = around.before(term)
            self._add_all(one.lines)
            if term not in self._things:
                # Told by what it is folded into, where that has not changed.
                self._add_owners([term])

    def complete(self, nowhere: Iterable[str]) -> bool:
        """Add what else things may be folded into that went nowhere; whether there was any."""
        asked = [one for one in nowhere if one in self._before or one in self._parts]
        if not self._add_owners(asked):
            return False
        self._add_parts()
        return True

    def _add_owners(self, terms: Iterable[str]) -> bool:
        """Add what things may be folded into and is not here yet; whether there was any."""
        owners = [one for one in self.around.owners(terms) if one not in self._whole]
        self._whole.update(owners)
        for owner in owners:
            self._add_all(self.around.before(owner).lines)
        return bool(owners)

    def _add_ends(self, term: str) -> None:
        """What the relationships of a thing hang on."""
        around = self.around
        label = around.label(term)
        if label is None:
            return
        kind = around.schema.labels[label]
        for predicate, value, _ in list(self._things.get(term, ())):
            if predicate[1:-1] in kind.relationships:
                self._add_class(value)
        # Where the other end tells a relationship of this thing, its row says so, or that end is
        # among the changed things too; only what this one tells has to be looked up.
        for inverse, direct in around.terms.direct.items():
            for other in dict.fromkeys(around.objects(term, inverse)):
                self._add_class(other)
                self._add_all(around.links(other, direct, term))
            self._add_all(around.links(term, inverse, None))
        for one in around.terms.qualifiers.values():
            if one.type in kind.predicates:
                for other in dict.fromkeys(around.subjects(f"<{one.starts}>", term)):
                    if other not in self._whole:
                        self._whole.add(other)
                        self._add_all(around.before(other).lines)

    def _add_all(self, lines: Iterable[str]) -> None:
        for text in lines:
            self._add(text)

    def _add_class(self, term: str) -> None:
        """That a thing has a node, where it has one; more is not needed of where things end."""
        label = self.around.label(term) if term not in self._whole else None
        if label is not None:
            class_iri = self.around.schema.labels[label].class_iri
            graph = self.around.projector.namer.graph("")
            self._add(f"{term} {RDF_TYPE_TERM} <{class_iri}> {graph} .\n")
