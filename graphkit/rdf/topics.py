"""Topics, subjects, fields and tags as concepts: case variants merged, schemes kept."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from graphkit.model import Topic
from graphkit.rdf.nodes import VOCABULARY, Namer
from graphkit.rdf.terms import string
from graphkit.text import slug

_PLAIN = re.compile(r"[\w\s&',./():;-]+")


def topic_key(scheme: str, label: str) -> str:
    """A stable key: labels that differ only in case or spacing share it.

    >>> topic_key("topic", "Climate Change") == topic_key("topic", "climate  change")
    True
    >>> topic_key("tag", "C") == topic_key("tag", "C++")
    False
    """
    key = slug(label)
    if not key or not _PLAIN.fullmatch(label) or not label.isascii():
        # Signs that the slug drops may be all that tells two labels apart.
        digest = hashlib.sha256(" ".join(label.casefold().split()).encode()).hexdigest()[:8]
        key = f"{key}-{digest}" if key else digest
    return f"{scheme}-{key}"


class TopicRegister:
    """Collects every topic that records name, then writes each once."""

    def __init__(self, namer: Namer) -> None:
        self._namer = namer
        self._iris: dict[tuple[str, str], str] = {}
        self._labels: dict[str, Counter[str]] = {}
        self._schemes: dict[str, str] = {}
        self._ids: dict[str, Counter[str]] = {}

    def iri(self, topic: Topic) -> str:
        """The topic's IRI; the first call for a label registers it."""
        pair = (topic.scheme, topic.label)
        iri = self._iris.get(pair)
        if iri is None:
            iri = self._namer.thing("topic", topic_key(*pair))
            self._iris[pair] = iri
            self._schemes[iri] = topic.scheme
            self._labels.setdefault(iri, Counter())
        self._labels[iri][topic.label] += 1
        if topic.key:
            self._ids.setdefault(iri, Counter())[topic.key] += 1
        return iri

    def lines(self, ending: str) -> list[str]:
        """Statements on all topics, sorted. The commonest spelling is the label."""
        namer = self._namer
        kind = namer.type("gk:Topic")
        preferred = namer.predicate("skos:prefLabel")
        alternative = namer.predicate("skos:altLabel")
        scheme = namer.predicate("skos:inScheme")
        identifier = namer.predicate("dct:identifier")
        lines = []
        for iri in sorted(self._labels):
            ranked = sorted(self._labels[iri].items(), key=lambda item: (-item[1], item[0]))
            lines.append(f"{iri}{kind}{ending}")
            lines.append(f"{iri}{preferred}{string(ranked[0][0])}{ending}")
            lines += [
                f"{iri}{alternative}{string(label)}{ending}" for label, _ in sorted(ranked[1:])
            ]
            lines.append(f"{iri}{scheme}<{VOCABULARY}topic-scheme/{self._schemes[iri]}>{ending}")
            # One label may have an id as a subject and another as a topic.
            ids = sorted(self._ids.get(iri, {}).items(), key=lambda item: (-item[1], item[0]))
            lines += [f"{iri}{identifier}{string(key)}{ending}" for key, _ in ids[:1]]
        return lines
