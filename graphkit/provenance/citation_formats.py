"""A citation as text, BibTeX, CITATION.cff and DataCite's JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import yaml

from graphkit.provenance.citation import Citation, CitedSource
from graphkit.text import printable, slug

_WEB = ("https://", "http://")
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_URL = re.compile(r"[\\{}%]")
_MESSAGE = "If you use these data, please cite them and their sources as below."
_MEDIA_TYPE = "application/n-quads"
_DAY = re.compile(r"\d{4}-\d\d-\d\d").fullmatch


def text(citation: Citation) -> str:
    """For people: the data set in a paragraph, then each source with its licence."""
    return "".join(_text(citation))


def _text(citation: Citation) -> Iterator[str]:
    where = f" {citation.address}" if citation.address else ""
    yield (
        f"{', '.join(citation.authors)} ({citation.year}). {citation.title}. "
        f"Snapshot {citation.snapshot} of {citation.day}, {citation.quads:,} statements, "
        f"made by {citation.made_by}.{where}\n"
    )
    yield f"SHA-256 of the statements: {citation.sha256}\n\nSources:\n"
    for one in citation.sources:
        yield f"- {printable(_source_words(one))}\n"
        if one.attribution:
            yield f"  {printable(one.attribution)}\n"
    if citation.unlicensed:
        yield "\nA source that names no licence may not be free to publish: ask whose it is.\n"


def _source_words(one: CitedSource) -> str:
    parts = [f"{one.publisher}: {one.title}" if one.publisher else one.title]
    if one.address:
        parts.append(one.address)
    files = f"{one.files:,} files, " if one.files > 1 else ""
    parts.append(f"{files}{one.records:,} {'record' if one.records == 1 else 'records'}")
    if one.retrieved:
        parts.append(f"retrieved {one.retrieved}")
    parts.append(f"licence: {one.licence.name}" if one.licence else "no licence is named")
    return "; ".join(parts)


def bibtex(citation: Citation) -> str:
    """One entry for the data set and one for each source."""
    entries = [
        (
            f"graphkit-{citation.snapshot}",
            {
                "author": " and ".join(f"{{{_latex(name)}}}" for name in citation.authors),
                "title": f"{{{_latex(citation.title)}}}",
                "year": citation.year,
                "publisher": _latex(citation.publisher),
                "version": _latex(citation.snapshot),
                "url": _url(citation.address),
                "note": _latex(citation.words),
            },
        )
    ]
    taken: set[str] = set()
    for one in citation.sources:
        key = base = f"{slug(one.title)[:60].strip('-') or 'source'}-{one.last[:4] or 'n-d'}"
        number = 1
        while key in taken:
            number += 1
            key = f"{base}-{number}"
        taken.add(key)
        licence = f"Licence: {one.licence.name}. " if one.licence else "No licence is named. "
        fields = {
            "author": f"{{{_latex(one.publisher)}}}" if one.publisher else "",
            "title": f"{{{_latex(one.title)}}}",
            "year": one.last[:4],
            "url": _url(one.address),
            "urldate": one.last,
            "note": _latex(licence + one.attribution).strip(),
        }
        entries.append((key, fields))
    return "\n".join("".join(_entry(key, fields)) for key, fields in entries)


def _entry(key: str, fields: dict[str, str]) -> Iterator[str]:
    yield f"@misc{{{key},\n"
    for name, value in fields.items():
        if value:
            yield f"  {name} = {{{value}}},\n"
    yield "}\n"


def _latex(value: str) -> str:
    return "".join(_LATEX.get(c, c) for c in " ".join(printable(value).split()))


def _url(address: str) -> str:
    """An address that keeps the braces of its field balanced."""
    return _URL.sub(lambda found: f"%{ord(found[0]):02X}" if found[0] != "%" else r"\%", address)


def cff(citation: Citation) -> str:
    """A CITATION.cff (Citation File Format 1.2.0)."""
    record: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": citation.title,
        "authors": [{"name": name} for name in citation.authors],
        "version": citation.snapshot,
        "date-released": citation.day,
        "abstract": citation.words,
        "identifiers": [
            {
                "type": "other",
                "value": f"sha256:{citation.sha256}",
                "description": "SHA-256 of the file of all statements (N-Quads, gzip)",
            }
        ],
    }
    if citation.address:
        record["url"] = citation.address
    # Several licences in this file would mean that one may choose: each stands at its source.
    if len(citation.licences) == 1 and not citation.unlicensed and citation.licences[0].spdx:
        record["license"] = citation.licences[0].spdx
    if citation.sources:
        record["references"] = [_reference(one) for one in citation.sources]
    return yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=100)


def _reference(one: CitedSource) -> dict[str, Any]:
    record: dict[str, Any] = {
        "type": "data",
        "title": one.title,
        "authors": [{"name": one.publisher or "not stated"}],
    }
    if one.address.startswith(_WEB):
        record["url"] = one.address
    if _DAY(one.last):
        record["date-accessed"] = one.last
    if one.licence:
        record |= (
            {"license": one.licence.spdx}
            if one.licence.spdx
            else {"license-url": one.licence.address}
        )
    notes = " ".join(part for part in (one.attribution, one.note) if part)
    if notes:
        record["notes"] = notes
    return record


def datacite(citation: Citation) -> str:
    """The shape of DataCite's JSON (schema 4.5), without a DOI: whoever registers adds one."""
    days = sorted(day for one in citation.sources for day in (one.first, one.last) if _DAY(day))
    dates = [{"date": citation.day, "dateType": "Created"}]
    if days:
        span = days[0] if days[0] == days[-1] else f"{days[0]}/{days[-1]}"
        dates.append({"date": span, "dateType": "Collected"})
    record: dict[str, Any] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Knowledge graph"},
        "titles": [{"title": citation.title}],
        "creators": [{"name": name, "nameType": "Organizational"} for name in citation.authors],
        "publisher": {"name": citation.publisher},
        "publicationYear": citation.year,
        "version": citation.snapshot,
        "language": "en",
        "dates": dates,
        "descriptions": [{"description": citation.words, "descriptionType": "Abstract"}],
        "sizes": [f"{citation.quads} statements", f"{citation.size} bytes"],
        "formats": [_MEDIA_TYPE],
        "alternateIdentifiers": [
            {
                "alternateIdentifier": citation.sha256,
                "alternateIdentifierType": "SHA-256 of the statements",
            }
        ],
        "rightsList": [
            {
                "rights": one.name,
                "rightsUri": one.address,
                **(
                    {"rightsIdentifier": one.spdx, "rightsIdentifierScheme": "SPDX"}
                    if one.spdx
                    else {}
                ),
            }
            for one in citation.licences
        ],
        "relatedItems": [_related(one) for one in citation.sources],
    }
    if citation.address:
        record["url"] = citation.address
    return msgspec.json.format(msgspec.json.encode(record)).decode() + "\n"


def _related(one: CitedSource) -> dict[str, Any]:
    record: dict[str, Any] = {
        "relatedItemType": "Dataset",
        "relationType": "IsDerivedFrom",
        "titles": [{"title": one.title}],
    }
    if one.publisher:
        record["publisher"] = one.publisher
    if one.address.startswith(_WEB):
        record["relatedItemIdentifier"] = {
            "relatedItemIdentifier": one.address,
            "relatedItemIdentifierType": "URL",
        }
    return record


WRITERS: dict[str, Callable[[Citation], str]] = {
    "text": text,
    "bibtex": bibtex,
    "cff": cff,
    "datacite": datacite,
}
"""The formats, by name."""
BY_EXTENSION = {"txt": "text", "bib": "bibtex", "cff": "cff", "json": "datacite"}
