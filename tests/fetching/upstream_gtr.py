"""Gateway to Research as its two APIs give it, out of lines of `{"projectComposition": …}`."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any
from urllib.parse import quote, urlencode

from upstream_troubles import Trouble

_Answer = tuple[bytes, int, str, dict[str, str]]
_JSON = "application/json"
_VERSION = "application/vnd.rcuk.gtr.json-v7"
_ROLES = {"LEAD_RO": "LEAD_ORG", "COLLABORATOR": "COLLAB_ORG", "PROJECT_PARTNER": "PP_ORG"}


class GtrData:
    """Projects, and the organisations and awards that the second API makes of them."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines
        self.links = True
        """Whether answers to searches have links to pages in their headers."""
        self._ids: list[str] = []
        self._starts: list[int] = []
        self._funders: list[str] = []
        self._references: dict[str, int] = {}
        for at, line in enumerate(lines):
            project = json.loads(line)["projectComposition"]["project"]
            fund = project.get("fund") or {}
            self._ids.append(project["id"])
            self._starts.append(fund.get("start") or 0)
            self._funders.append((fund.get("funder") or {}).get("name") or "")
            self._references.setdefault(project.get("grantReference") or "", at)
        self._at = {key: at for at, key in enumerate(self._ids)}
        self._by_start = sorted(range(len(lines)), key=lambda at: (self._starts[at], at))
        self._second: dict[str, list[dict[str, Any]]] = {}

    def funder_of(self, key: str) -> str:
        """The funder of a project; empty where it is not known."""
        at = self._at.get(key)
        return self._funders[at] if at is not None else ""

    def search(self, query: dict[str, str], trouble: Trouble | None) -> _Answer:
        """A page of the portal's search."""
        term = query.get("term", "")
        size, number = int(query.get("fetchSize", "25")), int(query.get("page", "1"))
        if not term or not 25 <= size <= 100 or number < 1:
            return b'{"error": "bad request"}', 400, _JSON, {}
        found = self._found(term, query.get("selectedFacets", ""))
        if query.get("selectedSortOrder") == "DESC":
            found = found[::-1]
        total, pages = len(found), -(-len(found) // size)
        start = (number - 1) * size
        if trouble and number > 1:
            start += trouble.offset
        if number > max(pages, 1):
            return b'{"error": "not found"}', 404, _JSON, {}
        rows = [self.lines[at] for at in found[max(start, 0) : start + size]]
        announced = trouble.announced(total) if trouble else total
        last = pages + (1 if trouble and trouble.kind == "beyond" else 0)
        bean = "searchResult" if trouble and trouble.kind == "schema" else "facetedSearchResultBean"
        request = json.dumps({"page": number, "fetchSize": size, "term": term})
        body = (
            b'{"headerData":{"lastRefreshDate":"08 Jul 2026"},"%b":{"request":%b,'
            b'"totalResults":%b,"didYouMean":[],"results":[%b]}}'
            % (bean.encode(), request.encode(), json.dumps(announced).encode(), b",".join(rows))
        )
        headers = {"Link-Records": json.dumps(announced), "Link-Pages": str(pages)}
        if not self.links:
            return body, 200, _JSON, {}
        links = [self._link(query, 1, "first"), self._link(query, max(pages, 1), "last")]
        if number < last:
            links.append(self._link(query, number + 1, "next"))
        elif trouble and trouble.kind == "endless":
            links.append(self._link(query, 1, "next"))
        headers["Link"] = ", ".join(links)
        return body, 200, _JSON, headers

    def _link(self, query: dict[str, str], page: int, rel: str) -> str:
        # The host and the path of the portal's own links are not those that were asked.
        known = {name: value for name, value in query.items() if name != "moved"}
        words = urlencode(known | {"page": str(page)}, quote_via=quote)
        return f'<http://gtr.ukri.org:80/search/project?{words}>; rel="{rel}"'

    def _found(self, term: str, facets: str) -> list[int]:
        found = self._by_start
        if facets:
            for facet in base64.b64decode(facets).decode().split(","):
                kind, name, _ = facet.split("|")
                found = [at for at in found if kind == "funder" and self._funders[at] == name]
        if term != "*":
            words = term.strip('"').casefold().encode()
            found = [at for at in found if words in self.lines[at].lower()]
        return found

    def by_reference(self, reference: str) -> _Answer:
        """One project of the portal."""
        at = self._references.get(reference)
        if at is None:
            return b'{"error": "not found"}', 404, _JSON, {}
        return b'{"projectOverview":%b}' % self.lines[at], 200, _JSON, {}

    def second(
        self, path: str, query: dict[str, str], accept: str, trouble: Trouble | None
    ) -> _Answer:
        """What the GtR-2 API answers."""
        if accept != _VERSION:
            # Its oldest version, which has none of the fields that are read.
            return b'{"ns2.projects":{"ns1.page":"1"}}', 200, _JSON, {}
        parts = path.removeprefix("/gtr/api/").split("/")
        kind = parts[0].removesuffix("s")
        if kind not in ("project", "organisation", "fund"):
            return b'{"error": "not found"}', 404, _VERSION, {}
        records = self._records()[kind]
        if len(parts) == 2:
            found = next((one for one in records if one["id"] == parts[1]), None)
            if found is None:
                return b'{"error": "not found"}', 404, _VERSION, {}
            return json.dumps(found).encode(), 200, _VERSION, {}
        if term := query.get("q"):
            records = [one for one in records if term.casefold() in json.dumps(one).casefold()]
        size, number = int(query.get("s", "20")), int(query.get("p", "1"))
        pages = -(-len(records) // size)
        if not 10 <= size <= 100:
            return b'{"error": "bad request"}', 400, _VERSION, {}
        if number > max(pages, 1):
            return b'{"error": "no such page"}', 404, _VERSION, {}
        start = (number - 1) * size + (trouble.offset if trouble and number > 1 else 0)
        answer = {
            "page": number,
            "size": size,
            "totalPages": pages + (trouble is not None and trouble.kind == "beyond"),
            "totalSize": trouble.announced(len(records)) if trouble else len(records),
            "records" if trouble and trouble.kind == "schema" else kind: records[
                start : start + size
            ],
        }
        return json.dumps(answer).encode(), 200, _VERSION, {}

    def _records(self) -> dict[str, list[dict[str, Any]]]:
        if not self._second:
            organisations: dict[str, dict[str, Any]] = {}
            projects, funds = [], []
            for line in self.lines:
                project, fund = _second_project(
                    json.loads(line)["projectComposition"], organisations
                )
                projects.append(project)
                funds.append(fund)
            self._second = {
                "project": projects,
                "organisation": list(organisations.values()),
                "fund": funds,
            }
        return self._second


def _href(kind: str, key: str, at: int) -> str:
    """Links as they come: hosts vary."""
    hosts = (
        "https://gtr.ukri.org",
        "http://gtr.ukri.org:80",
        "http://internal-lb-7.eu-west-2:8080",
    )
    return f"{hosts[at % 3]}/gtr/api/{kind}/{key}"


def _second_project(
    composition: dict[str, Any], organisations: dict[str, dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    project = composition["project"]
    key = project["id"]
    fund = project.get("fund") or {}
    award = str(uuid.uuid5(uuid.NAMESPACE_URL, key)).upper()
    links = [{"href": _href("funds", award, 1), "rel": "FUND"}]
    for at, organisation in enumerate(composition.get("organisationRoles") or []):
        address = {**(organisation.get("address") or {}), "type": "MAIN_ADDRESS"}
        organisations[organisation["id"]] = {
            "id": organisation["id"],
            "name": organisation["name"],
            "addresses": {"address": [address]},
        }
        for role in organisation.get("roles") or []:
            rel = _ROLES.get(role.get("name"))
            if rel:
                href = _href("organisations", organisation["id"], at)
                links.append({"href": href, "rel": rel})
    links.append({"href": _href("persons", award, 0), "rel": "PI_PER"})
    funder = fund.get("funder") or {}
    reference = {"value": project.get("grantReference"), "type": "RCUK"}
    return (
        {
            "id": key,
            "href": _href("projects", key, 0),
            "title": project["title"],
            "status": project.get("status"),
            "grantCategory": project.get("grantCategory"),
            "leadFunder": funder.get("name"),
            "abstractText": project.get("abstractText"),
            "identifiers": {"identifier": [reference]},
            "links": {"link": links},
        },
        {
            "id": award,
            "href": _href("funds", award, 2),
            "start": fund.get("start"),
            "end": fund.get("end"),
            "valuePounds": {"currencyCode": "GBP", "amount": fund.get("valuePounds")},
            "category": fund.get("type"),
            "links": {
                "link": [
                    {"href": _href("organisations", funder.get("id") or award, 1), "rel": "FUNDER"},
                    {"href": _href("projects", key, 2), "rel": "FUNDED"},
                ]
            },
        },
    )
