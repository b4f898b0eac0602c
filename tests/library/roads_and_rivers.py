"""A small made-up graph for the query library, in which every query has something to find.

Two ministries ask about roads and rivers; one office asks about birds and nobody answers. The
bodies, projects and links are invented; the places are real ones. What each
query should say of it is written by hand in `expected.py`.
"""

from __future__ import annotations

from datetime import date

from small_graph import SmallGraph

from graphkit.model import Evidence

LOREM = "It measures, compares and reports, so that those who decide know what others have found."


def roads_and_rivers(graph: SmallGraph | None = None) -> SmallGraph:
    """The graph, made in `graph` if one is given."""
    graph = graph or SmallGraph()
    places(graph)
    bodies(graph)
    subjects(graph)
    questions(graph)
    organisations(graph)
    projects(graph)
    graph.computation("run-1", "meaning and words", model="a-model", digest="0a1b")
    similarities(graph)
    assessments(graph)
    graph.source("questions-1", "Questions", format="ari-api", publisher="Ministry of Roads",
                 records=9, unknown=("colour", "shape"))  # fmt: skip
    graph.source("projects-1", "Projects", format="gtr-csv", records=16)
    return graph


def places(graph: SmallGraph) -> None:
    graph.place("E92000001", "England", "country")
    graph.place("W92000004", "Wales", "country")
    graph.place("E12000005", "West Midlands", "region", ("E92000001",))
    graph.place("E12000007", "London", "region", ("E92000001",))
    graph.place("itl2025-TLG", "West Midlands", "itl1", ("E92000001",), edition="2025")
    graph.place("itl2025-TLG3", "West Midlands", "itl2", ("itl2025-TLG",), edition="2025")
    graph.place("itl2025-TLG31", "Birmingham", "itl3", ("itl2025-TLG3",), edition="2025")
    graph.place("E47000007", "West Midlands", "combined-authority", ("E12000005",))
    graph.place(
        "E08000025", "Birmingham", "local-authority", ("E12000005", "E47000007", "itl2025-TLG31")
    )
    graph.place("E08000026", "Coventry", "local-authority", ("E12000005", "E47000007"))
    graph.place("E09000007", "Camden", "local-authority", ("E12000007",))
    graph.place("W06000015", "Cardiff", "local-authority", ("W92000004",))
    graph.place("E07000999", "Oldborough", "local-authority", ("E12000005",), abolished=True)


def bodies(graph: SmallGraph) -> None:
    graph.department("roads", "Ministry of Roads", "MoR")
    graph.department("rivers", "Ministry of Rivers", "MoRi")
    graph.department("transport", "Ministry of Roads and Rivers", "MoRR")
    graph.department("birds", "Office for Birds")
    graph.succession("roads-and-rivers-joined", ("roads", "rivers"), ("transport",), 2022)
    graph.funder("science", "Council for Science", "CS")
    graph.funder("arts", "Council for Arts", "CA")
    graph.funder("bridges", "Bridge Fund", "BF", kind="programme")


def subjects(graph: SmallGraph) -> None:
    graph.aspect("cost", "cost")  # capacity, safety and skills stand in the ontology
    graph.topic("topic-transport", "transport")
    graph.topic("topic-water", "water")
    graph.topic("gtr-topic-transport-ops", "Transport Ops", "gtr-topic")


def questions(graph: SmallGraph) -> None:
    graph.question_set("roads-2021", "Road research 2021", "roads")
    graph.question("1", "How much traffic can roads take?", by="roads",
                   aspects=("capacity", "cost"), topics=("topic-transport",),
                   part_of="roads-2021", issued=date(2021, 3, 1),
                   archived=False, background="Roads fill up.")  # fmt: skip
    graph.question("2", "What makes roads safe?", by="roads", aspects=("safety", "skills"),
                   topics=("topic-transport",), part_of="roads-2021", issued=date(2021, 3, 1),
                   archived=False)  # fmt: skip
    graph.question("3", "How much water can rivers take?", by="rivers",
                   aspects=("capacity", "cost", "safety"), topics=("topic-water",),
                   issued=date(2019, 6, 30), archived=True)  # fmt: skip
    graph.question("4", "Who keeps rivers clean?", by="rivers", aspects=("skills",),
                   topics=("topic-water",), issued=date(2020, 1, 15), archived=False)  # fmt: skip
    graph.question("5", "What do bridges cost?", by="transport", aspects=("cost",),
                   topics=("topic-transport", "topic-water"), issued=date(2023, 5, 5))  # fmt: skip
    graph.question("6", "How much traffic can roads take?", by="transport", aspects=("capacity",),
                   issued=date(2023, 5, 5), archived=False)  # fmt: skip
    graph.question("7", "Where do birds sleep?", by="birds", issued=date(2023, 5, 6))
    graph.question("8", "Do Birmingham's birds like bridges?", aspects=("safety",),
                   concerns=("E08000025",))  # fmt: skip
    graph.question("9", None, by="birds")


def similarities(graph: SmallGraph) -> None:
    graph.similar("1", "6", 0.99, reason="worded alike", aspects=("capacity",), duplicate=True)
    graph.similar("3", "1", 0.81, reason="both ask about capacity and cost",
                  aspects=("capacity", "cost"))  # fmt: skip
    graph.similar("2", "1", 0.7)
    graph.similar("5", "8")
    # Published and computed alike.
    graph.similar("4", "3")
    graph.similar("3", "4", 0.6, reason="both have the topic water")


def organisations(graph: SmallGraph) -> None:
    graph.organisation("ham", "University of Ham", ("E08000025",), kind="education", other="Ham")
    graph.organisation("cove", "Cove University", ("E08000026",), kind="education")
    graph.organisation("camden", "Camden College", ("E09000007",))
    graph.organisation("cardiff", "Cardiff Works", ("W06000015",), kind="company")
    graph.organisation("lone", "Lone Works")
    graph.organisation("lone-2", "Lone Works Ltd")
    graph.organisation("idle", "Idle Institute", ("E12000007",))
    graph.merge("ham", "ham-old", "UNIVERSITY OF HAM", "same name in capitals", 1.0)
    graph.candidate("lone-lone-2", "organisation", "lone", "lone-2", "names differ by Ltd", 0.93)


def projects(graph: SmallGraph) -> None:
    graph.project("P01", "Roads at full stretch", funders=("science",), amount=100_000.0,
                  start=date(2018, 1, 1), end=date(2020, 12, 31), reference="R/1/1",
                  status="Closed", category="Research Grant", abstract=LOREM,
                  topics=("gtr-topic-transport-ops",),
                  lead=("ham",), partner=("cardiff",))  # fmt: skip
    # Joint with P01: Cove University's part.
    graph.project("P02", "Roads at full stretch", funders=("science",), amount=50_000.0,
                  start=date(2018, 1, 1), reference="R/2/1", abstract=LOREM, status="Closed",
                  joint_with="P01", lead=("cove",))  # fmt: skip
    # P03 moved from Ham to Camden and became P04, which repeats what was left.
    graph.project("P03", "Water under bridges", funders=("science",), amount=80_000.0,
                  start=date(2016, 4, 1), end=date(2017, 3, 31), reference="W/1/1", abstract=LOREM,
                  topics=("topic-water",), lead=("ham",))  # fmt: skip
    graph.project("P04", "Water under bridges", funders=("science",), amount=30_000.0,
                  start=date(2017, 4, 1), reference="W/1/2", abstract=LOREM,
                  topics=("topic-water",), transferred_from="P03", lead=("camden",),
                  concerns=("W92000004",))  # fmt: skip
    graph.project("P05", "Songs of the river", funders=("arts",), amount=12_345.5,
                  start=date(2019, 9, 1), abstract=LOREM, lead=("camden",),
                  partner=("ham", "cardiff"), concerns=("E08000025",))  # fmt: skip
    graph.project("P06", "Safe crossings", funders=("science",), programmes=("bridges",),
                  amount=200_000.0, start=date(2020, 2, 1), reference="S/6", abstract=LOREM,
                  lead=("cove",), collaborator=("camden", "ham"),
                  concerns=("E12000005",))  # fmt: skip
    graph.project("P07", "Skills for ferries", programmes=("bridges",), amount=5_000.0,
                  start=date(2021, 1, 1), lead=("cardiff",))  # fmt: skip
    graph.project("P08", "The price of stone", funders=("arts",), amount=0.0,
                  start=date(2021, 7, 1), abstract=LOREM, lead=("lone",))  # fmt: skip
    graph.project("page-1-3", "Roads of tomorrow", funders=("science",), participant=("ham",))
    graph.project("P10", "Birdsong", funders=("arts",), amount=7_000.0, start=date(2022, 1, 1),
                  abstract=LOREM, lead=("camden",))  # fmt: skip
    graph.project("P11", "Birdsong", funders=("arts",), amount=8_000.0, start=date(2022, 1, 1),
                  abstract=LOREM, lead=("camden",))  # fmt: skip
    graph.project("P12", "Nobody's project", amount=1_000.0)
    graph.candidate("page-1-3-P01", "project", "page-1-3", "P01", "titles are alike", 0.6)


def assessments(graph: SmallGraph) -> None:
    graph.assessment("1", "P01", "partial", rank=1, covers=("capacity",), misses=("cost",),
                     explanation="It partially answers the question.", expertise=True)  # fmt: skip
    graph.assessment("1", "P02", "unstated", origin="published-link", rank=2)
    graph.assessment("1", "page-1-3", "direct", rank=3, covers=("capacity",),
                     explanation="It directly addresses capacity.")  # fmt: skip
    graph.assessment("1", "P01", "full", origin="computed", rank=1, score=0.9,
                     covers=("capacity", "cost"),
                     explanation="Both aspects are named.",
                     evidence=(
                         quote("title", 0, "Roads at full stretch", 0.7, "capacity"),
                         quote("abstract", 0, LOREM, 0.5, "capacity", "cost"),
                     ))  # fmt: skip
    graph.assessment("2", "P06", "direct", rank=1, covers=("safety",), misses=("skills",),
                     explanation="It speaks of safety.")  # fmt: skip
    graph.assessment("3", "P03", "partial", rank=1, covers=("capacity",),
                     explanation="A partial aspect of it.")  # fmt: skip
    graph.assessment("3", "P04", "partial", rank=2, covers=("capacity",),
                     explanation="A partial aspect of it.")  # fmt: skip
    graph.assessment("3", "P06", "indirect", rank=3, explanation="It could provide insights.")
    graph.assessment("3", "P01", "unstated", origin="published-link", rank=4)
    graph.assessment("4", "P07", "partial", rank=1, covers=("skills",),
                     explanation="It answers in part.")  # fmt: skip
    graph.assessment("5", "P08", "direct", rank=1, covers=("cost",), explanation="It is on cost.")
    graph.assessment("5", "P08", "direct", origin="computed", rank=1, score=0.7, covers=("cost",),
                     explanation="The text held mentions cost.")  # fmt: skip
    graph.assessment("5", "P06", "none", origin="computed", rank=2, score=0.1)
    # P02 is a part of P01's grant, which is published for both questions.
    graph.assessment("1", "P02", "direct", origin="computed", rank=2, score=0.6)
    graph.assessment("3", "P02", "indirect", origin="computed", rank=1, score=0.5)
    graph.assessment("4", "P06", "partial", origin="computed", rank=1, score=0.5,
                     misses=("skills",),
                     explanation="No mention of skills was found in the text held.",
                     evidence=(quote("abstract", 0, LOREM, 0.5),))  # fmt: skip
    graph.assessment("6", "P01", "partial", origin="computed", rank=1, score=0.8,
                     covers=("capacity",))  # fmt: skip
    graph.assessment("8", "P10", "indirect", origin="computed", rank=1, score=0.4)


def quote(field: str, start: int, words: str, score: float, *aspects: str) -> Evidence:
    """A sentence of a project that shows aspects."""
    return Evidence(field=field, start=start, quote=words, score=score, aspects=aspects)
