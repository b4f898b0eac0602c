"""Small made-up sources in every format, for builds of which each statement is known."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from xml.sax.saxutils import escape

import pytest

HEADER = (
    "FundingOrgName,ProjectReference,LeadROName,Department,ProjectCategory,PISurname,PIFirstName,"
    "PIOtherNames,PI ORCID iD,StudentSurname,StudentFirstName,StudentOtherNames,Student ORCID iD,"
    "Title,StartDate,EndDate,AwardPounds,ExpenditurePounds,Region,Status,GTRProjectUrl,ProjectId,"
    "FundingOrgId,LeadROId,PIId"
)


def key(end: int) -> str:
    """A GtR id."""
    return f"0A1B2C3D-0000-4000-8000-{end:012d}"


LEAD, FUNDER = key(900), key(950)


def portal(end: int = 1, lead: str = "University of Weir", **project: Any) -> dict[str, Any]:
    """One line of portal JSON. Fields of None are left out."""
    values = {
        "id": key(end),
        "title": f"Otters {end}",
        "status": "Active",
        "grantReference": f"NE/X{end:06d}/1",
        "abstractText": f"Otters of river {end} came back. We ask who saw them first, and where.",
        "fund": {
            "valuePounds": 1000.0 + end,
            "start": 1453075200000,
            "end": 1547683200000,
            "funder": {"id": FUNDER, "name": "NERC"},
        },
        **project,
    }
    return {
        "projectComposition": {
            "project": {name: value for name, value in values.items() if value is not None},
            "leadResearchOrganisation": {
                "id": LEAD[:-1] + str(sum(map(ord, lead)) % 10),
                "name": lead,
                "address": {"line1": "1 Weir Lane", "region": "North East"},
            },
        }
    }


def xml(end: int = 1, title: str = "Otters in XML", more: str = "") -> str:
    """One project as portal XML."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<gtr:projectOverview xmlns:gtr="http://gtr.ukri.org/api"><gtr:projectComposition><gtr:project>
<gtr:id>{key(end)}</gtr:id><gtr:title>{escape(title)}</gtr:title>
<gtr:grantReference>NE/X{end:06d}/1</gtr:grantReference>{more}
</gtr:project></gtr:projectComposition></gtr:projectOverview>"""


def table(*rows: dict[str, Any]) -> str:
    """A portal CSV export."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER.split(","), restval="", lineterminator="\n")
    writer.writeheader()
    for number, row in enumerate(rows, 1):
        writer.writerow({"ProjectId": key(number), "Title": f"Otters {number}", **row})
    return out.getvalue()


def gtr2(end: int = 1, **project: Any) -> dict[str, Any]:
    """One page of the GtR-2 API with one project."""
    record = {
        "links": {"link": []},
        "id": key(end),
        "href": f"http://gtr.ukri.org/gtr/api/projects/{key(end)}",
        "identifiers": {"identifier": [{"value": f"NE/X{end:06d}/1", "type": "RCUK"}]},
        "title": "Otters in GtR-2",
        **project,
    }
    return {"page": 1, "size": 20, "totalPages": 1, "totalSize": 1, "project": [record]}


def question(number: int = 41, *projects: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """One page of the ARI API with one question."""
    record = {
        "questionId": number,
        "question": "Which rivers have room for otters?",
        "department": "Home Office",
        "relatedUKRIProjects": list(projects),
        **fields,
    }
    return {"data": [record]}


def page(*projects: dict[str, str]) -> str:
    """A question page in layout A1; projects are of title, funder, lead, why."""
    blocks = ["Which rivers have room for otters?", "", "Some background on rivers."]
    blocks += ["Related UKRI funded projects"]
    for project in projects:
        blocks += [f"  • {project['title']}", "    A study of rivers that goes on and on..."]
        blocks += [f"    Funded by: {project['funder']}"] if "funder" in project else []
        blocks += (
            [f"    Lead research organisation: {project['lead']}"] if "lead" in project else []
        )
        if "why" in project:
            blocks += ["    Why might this be relevant?", f"    {project['why']}"]
    return "\n\n".join([*blocks, "Similar ARIs from other organisations", ""])


PAGE_WITHOUT_TITLES = """\
Rivers are to be cleaner, and the department asks what that does for the animals in them.
Otters eat fish and so they come back where fish do, as several rivers in the north show and...
Funded by: NERC
Lead research organisation: University of Weir
The project partially answers the question by counting otters.
Weirs hold back water and with it everything that swims, and this work measures how much...
Funded by: ESRC
Lead research organisation: Otter Trust
"""


@pytest.fixture(scope="session")
def make() -> Any:
    """The makers of sources, by the name of their format."""
    makers: dict[str, Callable[..., Any] | str] = {
        "key": key,
        "portal": portal,
        "xml": xml,
        "table": table,
        "gtr2": gtr2,
        "question": question,
        "page": page,
        "page_without_titles": PAGE_WITHOUT_TITLES,
    }
    return SimpleNamespace(**makers)
