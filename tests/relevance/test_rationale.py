"""Explanations: the degree a sentence states, the aspects it names, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import ari_page
from graphkit.loaders.intake import Intake
from graphkit.relevance.aspects import aspect_key
from graphkit.relevance.rationale import read_rationale

SHARED = Path(__file__).parents[3] / "shared"

LONGEST = (
    "It helps by discussing the role of capacity and capability in the extent of traffic, but does "
    "not explicitly discuss seasonal causes or the role of pilots and weather."
)
DEGREES = [
    ("full", "The trial fully answers the question."),
    ("full", "This study addresses the question fully, since it looks at every ferry."),
    ("full", "The network attempts to answer the question fully by exploring tides."),
    ("full", "The scheme is fully relevant to what is asked."),
    ("partial", "The trial partially answers the question."),
    ("partial", "The trial is partially relevant to the question."),
    ("partial", "It speaks to a partial aspect of the question."),
    ("partial", "The study addresses the question, but only in part."),
    ("partial", "The trial may not answer the question fully."),
    ("partial", "It does not fully address the question, although it can provide insights."),
    ("partial", "The survey answers the question partially but not fully."),
    ("direct", "The trial directly addresses the question."),
    ("direct", "Its theme is directly related to what the department asks."),
    ("direct", "The trial specifically addresses the question."),
    ("direct", "The study answers the question directly by counting ferries."),
    ("direct", "It is directly relevant and could provide insights into tides."),  # adverb wins
    ("direct", "The trial fully and directly addresses the question."),  # then the weaker
    ("partial", "The trial directly but partially answers the question."),
    ("partial", "It is directly relevant. However, it only partially answers the question."),
    ("indirect", "The survey indirectly addresses the question."),
    ("indirect", "The survey relates only indirectly to the question."),
    ("indirect", "The work aligns with the goal of calmer ports."),
    ("indirect", "The archive could provide useful insights into tides."),
    ("indirect", "The archive can provide insights."),
    ("indirect", "The survey is relevant to the question."),
    ("indirect", "It does not directly address the question, but could provide insights."),
    ("unstated", "The fellowship focuses on small ports."),
    ("unstated", "The project aims to map every pier."),
    ("unstated", "The study evaluates how crews are trained."),
    ("unstated", "The trial addresses the question by discussing crews."),
    # Adverbs that speak of something else than the question:
    ("unstated", "A fully funded scheme that trains crews."),
    ("unstated", "The scheme is partially funded by a port and trains crews."),
    ("unstated", "The team works directly with crews."),
    ("unstated", "The study addresses the question of fully electric ferries."),
    ("unstated", "It studies the relevant rules."),
    # Denials are no degree, and never "none":
    ("unstated", "It is not relevant to the question."),
    ("unstated", "The trial does not directly address the question."),
    ("unstated", "Whether it fully answers the question is unclear."),
    ("unstated", ""),
]


@pytest.mark.parametrize(("degree", "sentence"), DEGREES)
def test_the_degree_is_what_the_sentence_says_of_the_question(degree: str, sentence: str) -> None:
    assert read_rationale(sentence).degree == degree


@pytest.mark.parametrize(
    ("sentence", "covers", "misses"),
    [
        (
            "By focusing on the seasonal causes and extent of traffic in the Humber and the Wash.",
            ("seasonal causes", "extent"),
            (),
        ),
        (
            LONGEST,
            ("capacity and capability",),
            ("seasonal causes", "pilots", "weather"),
        ),
        ("It helps by exploring crews, pay and training.", ("crews", "pay", "training"), ()),
        ("It helps by examining crews and by exploring pay.", ("crews", "pay"), ()),
        ("The study addresses the aspects of pay and safety.", ("pay", "safety"), ()),
        ("It answers in part, specifically addressing the aspect of pay.", ("pay",), ()),
        ("It does not specifically address pay or safety.", (), ("pay", "safety")),
        ("It cannot cover pay, or the costs of fuel.", (), ("pay", "costs of fuel")),
        ("It partially covers crews but not pay.", (), ("pay",)),
        ("Pay and the role of safety are not discussed.", (), ("Pay", "safety")),
        ("It trains crews without addressing pay.", (), ("pay",)),
        ("It helps by describing how pay and safety affect crews.", ("pay", "safety"), ()),
        (
            "It helps by examining the causes of delay and its cost in one port and one trade.",
            ("causes of delay", "cost"),
            (),
        ),
    ],
)
def test_aspects_are_taken_from_lists_that_split_cleanly(
    sentence: str, covers: tuple[str, ...], misses: tuple[str, ...]
) -> None:
    found = read_rationale(sentence)
    assert (found.covers, found.misses) == (covers, misses)
    assert found.read


@pytest.mark.parametrize(
    "sentence",
    [
        "It helps by discussing the flow of goods and people in Kent.",  # of both, or two things?
        "It helps by focusing on one port.",
        "It helps by focusing on a case study.",
        "It helps by examining the Humber Estuary.",  # a place
        "It helps by addressing the question.",
        "It helps by exploring whether crews agree.",
        "It may not answer the question fully.",
        "It studies crews and pay.",
        "It does not discuss how they differ.",
    ],
)
def test_what_cannot_be_split_cleanly_stays_out(sentence: str) -> None:
    found = read_rationale(sentence)
    assert (found.covers, found.misses) == ((), ())
    assert found.text == sentence


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("The authors have the necessary expertise to answer the question.", True),
        ("The team has the skills and expertise it takes.", True),
        ("The authors’ expertise is well suited to the task.", True),
        ("The authors do not have the necessary expertise.", False),
        ("The team lacks expertise in tides.", False),
        ("It is unclear whether the authors have the expertise.", None),
        ("The team would need expertise in tides.", None),
        ("The project gathers local expertise.", None),
        ("It partially answers the question.", None),
    ],
)
def test_expertise_is_what_is_said_of_the_authors(sentence: str, stated: bool | None) -> None:
    assert read_rationale(sentence).states_expertise is stated


TOLD: list[tuple[str, str, tuple[str, ...], tuple[str, ...], bool | None]] = [
    # The wordings that published explanations have, first as they stand.
    (
        "The project directly addresses the spatial drivers and distribution of R&D activity.",
        "direct",
        ("spatial drivers", "distribution"),
        (),
        None,
    ),
    ("It partially addresses the role of storage in heating.", "partial", ("storage",), (), None),
    (
        "It could provide insights into the role of capacity and capability in R&D activity.",
        "indirect",
        ("capacity and capability",),
        (),
        None,
    ),
    (
        "It addresses a partial aspect of the question, namely the role of excellence.",
        "partial",
        ("excellence",),
        (),
        None,
    ),
    (
        "It partially answers the question through its focus on tariffs, storage and uptake.",
        "partial",
        ("tariffs", "storage", "uptake"),
        (),
        None,
    ),
    (
        "It is relevant as it examines tariffs and storage.",
        "indirect",
        ("tariffs", "storage"),
        (),
        None,
    ),
    ("The project focuses on skills and pay.", "unstated", ("skills", "pay"), (), None),
    ("The grant evaluates skills and pay in Wales.", "unstated", ("skills", "pay"), (), None),
    ("The project investigates soil carbon.", "unstated", ("soil carbon",), (), None),
    (
        "It partially answers the question, leaving out excellence and capacity.",
        "partial",
        (),
        ("excellence", "capacity"),
        None,
    ),
    ("It lacks consideration of tariffs or uptake.", "unstated", (), ("tariffs", "uptake"), None),
    (
        "It directly addresses spatial drivers but misses infrastructure.",
        "direct",
        ("spatial drivers",),
        ("infrastructure",),
        None,
    ),
    (
        "It fully answers the question without addressing the role of landlords.",
        "full",
        (),
        ("landlords",),
        None,
    ),
    ("The pilot does not cover insurance.", "unstated", (), ("insurance",), None),
    (
        "The pilot does not mention insurance or rents.",
        "unstated",
        (),
        ("insurance", "rents"),
        None,
    ),
    ("The project is highly relevant to the question.", "indirect", (), (), None),
    ("The project is somewhat relevant to this ARI.", "indirect", (), (), None),
    ("The project is very relevant, if only partially relevant.", "partial", (), (), None),
    ("The project does not fully address capacity.", "partial", (), (), None),
    ("It may not answer the question of fares fully.", "partial", (), (), None),
    # Passive voice.
    (
        "While bus fares and timetables are examined, ticketing is left out.",
        "unstated",
        ("bus fares", "timetables"),
        ("ticketing",),
        None,
    ),
    ("The question is directly addressed by the project.", "direct", (), (), None),
    (
        "Storage and tariffs are only partially addressed.",
        "partial",
        ("Storage", "tariffs"),
        (),
        None,
    ),
    ("Neither rents nor evictions are discussed.", "unstated", (), ("rents", "evictions"), None),
    (
        "It looks at ferries, but crews and safety are not mentioned.",
        "unstated",
        ("ferries",),
        ("crews", "safety"),
        None,
    ),
    ("Storage is not fully covered.", "unstated", (), (), None),
    # Two sentences.
    (
        "It fully answers the question by analysing diet. It does not, however, consider sleep.",
        "full",
        ("diet",),
        ("sleep",),
        None,
    ),
    (
        "The authors have expertise in soils. The project assesses soil carbon and drainage.",
        "unstated",
        ("soil carbon", "drainage"),
        (),
        True,
    ),
    (
        "The team lacks expertise in vaccines. The survey indirectly addresses uptake and trust.",
        "indirect",
        ("uptake", "trust"),
        (),
        False,
    ),
    (
        "It is relevant because it analyses court delays; legal aid receives no attention.",
        "indirect",
        ("court delays",),
        ("legal aid",),
        None,
    ),
    # Markdown.
    (
        "**Partially answers** the question: the role of *tariffs* and storage is discussed.",
        "partial",
        ("tariffs", "storage"),
        (),
        None,
    ),
    (
        "- The trial *directly* addresses [nursery places](https://x.org) and `fees`.",
        "direct",
        ("nursery places", "fees"),
        (),
        None,
    ),
    # Other nouns and verbs.
    (
        "The archive could offer useful insights into how sensors and drones affect harvests.",
        "indirect",
        ("sensors", "drones"),
        (),
        None,
    ),
    (
        "The award sheds light on prison education and reoffending in Leeds.",
        "unstated",
        ("prison education", "reoffending"),
        (),
        None,
    ),
    (
        "The proposal touches on licensing, omitting enforcement and appeals.",
        "unstated",
        ("licensing",),
        ("enforcement", "appeals"),
        None,
    ),
    (
        "It directly addresses the role that trust and habit play in recycling.",
        "direct",
        ("trust", "habit"),
        (),
        None,
    ),
    (
        "The hub specifically addresses the cost and comfort aspects of the question.",
        "direct",
        ("cost", "comfort"),
        (),
        None,
    ),
    (
        "It does not examine some aspects, namely prosecution and fines.",
        "unstated",
        (),
        ("prosecution", "fines"),
        None,
    ),
    (
        "The study examines regional and national capacity.",
        "unstated",
        ("regional capacity", "national capacity"),
        (),
        None,
    ),
    # Nothing is guessed.
    ("The project directly addresses the department's question.", "direct", (), (), None),
    ("The project directly addresses this ARI.", "direct", (), (), None),
    ("The project directly addresses the issue.", "direct", (), (), None),
    ("The project directly addresses the needs of the department.", "direct", (), (), None),
    ("The project focuses on developing sensors and pay.", "unstated", (), (), None),
    ("The project focuses on Wales and Scotland.", "unstated", (), (), None),
    ("The project explores the links between diet and sleep.", "unstated", (), (), None),
    ("It is unclear whether the project addresses the role of pay.", "unstated", (), (), None),
    ("The project does not only address pay but also safety.", "unstated", (), (), None),
    ("The project does not discuss storage in detail.", "unstated", (), (), None),
    ("Laws that address pay and safety are welcome.", "unstated", (), (), None),
    ("The region lacks infrastructure.", "unstated", (), (), None),
    ("It is barely relevant to the question.", "unstated", (), (), None),
    ("It looks at fraud and seeks to improve detection.", "unstated", ("fraud",), (), None),
]


@pytest.mark.parametrize(("sentence", "degree", "covers", "misses", "expertise"), TOLD)
def test_whole_explanations_are_read(
    sentence: str,
    degree: str,
    covers: tuple[str, ...],
    misses: tuple[str, ...],
    expertise: bool | None,
) -> None:
    found = read_rationale(sentence)
    assert (found.degree, found.covers, found.misses) == (degree, covers, misses)
    assert found.states_expertise is expertise
    assert found.aspects_read is bool(covers or misses)


def test_an_explanation_without_any_known_phrase_is_kept_but_not_read() -> None:
    found = read_rationale("Counts <b>piers</b>.")
    assert (found.degree, found.read, found.text) == ("unstated", False, "Counts piers.")


def test_a_wording_said_to_be_missing_is_not_covered_too() -> None:
    found = read_rationale("It helps by discussing pay and safety, but does not discuss pay.")
    assert (found.covers, found.misses) == (("safety",), ("pay",))


WORDS = re.findall(
    r"\S+",
    """it does not may fully partially answer answers the question by discussing of and or , . role
    pay safety in Kent but capacity capability directly relevant""",
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS) | st.text(max_size=8),
        max_size=40,
    )
)
def test_any_words_are_read_without_an_error_and_never_as_none(words: list[str]) -> None:
    found = read_rationale(" ".join(words))
    assert found.degree in {"full", "direct", "partial", "indirect", "unstated"}
    assert not set(found.covers) & set(found.misses)


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are absent")
def test_the_three_published_explanations_are_read_as_they_were_meant() -> None:
    path = SHARED / "data" / "ari" / "page-16604.txt"
    with path.open("rb") as stream:
        [question] = ari_page.load(stream, Intake(path.name))
    read = [read_rationale(p.explanation) for p in question.projects if p.explanation]
    missed = {"spatial-drivers", "infrastructure", "excellence"}
    assert [found.degree for found in read] == ["partial"] * 3
    assert [{aspect_key(w)[0] for w in found.covers} for found in read] == [
        {"spatial-drivers", "distribution"},
        {"capacity"},
        {"collaboration", "investment"},
    ]
    assert [{aspect_key(w)[0] for w in found.misses} for found in read] == [set(), missed, missed]
    assert [found.states_expertise for found in read] == [True, None, None]
