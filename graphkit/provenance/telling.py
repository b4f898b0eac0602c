"""Reasons as text for a terminal: statements that stand there for one reason, together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphkit.provenance.reasons import Explained, Reason
from graphkit.text import printable

_LONG = 160


def text(statements: Sequence[Explained], base: str, remark: str = "") -> Iterator[str]:
    """Lines: first where it comes from, then what it says, in which record and by which rule.

    `remark` is said of the thing as a whole.
    """
    groups: dict[tuple[str, str], list[tuple[Explained, Reason]]] = {}
    for one in statements:
        for reason in one.reasons:
            groups.setdefault((reason.kind, reason.graph), []).append((one, reason))
    yield f"{_short(statements[0].subject, base)}\n"
    if remark:
        yield f"{printable(remark)}\n"
    for (_, graph), members in groups.items():
        yield f"\n{_heading(members[0][1], graph, base)}\n"
        records = {reason.source.record for _, reason in members if reason.source}
        only = records.pop() if len(records) == 1 else ""
        yield from _source(members[0][1], only)
        last = ""
        for one, reason in members:
            yield f"    {one.property}  {_shown(one.value, base)}\n"
            rule = f"        {reason.rule}\n"
            if reason.source and (record := reason.source.record) != only:
                rule += f"        in {printable(record)}\n"
            details = "".join(_details(reason, base))
            if rule + details != last:
                yield rule + details
            last = rule + details


def _short(iri: str, base: str) -> str:
    return printable(iri.removeprefix(f"{base}id/"))


def _shown(value: str, base: str) -> str:
    line = _short(" ".join(value.split()), base)
    return line if len(line) <= _LONG else f"{line[: _LONG - 2]} …"


def _heading(reason: Reason, graph: str, base: str) -> str:
    name = graph.removeprefix(f"{base}graph/")
    if reason.source:
        return f"{printable(reason.source.title)} ({name})"
    return f"graphkit itself ({name})" if reason.made_by else name


def _source(reason: Reason, record: str) -> Iterator[str]:
    if reason.source is None:
        if reason.made_by:
            yield f"  by         {reason.made_by}\n"
        return
    one = reason.source
    yield f"  publisher  {printable(one.publisher or 'not stated')}\n"
    if one.fetched:
        yield f"  fetched    {one.retrieved or 'when is not known'}"
        yield f" from {printable(one.address)}\n" if one.address else "\n"
    else:
        yield "  fetched    no manifest of a harvest tells when"
        yield f"; the file is of {one.retrieved}\n" if one.retrieved else "\n"
        if one.address:
            yield f"  published  {printable(one.address)}\n"
    yield f"  file       {printable(one.file)}, {one.bytes:,} bytes, sha256 {one.sha256}\n"
    if record:
        yield f"  record     {printable(record)}\n"
    yield f"  read by    {reason.made_by}\n"
    yield f"  licence    {printable(one.licence or 'not stated')}\n"


def _details(reason: Reason, base: str) -> Iterator[str]:
    for support in reason.support:
        said = [support.origin, support.degree, support.reason]
        if support.score is not None:
            said.append(f"score {support.score:g}")
        told = ", ".join(printable(part) for part in said if part)
        yield f"        {_short(support.iri, base)}: {told}\n"
        if support.explanation:
            yield f"          “{_shown(support.explanation, base)}”\n"
        for quote in support.evidence:
            yield f"          evidence: “{_shown(quote, base)}”\n"
    for one in reason.computed:
        version = f" {one.version}" if one.version else ""
        model = f", model {one.model}" if one.model else ""
        yield f"        computed by {one.method}{version}{model}\n"
        if one.model_digest:
            yield f"          model digest {one.model_digest}\n"
        if one.parameters:
            yield f"          parameters {one.parameters}\n"
        if one.ended:
            yield f"          ended {one.ended}\n"
