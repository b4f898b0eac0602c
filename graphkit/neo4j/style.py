"""Colours and captions for Neo4j Browser, as a .grass file."""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.palette import colour, darker, is_dark, size
from graphkit.property_graph.schema import NAME, GraphSchema


def grass(schema: GraphSchema) -> str:
    """The style sheet for every label and relationship type of the ontology.

    >>> from graphkit.ontology import Ontology
    >>> text = grass(GraphSchema.of(Ontology.load()))
    >>> "node.ResearchQuestion {" in text and 'caption: "{name}"' in text
    True
    """
    return "\n".join(_rules(schema))


def _rules(schema: GraphSchema) -> Iterator[str]:
    yield _rule(
        "node", {"diameter": "50px", "color": "#BFBFBF", "border-color": "#8C8C8C",
                 "border-width": "2px", "text-color-internal": "#1A1A1A", "font-size": "10px"}
    )  # fmt: skip
    yield _rule(
        "relationship", {"color": "#8C8C8C", "shaft-width": "1px", "font-size": "8px",
                         "padding": "3px", "text-color-external": "#1A1A1A",
                         "text-color-internal": "#FFFFFF", "caption": '"<type>"'}
    )  # fmt: skip
    for label in sorted(schema.labels):
        fill = colour(label)
        yield _rule(
            f"node.{label}",
            {
                "color": fill,
                "border-color": darker(fill),
                "text-color-internal": "#FFFFFF" if is_dark(fill) else "#1A1A1A",
                "diameter": f"{size(label)}px",
                "caption": f'"{{{NAME}}}"',
            },
        )
    for type_, qualifier in sorted(schema.qualified.items()):
        keys = schema.labels[qualifier.label].by_key
        if "degree" in keys:
            yield _rule(
                f"relationship.{type_}",
                {"color": "#E69F00", "shaft-width": "3px", "caption": '"{degree}"'},
            )


def _rule(selector: str, settings: dict[str, str]) -> str:
    lines = "\n".join(f"  {name}: {value};" for name, value in settings.items())
    return f"{selector} {{\n{lines}\n}}\n"
