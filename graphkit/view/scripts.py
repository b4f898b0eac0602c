"""The page's own modules joined to one script, so that no program but Python makes a page.

The modules of `static/` are written so that this can be done line by line: imports stand on
one line each, of names from `"./other.js"`; exports are declarations. Every module becomes a
function that runs once, after those that it imports, and gives back what it exports.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

FIRST = "main.js"
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([a-z-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:const|let|class|async function|function\*?) (\w+))", re.MULTILINE
)
_LEFT = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def static(name: str) -> str:
    """The text of a file of `static/`."""
    return (files("graphkit.view") / "static" / name).read_text("utf-8")


@cache
def script() -> str:
    """All modules of the page as one, in an order in which each finds what it imports."""
    ordered: dict[str, str] = {}
    _add(FIRST, ordered, ())
    return "\n".join(ordered.values())


def _add(name: str, ordered: dict[str, str], above: tuple[str, ...]) -> None:
    if name in ordered:
        return
    if name in above:
        raise ValueError(f"static/{name} imports itself, through {' and '.join(above)}")
    text = static(name)
    for _, other in _IMPORT.findall(text):
        _add(f"{other}.js", ordered, (*above, name))
    ordered[name] = joined(name, text)


def joined(name: str, text: str) -> str:
    """A module as a function that runs once.

    >>> print(joined("b.js", 'import { a } from "./a-one.js";\\nexport const b = a;'))
    // ---- b.js
    const module_b = (() => {
    const { a } = module_a_one;
    const b = a;
    return { b };
    })();
    """
    exported = ", ".join(_EXPORT.findall(text))
    text = _IMPORT.sub(lambda found: f"const {found[1]} = {_variable(found[2])};", text)
    text = _EXPORT.sub("", text)
    if _LEFT.search(text):
        raise ValueError(f"static/{name} has an import or export of another form")
    variable = _variable(name.removesuffix(".js"))
    given = f"return {{ {exported} }};\n" if exported else ""
    return f"// ---- {name}\nconst {variable} = (() => {{\n{text.strip()}\n{given}}})();"


def _variable(module: str) -> str:
    return f"module_{module.replace('-', '_')}"
