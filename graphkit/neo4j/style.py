"""Colours and captions for Neo4j Browser, as a .grass file."""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.property_graph.schema import NAME, GraphSchema

# Told apart by people who see colours differently too (after Okabe and Ito, made lighter);
# what records how the graph came about stays grey.
_SUBJECT = {
    "Project": ("#56B4E9", "65px"),
    "ResearchQuestion": ("#E69F00", "80px"),
    "Department": ("#D55E00", "65px"),
    "Organisation": ("#009E73", "50px"),
    "Funder": ("#0072B2", "65px"),
    "Programme": ("#7FB2D8", "50px"),
    "Place": ("#CC79A7", "50px"),
    "Aspect": ("#F0E442", "50px"),
    "Topic": ("#B8E0D2", "40px"),
    "Award": ("#C9B458", "40px"),
    "Assessment": ("#F4C095", "40px"),
    "Similarity": ("#F4C095", "40px"),
}
_RECORD = ("#BFBFBF", "30px")


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
        colour, diameter = _SUBJECT.get(label, _RECORD)
        yield _rule(
            f"node.{label}",
            {
                "color": colour,
                "border-color": _darker(colour),
                "text-color-internal": "#FFFFFF" if _is_dark(colour) else "#1A1A1A",
                "diameter": diameter,
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


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _darker(colour: str) -> str:
    return "#" + "".join(f"{part * 7 // 10:02X}" for part in _parts(colour))


def _is_dark(colour: str) -> bool:
    red, green, blue = _parts(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 110
