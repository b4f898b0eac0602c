"""The records that flow from the loaders to the graph.

A loader turns one upstream format into these; identity and relevance work on
them; `rdf.py` writes them down. Records are frozen, hold only what the source
says (cleaned, never guessed), and can be packed with msgpack, so that a build
of any size can spill them to disk. `None` or an empty tuple means "the source
does not say". A `locator` names the place inside the source ("line 12",
"record 3", "item 7 of data").
"""

from __future__ import annotations

from datetime import date

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag=True):
    """What all records share."""

    locator: str = ""
    note: str | None = None
    """A harvester's remark on this record (key `_note`, or a page's first line in brackets)."""


class Address(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A postal address as published. `lines` leaves out empty lines."""

    lines: tuple[str, ...] = ()
    city: str | None = None
    county: str | None = None
    postcode: str | None = None
    region: str | None = None
    country: str | None = None


class Organisation(Record, frozen=True):
    """An organisation as one source describes it.

    `key` is `gtr:<GUID in upper case>`, `ror:<nine characters>` or, where a
    source gives only a name, `name:<normalised name>`. `names` holds the other
    names (aliases, labels in other languages, acronyms), never the main one.
    `related` holds `(relation, key)` pairs, as `("successor", "ror:01abc")`.
    """

    key: str
    name: str
    names: tuple[str, ...] = ()
    address: Address | None = None
    website: str | None = None
    kinds: tuple[str, ...] = ()
    status: str | None = None
    established: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    external_ids: tuple[tuple[str, str], ...] = ()
    related: tuple[tuple[str, str], ...] = ()


class Participation(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One organisation's part in a project.

    `role` is one of lead, partner, collaborator, cofunder, fellow, participant.
    `cost` and `offer` are pounds (Innovate UK's project cost and grant offer).
    """

    organisation: str
    role: str
    cost: float | None = None
    offer: float | None = None


class Topic(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A topic, research subject, field of research or tag, as labelled by the source.

    `scheme` is one of topic, field, tag (ARI), gtr-topic, gtr-subject,
    gtr-programme, gtr-health-category, gtr-activity.
    """

    scheme: str
    label: str
    key: str | None = None
    percentage: float | None = None


class Project(Record, frozen=True):
    """A funded project as one source describes it; several may describe the same one.

    `key` is the GtR GUID in upper case. Amounts are pounds. `roles` includes
    the lead. `transfers` holds `(from key, to key)` pairs. `fund_keys` are
    GtR-2 fund ids to be joined with `Fund` records.
    """

    key: str
    title: str | None = None
    reference: str | None = None
    other_references: tuple[str, ...] = ()
    status: str | None = None
    category: str | None = None
    abstract: str | None = None
    technical_abstract: str | None = None
    impact: str | None = None
    start: date | None = None
    end: date | None = None
    amount: float | None = None
    expenditure: float | None = None
    award_type: str | None = None
    funder_name: str | None = None
    funder_key: str | None = None
    lead_department: str | None = None
    region: str | None = None
    roles: tuple[Participation, ...] = ()
    topics: tuple[Topic, ...] = ()
    transfers: tuple[tuple[str, str], ...] = ()
    fund_keys: tuple[str, ...] = ()
    url: str | None = None


class Fund(Record, frozen=True):
    """A GtR-2 fund record: the money behind a project, kept apart by that API."""

    key: str
    project_key: str | None = None
    funder_key: str | None = None
    amount: float | None = None
    start: date | None = None
    end: date | None = None
    award_type: str | None = None
    category: str | None = None


class ProjectMention(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A project in a question's list, with what the list says of it.

    `position` counts from 1. From the API: `key`, `url`, `reference`, dates.
    From a page: `funder`, `blurb`, `explanation`.
    """

    position: int
    title: str | None = None
    key: str | None = None
    reference: str | None = None
    url: str | None = None
    funder: str | None = None
    lead_organisation: str | None = None
    start: date | None = None
    end: date | None = None
    blurb: str | None = None
    explanation: str | None = None


class ResearchQuestion(Record, frozen=True):
    """A question as one source (API record or page) gives it.

    `key` is the upstream questionId, or `page-<12 hex digits>` for a page that
    does not tell its id. `question_set` is the title of the document that a
    page names as its source; `group` is the API's questionGroup. `background`
    is plain text with paragraphs separated by one blank line.
    """

    key: str
    text: str | None = None
    background: str | None = None
    next_steps: str | None = None
    department: str | None = None
    group: str | None = None
    question_set: str | None = None
    url: str | None = None
    placeholder: bool = False
    published: date | None = None
    posted: date | None = None
    updated: date | None = None
    expires: date | None = None
    archived: bool | None = None
    page_views: int | None = None
    contact: str | None = None
    topics: tuple[Topic, ...] = ()
    related_questions: tuple[str, ...] = ()
    similar_titles: tuple[str, ...] = ()
    projects: tuple[ProjectMention, ...] = ()
    from_page: bool = False
    truncated: bool = False


class Place(Record, frozen=True):
    """An administrative or statistical area as one table gives it.

    `code` is a GSS code (E12000005) or, for ITL areas, `itl2021-TLG3` or
    `itl2025-TLG3`: the two editions use one code for different areas. `kind` is
    one of country, region, combined-authority, county, local-authority,
    itl1, itl2, itl3. `within` holds codes of directly containing areas.
    `abolished` marks a district that no longer exists.
    """

    code: str
    name: str
    kind: str
    names: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    abolished: bool = False


class PlaceNames(Record, frozen=True):
    """Further names of a place, by the code of a register (`CON`) or a GSS code."""

    register_code: str
    names: tuple[str, ...]


class BodyDetails(Record, frozen=True):
    """A publishing body from the departments table: names as used, ROR id, address."""

    name: str
    names: tuple[str, ...] = ()
    ror: str | None = None
    url: str | None = None


class FunderDetails(Record, frozen=True):
    """A funder from the funders tables: acronym, name, identifiers."""

    name: str
    acronym: str | None = None
    ror: str | None = None
    gtr_key: str | None = None
    crossref_ids: tuple[str, ...] = ()


class TopicLabel(Record, frozen=True):
    """A topic label from the topics table, in the ARI topic scheme."""

    label: str


AnyRecord = (
    Organisation
    | Project
    | Fund
    | ResearchQuestion
    | Place
    | PlaceNames
    | BodyDetails
    | FunderDetails
    | TopicLabel
)


class Evidence(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A sentence of a project's text that shows something, verbatim.

    `field` is title, abstract or teaser; the sentence is `text[start : start + len(quote)]` of it.
    `aspects` are the keys of the aspects that it shows; none means that it shows the topic.
    `score` is from 0 to 1.
    """

    field: str
    start: int
    quote: str
    score: float
    aspects: tuple[str, ...] = ()


class Assessment(Record, frozen=True):
    """How far a project speaks to a question, and who says so.

    `degree` is full, direct, partial, indirect, unstated or none. `origin` is
    published-page, published-link or computed. `covers` and `misses` are
    aspect keys. `states_expertise` is None where the explanation does not say.
    `score` (0 to 1), `evidence` and `places` (keys of places that the question names and the
    project fits) are those of a computed one.
    """

    question: str
    project: str
    degree: str
    origin: str
    rank: int | None = None
    covers: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    states_expertise: bool | None = None
    explanation: str | None = None
    score: float | None = None
    evidence: tuple[Evidence, ...] = ()
    places: tuple[str, ...] = ()


class Similarity(Record, frozen=True):
    """That two questions resemble each other, as computed: it runs both ways.

    `question` comes before `other` in the order of keys. `score` is from 0 to 1, `aspects` are
    keys of shared aspects.
    """

    question: str
    other: str
    score: float
    reason: str
    aspects: tuple[str, ...] = ()
    duplicate: bool = False


class Computation(Record, frozen=True):
    """One run that computed assessments and similarities.

    `parameters` is a JSON object as text, `ended` a time in ISO 8601 with its zone.
    """

    key: str
    method: str
    version: str
    parameters: str
    ended: str
    model: str | None = None
    model_digest: str | None = None
