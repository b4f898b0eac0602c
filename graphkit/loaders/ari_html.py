"""A question page's HTML turned into the text layout that `ari_page` reads.

Only the standard library's tolerant parser is used: pages come saved from
browsers, cut, and with tags left open.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HTML = re.compile(
    r"\s*(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body|main|article|section|div|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_SKIPPED = frozenset(
    {"script", "style", "nav", "header", "footer", "noscript", "template", "svg", "form", "title"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "button", "dd", "details", "div"}
    | {"dl", "dt", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p"}
    | {"pre", "section", "summary", "table", "tbody", "td", "th", "tr", "ul"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LABELS = re.compile(
    r"(?:background|source|next steps|research fields|archived"
    r"|(?:related ukri funded projects|similar aris|why might this|funded by|lead research).*)",
    re.IGNORECASE,
)
_PAGE_ADDRESS = re.compile(r"\bari\.org\.uk/aris/[0-9]{1,12}\b")


def is_html(text: str) -> bool:
    """Whether a text is an HTML document or a piece of one.

    >>> is_html("<!DOCTYPE html><p>Hello"), is_html("<5 metres of cable")
    (True, False)
    """
    return bool(_HTML.match(text))


def html_to_page_text(source: str) -> str:
    """The text of a page: headings and paragraphs on lines of their own, lists with bullets.

    A link to a funded project is written `[title](address)`. The page's own
    address, where its head gives it, becomes the first line.

    >>> html_to_page_text("<h2>Background</h2><nav>Home</nav><ul><li>Heat<li>Light</ul>")
    'Background\\n\\n• Heat\\n\\n• Light\\n'
    """
    converter = _Converter()
    converter.feed(source)
    converter.close()
    return converter.finished()


class _Converter(HTMLParser):
    """Collects lines; a fresh one is made for every page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[str] = []
        self._line = ""
        self._skipping: list[str] = []
        self._lists = 0
        self._projects = False  # inside "Related UKRI funded projects"
        self._projects_level = 0
        self._titles = ""  # how projects begin: "items" of a list, or "headings"
        self._heading = ""
        self._bullet = ""
        self._link: tuple[str, int] | None = None
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping.append(tag)
            return
        if tag in ("main", "article"):  # the menu above it was left open
            self._skipping.clear()
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and "canonical" in values.get("rel", "").lower():
            self._own_address(values.get("href", ""))
        elif tag == "meta" and values.get("property", "").lower() == "og:url":
            self._own_address(values.get("content", ""))
        if self._skipping:
            return
        if tag in _BLOCKS:
            self._end_line()
        if tag in ("ul", "ol"):
            self._lists += 1
        elif tag == "li":
            # Inside a project's own item a further list is part of its text.
            nested = self._titles == "headings" or (self._titles == "items" and self._lists > 1)
            self._bullet = "- " if self._projects and nested else "• "
            if self._projects and not nested:
                self._titles = "items"
        elif tag in _HEADINGS:
            self._heading = tag
        elif tag == "a":
            self._end_link()
            self._link = (values.get("href", ""), len(self._line))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipping:
            while self._skipping.pop() != tag:
                pass
            return
        if self._skipping:
            return
        if tag == "a":
            self._end_link()
        if tag in _BLOCKS:
            self._end_line()
        if tag in ("ul", "ol"):
            self._lists = max(0, self._lists - 1)
        if tag in _HEADINGS:
            self._heading = ""

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._line += data

    def _own_address(self, address: str) -> None:
        if match := _PAGE_ADDRESS.search(address):
            self._address = f"https://{match.group()}"

    def _end_link(self) -> None:
        if self._link is None:
            return
        address, start = self._link
        self._link = None
        text = self._line[start:].strip()
        if "gtr." in address and "ref=" in address and text and not re.search(r"[\s()]", address):
            self._line = f"{self._line[:start]}[{text}]({address})"
        elif address.lower().startswith("mailto:") and "@" not in text:
            self._line += " " + address[7:].partition("?")[0]

    def _end_line(self) -> None:
        self._end_link()
        line = " ".join(self._line.split())
        self._line = ""
        if not line:
            return
        if self._heading:
            level = int(self._heading[1])
            if line.lower().startswith("related ukri funded projects"):
                self._projects, self._projects_level = True, level
            elif self._projects and level <= self._projects_level:
                self._projects = False
            elif self._projects and self._titles != "items" and not _LABELS.fullmatch(line):
                self._titles = "headings"
                self._bullet = "• "
        self._blocks.append(self._bullet + line)
        self._bullet = ""

    def finished(self) -> str:
        self._end_line()
        blocks = [self._address, *self._blocks] if self._address else self._blocks
        return "\n\n".join(blocks) + "\n" if blocks else ""
