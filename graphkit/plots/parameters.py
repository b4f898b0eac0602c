"""What pictures can be told: parameters, and the values that were given for them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphkit.errors import UsageError
from graphkit.names import CODES, KINDS, Resolver

CHOICE, INTEGER = "choice", "integer"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a picture.

    `type` is a kind of thing ("department"), a closed list ("degree"), "integer" from `least` to
    `most`, or "choice" of `choices`. `default` is written as a user would; "" leaves it out.
    """

    name: str
    type: str
    summary: str
    default: str = ""
    choices: tuple[str, ...] = ()
    least: int = 1
    most: int = 100


@dataclass(frozen=True)
class Given:
    """Values as they were understood: addresses of things, codes, choices and numbers.

    `remarks` say where a name could have meant more than one thing.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        """An address, a code or a choice; "" where none was given."""
        return self.texts.get(name, "")

    def number(self, name: str) -> int | None:
        """A whole number; None where none was given."""
        return self.numbers.get(name)


def understood(
    kind: str, parameters: Sequence[Parameter], values: Mapping[str, str], resolver: Resolver
) -> Given:
    """Read the values given for a kind of picture.

    Raises UsageError for a parameter that there is not, with the nearest one, and for a value
    that cannot be read or names nothing.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise UsageError(
                f"the picture {kind} has no parameter {name}",
                hint=f"{hint}it has: {', '.join(known) or 'none'}",
                suggestions=near,
            )
    texts: dict[str, str] = {}
    numbers: dict[str, int] = {}
    remarks: list[str] = []
    for name, parameter in known.items():
        text = str(values.get(name, parameter.default)).strip()
        if not text:
            if name in values:  # else a forgotten value would choose everything
                raise UsageError(f"--{name}: an empty value is no {parameter.type}")
            continue
        if parameter.type == INTEGER:
            numbers[name] = _number(parameter, text)
        elif parameter.type == CHOICE:
            texts[name] = _choice(parameter, text)
        elif parameter.type in KINDS or parameter.type in CODES:
            named = resolver.value(parameter.type, text)
            value = named.term.value
            texts[name] = value.rpartition("/")[2] if parameter.type in CODES else value
            remarks += [named.remark] if named.remark else []
    return Given(texts, numbers, tuple(remarks))


def _number(parameter: Parameter, text: str) -> int:
    least, most = parameter.least, parameter.most
    plain = text.replace(",", "")
    if not (plain.isascii() and plain.isdigit() and least <= int(plain[:12]) <= most):
        raise UsageError(
            f"--{parameter.name} {text[:40]}: this must be a whole number from {least} to {most:,}"
        )
    return int(plain)


def _choice(parameter: Parameter, text: str) -> str:
    if text not in parameter.choices:
        near = difflib.get_close_matches(text, parameter.choices, 1)
        raise UsageError(
            f"--{parameter.name} {text[:40]}: no such choice",
            hint=f"known: {', '.join(parameter.choices)}",
            suggestions=near,
        )
    return text
