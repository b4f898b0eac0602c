"""From a sentence to the named query that it means, with values for its parameters.

A sentence is compared with the `ask` patterns of all queries. It must fit one query, and
clearly better than any other: what is not sure is answered with the nearest patterns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphkit.errors import UsageError
from graphkit.library.asking.fitting import Fit, Fitter
from graphkit.library.asking.patterns import Pattern, nearest, patterns_of
from graphkit.library.asking.readings import Readings, spellings
from graphkit.library.asking.wording import tokens_of, without_opening
from graphkit.library.files import command_of
from graphkit.library.running import Library
from graphkit.text import is_unicode

MAX_CHARACTERS, MAX_WORDS = 1_000, 80
MARGIN = 0.15
"""By how much a query must fit better than the next."""
_SEARCHES = 3
"""Names that are sought among all names, which may take a second each on a large graph."""


@dataclass(frozen=True)
class Understood:
    """A query with the values that a sentence gives to its parameters."""

    name: str
    values: Mapping[str, str]
    pattern: str

    @property
    def command(self) -> str:
        """The command that asks the same.

        >>> Understood("grants-of", {"place": "West Midlands"}, "").command
        "graphkit query grants-of -p place='West Midlands'"
        """
        return command_of(self.name, self.values)


class NotUnderstoodError(UsageError):
    """No query is surely meant. `nearest` are patterns that the sentence may have meant."""

    def __init__(self, message: str, patterns: Sequence[Pattern], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.nearest = tuple(patterns)


def understand(library: Library, sentence: str) -> Understood:
    """The query that a sentence means. Runs nothing.

    Raises NotUnderstoodError where none fits, several fit, or a name is unknown, and
    UsageError for what is no sentence.
    """
    sentence = _checked(sentence)
    tokens = without_opening(tokens_of(sentence))
    if not tokens:
        raise UsageError("the sentence holds no word that says what is asked for", hint=_HINT)
    if len(tokens) > MAX_WORDS:
        raise UsageError(
            f"the sentence has {len(tokens)} words, more than {MAX_WORDS}",
            hint="ask for one thing at a time",
        )
    readings = Readings(sentence, tokens, library.resolver, library.ontology)
    fitter = Fitter(tokens, readings)
    patterns = patterns_of(library.queries.all())
    fits = _ranked(fitter, patterns)
    if fits:
        return _only(fits)
    return _with_unknown(library, _ranked(fitter, patterns, unknown=True), sentence, patterns)


_HINT = 'as graphkit ask "projects partially addressing capacity in the West Midlands"'


def _checked(sentence: str) -> str:
    if not is_unicode(sentence):
        raise UsageError("the sentence is not readable as text", hint="the terminal must use UTF-8")
    sentence = " ".join(sentence.split())
    if not sentence:
        raise UsageError("an empty sentence asks nothing", hint=_HINT)
    if len(sentence) > MAX_CHARACTERS:
        raise UsageError(
            f"the sentence has {len(sentence):,} characters, more than {MAX_CHARACTERS:,}",
            hint="ask for one thing at a time",
        )
    return sentence


def _ranked(fitter: Fitter, patterns: Sequence[Pattern], *, unknown: bool = False) -> list[Fit]:
    """The best fit of each query, the best first."""
    best: dict[str, Fit] = {}
    for pattern in patterns:
        fit = fitter.fit(pattern, unknown=unknown)
        name = pattern.query.name
        if fit is not None and (name not in best or fit.score > best[name].score):
            best[name] = fit
    return sorted(best.values(), key=lambda fit: (-fit.score, fit.pattern.query.name))


def _equal(fits: Sequence[Fit]) -> list[Fit]:
    return [fit for fit in fits if fits[0].score - fit.score < MARGIN]


def _only(fits: Sequence[Fit]) -> Understood:
    equal = _equal(fits)
    if len(equal) > 1:
        names = ", ".join(fit.pattern.query.name for fit in equal)
        raise NotUnderstoodError(
            f"the sentence may mean {len(equal)} queries: {names}",
            [fit.pattern for fit in equal],
            hint="say it in the words of one of them",
        )
    return _understood(fits[0])


def _understood(fit: Fit) -> Understood:
    parameters = fit.pattern.query.header.parameters
    values = {key: fit.values[key] for key in parameters if key in fit.values}
    return Understood(fit.pattern.query.name, values, fit.pattern.text)


def _with_unknown(
    library: Library, fits: Sequence[Fit], sentence: str, patterns: Sequence[Pattern]
) -> Understood:
    """A query whose names are found after all, when all names are searched."""
    near = nearest(sentence, patterns)
    # What has a name, but is of another kind than the query takes, was not misspelt.
    fits = [fit for fit in fits if not any(_is_known(library, fit.values[n]) for n in fit.unknown)]
    nothing = NotUnderstoodError("no query fits the sentence", near, hint="see `graphkit queries`")
    if not fits:
        raise nothing
    searched: dict[tuple[str, str], UsageError | None] = {}
    known: list[Fit] = []
    for fit in _equal(fits):
        parameters = fit.pattern.query.header.parameters
        asked = [(parameters[name].type, fit.values[name]) for name in fit.unknown]
        for kind, text in asked:
            if (kind, text) not in searched and len(searched) < _SEARCHES:
                searched[kind, text] = _fault(library, kind, text)
        if all(searched.get(one, True) is None for one in asked):
            known.append(fit)
    if known:
        return _only(known)
    fault = next((fault for fault in searched.values() if fault is not None), None)
    if fault is None:
        raise nothing
    chosen = {fit.pattern.query.name: fit.pattern for fit in _equal(fits)}
    others = [pattern for pattern in near if pattern.query.name not in chosen]
    shown = [*chosen.values(), *others][: len(near) or 1]
    raise NotUnderstoodError(fault.message, shown, hint=fault.hint)


def _is_known(library: Library, name: str) -> bool:
    return any(library.resolver.kinds_of(spelling) for spelling in spellings(name))


def _fault(library: Library, kind: str, text: str) -> UsageError | None:
    try:
        library.resolver.value(kind, text)
    except UsageError as error:
        return error
    return None
