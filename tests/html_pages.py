"""Pages as a reader's browser takes them apart: texts, links, what is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img"),
        *("input", "link", "meta", "param", "source", "track", "wbr"),
    )
)
_LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "use": "href"}


@dataclass
class Element:
    """An element: its name, attributes, the elements and texts inside, in order."""

    name: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    @property
    def text(self) -> str:
        """All text inside, with single spaces; scripts and styles are no text."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> list[str]:
        if self.name in ("script", "style", "svg"):
            return []
        found = []
        for one in self.inside:
            found += [one] if isinstance(one, str) else [" ", *one._texts(), " "]
        return found

    def all(self, name: str = "", **attributes: str) -> list[Element]:
        """Elements inside with this name and these attributes; `of` is a word of the class."""
        of = attributes.pop("of", "")
        found = []
        for one in self.inside:
            if isinstance(one, str):
                continue
            if (
                (not name or one.name == name)
                and (not of or of in one["class"].split())
                and all(one[key] == value for key, value in attributes.items())
            ):
                found.append(one)
            found += one.all(name, **attributes, **({"of": of} if of else {}))
        return found

    def one(self, name: str = "", **attributes: str) -> Element:
        """The only such element."""
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} of {name} {attributes}"
        return found[0]


class Page(HTMLParser):
    """A page. `faults` are tags that do not fit together.

    >>> page = Page("<main><p>one <b>two</b></p><a href='/x'>there</a></main>")
    >>> page.root.one("main").text, page.links, page.faults
    ('one two there', ['/x'], [])
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.faults: list[str] = []
        self._open = [self.root]
        self.feed(text)
        self.close()
        self.faults += [f"<{one.name}> is not closed" for one in self._open[1:]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Part of the parser."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        if len(element.attributes) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice: {attrs}")
        self._open[-1].inside.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Part of the parser."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Part of the parser."""
        if self._open[-1].name == tag and len(self._open) > 1:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> at {self.getpos()} closes <{self._open[-1].name}>")

    def handle_data(self, data: str) -> None:
        """Part of the parser."""
        self._open[-1].inside.append(data)

    @property
    def main(self) -> Element:
        """The content."""
        return self.root.one("main")

    @property
    def links(self) -> list[str]:
        """Where links lead, in order."""
        return [one["href"] for one in self.root.all("a") if "href" in one.attributes]

    @property
    def loaded(self) -> list[str]:
        """What a browser loads with the page."""
        found = [one["href"] for one in self.root.all("link") if _is_loaded(one["rel"])]
        for name, attribute in _LOADED.items():
            found += [one[attribute] for one in self.root.all(name) if attribute in one.attributes]
        return found

    @property
    def identifiers(self) -> list[str]:
        """Values of `id`, in order."""
        return [one["id"] for one in self.root.all() if "id" in one.attributes]


def _is_loaded(relation: str) -> bool:
    return bool({"stylesheet", "icon", "preload", "modulepreload"} & set(relation.split()))
