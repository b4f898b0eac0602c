"""Topics, subjects, fields and tags as concepts: case variants merged, schemes kept."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict

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
        self._mentions: Counter[tuple[str, str]] = Counter()
        self._ids: Counter[tuple[str, str]] = Counter()

    def iri(self, topic: Topic) -> str:
        """The topic's IRI; the first call for a label registers it."""
        pair = (topic.scheme, topic.label)
        self._mentions[pair] += 1
        iri = self._iris.get(pair)
        if iri is None:
            iri = self._iris[pair] = self._namer.thing("topic", topic_key(*pair))
        if topic.key:
            self._ids[iri, topic.key] += 1
        return iri

    def lines(self, ending: str) -> list[str]:
        """Statements on all topics, sorted. The commonest spelling is the label."""
        namer = self._namer
        kind = namer.type("gk:Topic")
        preferred = namer.predicate("skos:prefLabel")
        alternative = namer.predicate("skos:altLabel")
        scheme = namer.predicate("skos:inScheme")
        identifier = namer.predicate("dct:identifier")
        labels: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        schemes: dict[str, str] = {}
        for pair, iri in self._iris.items():
            labels[iri].append((pair[1], self._mentions[pair]))
            schemes[iri] = pair[0]
        ids: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for (iri, key), count in self._ids.items():
            ids[iri].append((key, count))
        lines = []
        for iri in sorted(labels):
            ranked = sorted(labels[iri], key=lambda item: (-item[1], item[0]))
            lines.append(f"{iri}{kind}{ending}")
            lines.append(f"{iri}{preferred}{string(ranked[0][0])}{ending}")
            lines += [
                f"{iri}{alternative}{string(label)}{ending}" for label, _ in sorted(ranked[1:])
            ]
            lines.append(f"{iri}{scheme}<{VOCABULARY}topic-scheme/{schemes[iri]}>{ending}")
            # One label may have an id as a subject and another as a topic.
            commonest = sorted(ids[iri], key=lambda item: (-item[1], item[0]))[:1]
            lines += [f"{iri}{identifier}{string(key)}{ending}" for key, _ in commonest]
        return lines
