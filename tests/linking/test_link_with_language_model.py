"""`graphkit link --llm`: a language model's word in place of the method's, if it can be taken."""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Graph
from relevance.chat_server import (
    ChatServer,
    Request,
    busy,
    chat_server,
    cut_off,
    half_json,
    refuses,
    replies,
    says,
    slow,
    unused_port,
)

from graphkit.cli import run
from graphkit.linking import judging
from graphkit.linking.candidates import CandidateRow, read_candidates
from graphkit.linking.corpus import Corpus, ProjectText, QuestionText
from graphkit.linking.judging import LanguageModel, PairJudging
from graphkit.model import Assessment
from graphkit.relevance import assessing
from graphkit.relevance.model_server import Patience

QUICK = Patience(connect=1, answer=5, tries=3, first_pause=0.01, longest_pause=0.02, waiting=2)
TOP = 2
QUESTIONS = 27
PAIRS = TOP * QUESTIONS
NO_MODEL = "import sys; sys.modules.update(onnxruntime=None, tokenizers=None)"
ALL_PASS = "import graphkit.relevance.assessing as a; a.PASS = 0.0"
BY_MODEL = 'prov:wasGeneratedBy ?c . ?c gk:model "m" .'
BY_METHOD = "prov:wasGeneratedBy ?c . FILTER NOT EXISTS { ?c gk:model ?model }"
COMPUTED = "GRAPH <https://w3id.org/graphkit/graph/computed>"


@pytest.fixture(scope="module", autouse=True)
def _all_pass_and_nobody_waits() -> Iterator[None]:
    """How many pairs pass is a matter of calibration, not of these tests: here all do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessing, "PASS", 0.0)
        patch.setattr(judging, "PATIENCE", QUICK)
        yield


@dataclass
class Linking:
    """A copy of the sample, a server, and a cache of its own."""

    graph: Graph
    server: ChatServer
    cache: Path
    variables: dict[str, str] = field(default_factory=dict)

    def link(self, *options: object, url: str | None = None, top: int = TOP) -> Answer:
        """Link with the model, by words alone."""
        address = self.server.url if url is None else url
        return self.run("--llm", address, "m", "--llm-top", top, *options)

    def run(self, *options: object) -> Answer:
        arguments = ["--graph", self.graph.folder, "link", "--lexical", *options]
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {"GRAPHKIT_CACHE": str(self.cache), **self.variables}.items():
                patch.setenv(name, value)
            with redirect_stderr(io.StringIO()) as err, redirect_stdout(io.StringIO()) as out:
                code = run(list(map(str, arguments)))
        assert "Traceback" not in err.getvalue()
        assert "this should not have happened" not in err.getvalue()
        return Answer(code, out.getvalue(), err.getvalue())

    def candidates(self) -> list[CandidateRow]:
        return list(read_candidates(self.graph.snapshot.folder))

    def generated(self, by: str) -> int:
        return self.graph.count(f"?a a gk:Assessment ; {by}")

    def parameters(self, of: str = 'gk:model "m"') -> Any:
        """The parameters of a computation."""
        [text] = self.graph.column(f"SELECT ?p {{ ?c {of} ; gk:parameters ?p }}")
        return json.loads(text)


def made(sample: Graph, folder: Path, server: ChatServer) -> Linking:
    shutil.copytree(sample.folder, folder / "graph", symlinks=True)
    return Linking(Graph(folder / "graph"), server, folder / "cache")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        running.usual = replies(reading)
        yield running


@pytest.fixture
def linking(sample: Graph, tmp_path: Path, server: ChatServer) -> Linking:
    return made(sample, tmp_path, server)


@pytest.fixture(scope="module")
def plain(sample: Graph, tmp_path_factory: pytest.TempPathFactory) -> Linking:
    """Linked without a language model. Only to be read."""
    with chat_server() as server:
        linked = made(sample, tmp_path_factory.mktemp("plain"), server)
        assert linked.run().code == 0
        assert server.requests == []
        return linked


@pytest.fixture(scope="module")
def judged(sample: Graph, tmp_path_factory: pytest.TempPathFactory) -> Linking:
    """Linked with a model that answers well. Only to be read."""
    with chat_server() as server:
        server.usual = replies(reading)
        linked = made(sample, tmp_path_factory.mktemp("judged"), server)
        assert linked.link().code == 0
        return linked


def part(request: Request, name: str) -> str:
    """A text of the pair that the model is asked about."""
    found = re.search(rf"<{name} \w+>\n(.*?)\n</{name} ", request.prompt, re.DOTALL)
    assert found
    return found[1]


def reading(request: Request, **changes: Any) -> str:
    """What a model that does as it is told makes of a pair."""
    text = part(request, "abstract")
    quote = " ".join((part(request, "title") if text == "(none)" else text).split()[:8])
    said = {
        "degree": "partial",
        "covers": [{"aspect": 1, "quote": quote}],
        "topic_quote": part(request, "title"),
        "expertise": False,
        "explanation": "It speaks to one side of the question.",
    }
    return json.dumps({**said, **changes})


def none_of_the_first(request: Request) -> str:
    """ "none" for each project whose title begins in the first half of the alphabet."""
    changes = {"degree": "none"} if part(request, "title")[0].upper() < "M" else {}
    return reading(request, **changes)


# ---- What the model says takes the place of the method's own ----


def test_the_best_ranked_pairs_of_each_question_have_the_models_word(judged: Linking) -> None:
    assert judged.generated(BY_MODEL) == len(judged.server.requests) == PAIRS
    assert set(judged.graph.column(f"SELECT DISTINCT ?r {{ ?a gk:rank ?r ; {BY_MODEL} }}")) == {
        str(rank) for rank in range(1, TOP + 1)
    }
    assert judged.generated(BY_METHOD) == len(judged.candidates()) - PAIRS


def test_rank_and_score_stay_those_of_the_method(judged: Linking, plain: Linking) -> None:
    query = (
        "SELECT ?q ?p ?rank ?score { ?a gk:assessesQuestion ?q ; gk:assessesProject ?p ;"
        " gk:rank ?rank ; gk:score ?score ; prov:wasGeneratedBy ?c }"
    )
    assert judged.graph.select(query) == plain.graph.select(query) != []
    assert judged.candidates() == plain.candidates()


def test_places_stay_those_of_the_method(
    server: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No pair of the sample has a place in common.
    monkeypatch.setenv("GRAPHKIT_CACHE", str(tmp_path))
    places = frozenset({"W92000004"})
    question = QuestionText("q", "Why is pay low in Wales?", None, False, {"pay": "pay"}, places)
    project = ProjectText("P", "Low pay", "We study pay in Wales.", "teaser", (), "P", places)
    own = Assessment(
        question="q",
        project="P",
        degree="indirect",
        origin="computed",
        rank=1,
        score=0.4,
        places=tuple(places),
    )
    with PairJudging(LanguageModel(server.url, "m"), "method") as judges:
        corpus = Corpus([question], [project], {})
        [found], _ = judges.apply(corpus, [own], [], lambda what, count: None)
    assert (found.places, found.degree, found.covers) == (own.places, "partial", ("pay",))


def test_an_assessment_holds_all_that_the_model_said(judged: Linking) -> None:
    rows = judged.graph.select(
        f"SELECT DISTINCT ?degree ?expertise ?explanation {{ ?a a gk:Assessment ; {BY_MODEL}"
        " ?a gk:degree ?degree ; gk:statesExpertise ?expertise ; gk:explanation ?explanation }"
    )
    [(degree, expertise, explanation)] = rows
    assert degree.endswith("/partial")
    assert (expertise, explanation) == ("false", "It speaks to one side of the question.")
    covered = judged.graph.count(f"?a a gk:Assessment ; gk:coversAspect ?aspect ; {BY_MODEL}")
    assert covered == PAIRS
    shown = f"?a gk:coversAspect ?aspect ; gk:evidence/gk:showsAspect ?aspect ; {BY_MODEL}"
    assert judged.graph.count(shown) == PAIRS
    both = f"?a gk:coversAspect ?aspect ; gk:missesAspect ?aspect ; {BY_MODEL}"
    assert judged.graph.count(both) == 0


def test_quotes_stand_verbatim_at_their_place_in_the_text_that_they_name(judged: Linking) -> None:
    rows = judged.graph.select(
        f"SELECT ?quote ?field ?at ?title ?abstract ?teaser {{ ?a gk:evidence ?e ; {BY_MODEL}"
        " ?e gk:quote ?quote ; gk:quotedFrom ?field ; gk:offset ?at ."
        " ?a gk:assessesProject ?p . ?p dct:title ?title"
        " OPTIONAL { ?p dct:abstract ?abstract } OPTIONAL { ?p gk:teaser ?teaser } }"
    )
    for quote, name, at, *texts in rows:
        text = dict(zip(("title", "abstract", "teaser"), texts, strict=True))[name]
        assert text[int(at) : int(at) + len(quote)] == quote
    assert {row[1] for row in rows} == {"title", "abstract", "teaser"}


def test_a_pair_that_the_model_calls_none_is_not_linked(linking: Linking, plain: Linking) -> None:
    linking.server.usual = replies(none_of_the_first)
    done = linking.link()
    taken_out = {
        (one.question, one.project)
        for one, before in zip(linking.candidates(), plain.candidates(), strict=True)
        if before.passed and not one.passed
    }
    assert 0 < len(taken_out) < PAIRS
    assert f"found {len(taken_out)} of them to be none" in done.err
    assert linking.parameters()["counts"]["unlinked"] == len(taken_out)
    links = plain.graph.count(f"{COMPUTED} {{ ?p gk:addresses ?q }}")
    assert linking.graph.count(f"{COMPUTED} {{ ?p gk:addresses ?q }}") == links - len(taken_out)
    hubs = Counter(one.project for one in linking.candidates() if one.passed)
    told = linking.graph.select("SELECT ?p ?n { ?p gk:linkedQuestions ?n }")
    assert {p.rpartition("/")[2]: int(n) for p, n in told} == hubs
    # Who came after them keeps the rank that the method gave.
    ranks = linking.graph.count(f"?a a gk:Assessment ; gk:rank 1 ; {BY_MODEL}")
    assert ranks < QUESTIONS


# ---- The record of the computation ----


def test_the_model_has_a_computation_of_its_own(judged: Linking) -> None:
    methods = judged.graph.column("SELECT ?m { ?c a gk:Computation ; gk:method ?m }")
    assert len(methods) == 2
    assert methods[0] == "language model, on the best-ranked pairs of: words alone (BM25)"
    assert methods[1].startswith("words alone (BM25); ")
    parameters = judged.parameters()
    assert (parameters["model"], parameters["top"], parameters["budget"]) == ("m", TOP, None)
    assert parameters["address"] == f"{judged.server.url}/chat/completions"
    assert re.fullmatch("[0-9a-f]{12}", parameters["prompt"])
    assert parameters["counts"]["pairs"] == parameters["counts"]["judged"] == PAIRS
    similar = "?s a gk:Similarity ; prov:wasGeneratedBy ?c . ?c gk:model ?m"
    assert judged.graph.count(similar) == 0
    other = judged.parameters("gk:method ?m FILTER(STRSTARTS(?m, 'words alone')) . ?c a ?type")
    assert judged.graph.count(f"?c gk:model 'm' FILTER(STRENDS(STR(?c), '{other['judged_by']}'))")


def test_the_graph_is_valid(judged: Linking, graphkit: Callable[..., Answer]) -> None:
    assert graphkit("--graph", judged.graph.folder, "validate").code == 0


def test_linking_again_without_a_model_leaves_nothing_of_it(
    judged: Linking, tmp_path: Path
) -> None:
    again = made(judged.graph, tmp_path, judged.server)
    assert again.run().code == 0
    assert again.generated(BY_MODEL) == 0
    assert again.graph.count("?c a gk:Computation") == 1


def test_no_secret_is_in_the_graph_the_cache_or_the_messages(linking: Linking) -> None:
    linking.variables["GRAPHKIT_API_KEY"] = "sk-s3cret"
    done = linking.link(url=f"{linking.server.url}?token=s3cret")
    assert linking.server.requests[0].headers["authorization"] == "Bearer sk-s3cret"
    assert "s3cret" not in done.out + done.err
    assert b"s3cret" not in linking.graph.bytes
    assert all(b"s3cret" not in path.read_bytes() for path in linking.cache.iterdir())


# ---- Servers and models that misbehave ----


def test_where_no_answer_can_be_used_the_methods_own_stands(
    linking: Linking, plain: Linking
) -> None:
    linking.server.usual = says("I think that they are related { in a way")
    done = linking.link()
    assert done.code == 0
    assert f"judged 0 of {PAIRS} pairs" in done.err
    assert f"{PAIRS} pairs without a usable answer" in done.err
    assert linking.generated(BY_MODEL) == 0
    assert linking.generated(BY_METHOD) == plain.generated(BY_METHOD)
    assert linking.parameters()["counts"]["unusable"] == PAIRS


def test_an_invented_quote_is_dropped_with_its_aspect(linking: Linking) -> None:
    invented = [{"aspect": 1, "quote": "a sentence that nobody ever wrote"}]
    linking.server.usual = replies(lambda request: reading(request, covers=invented))
    done = linking.link()
    assert f"{PAIRS} quotes dropped" in done.err
    assert linking.generated(BY_MODEL) == PAIRS
    assert linking.graph.count(f"?a gk:coversAspect ?aspect ; {BY_MODEL}") == 0
    assert b"nobody ever wrote" not in linking.graph.bytes


def test_an_answer_of_invented_quotes_alone_leaves_the_methods_own(linking: Linking) -> None:
    lie = json.dumps({"degree": "direct", "topic_quote": "a sentence that nobody ever wrote"})
    linking.server.script(says(lie), says(lie))
    done = linking.link("--llm-workers", 1)
    assert f"judged {PAIRS - 1} of {PAIRS} pairs" in done.err
    assert "1 pairs without a usable answer" in done.err
    assert linking.generated(BY_MODEL) == PAIRS - 1


def test_a_server_that_is_busy_slow_or_breaks_off_is_asked_again(linking: Linking) -> None:
    linking.server.script(
        busy("0"), cut_off(), half_json(), slow(0.1, replies(reading)), refuses(503, "loading")
    )
    done = linking.link()
    assert done.code == 0
    assert f"judged {PAIRS} of {PAIRS} pairs" in done.err
    assert linking.generated(BY_MODEL) == PAIRS


def test_a_pair_that_the_server_refuses_keeps_the_methods_own(linking: Linking) -> None:
    linking.server.script(refuses(400, "this is too long for the context"))
    done = linking.link("--llm-workers", 1)
    assert done.code == 0
    assert "1 pairs refused by the server" in done.err
    assert linking.generated(BY_MODEL) == PAIRS - 1


def test_where_no_server_is_nothing_is_published(linking: Linking) -> None:
    before = linking.graph.snapshot.manifest.id
    done = linking.link(url=f"http://127.0.0.1:{unused_port()}/v1")
    assert done.code == 3
    assert "nothing was published" in done.err
    assert "cannot be reached" in done.err
    assert linking.graph.snapshot.manifest.id == before


def test_a_server_that_is_lost_on_the_way_leaves_what_it_answered(linking: Linking) -> None:
    before = linking.graph.snapshot.manifest.id
    linking.server.script(*[replies(reading)] * 5)
    usual, linking.server.usual = linking.server.usual, refuses(503, "going down")
    assert linking.link("--llm-workers", 1).code == 3
    assert linking.graph.snapshot.manifest.id == before
    linking.server.usual = usual
    done = linking.link()
    assert f"{PAIRS - 5} requests" in done.err
    assert "5 answers kept from before" in done.err


def test_a_wrong_key_is_a_wrong_use(linking: Linking) -> None:
    before = linking.graph.snapshot.manifest.id
    linking.server.usual = refuses(401, "invalid key")
    done = linking.link()
    assert done.code == 2
    assert "GRAPHKIT_API_KEY" in done.err
    assert "nothing was published" in done.err
    assert linking.graph.snapshot.manifest.id == before


# ---- Budget and cache ----


def test_a_budget_goes_to_the_best_ranked_first_and_the_next_run_goes_on(linking: Linking) -> None:
    done = linking.link("--llm-budget", QUESTIONS + 3, "--llm-workers", 1)
    assert len(linking.server.requests) == QUESTIONS + 3
    assert f"{PAIRS - QUESTIONS - 3} pairs left out" in done.err
    assert linking.graph.count(f"?a gk:rank 1 ; {BY_MODEL}") == QUESTIONS
    assert linking.generated(BY_MODEL) == QUESTIONS + 3
    assert linking.parameters()["counts"]["left_out"] == PAIRS - QUESTIONS - 3
    linking.link("--llm-budget", QUESTIONS + 3)
    assert len(linking.server.requests) == PAIRS
    assert linking.generated(BY_MODEL) == PAIRS


def test_a_second_run_asks_nothing_and_gives_the_same_bytes(linking: Linking) -> None:
    linking.variables["SOURCE_DATE_EPOCH"] = "1700000000"
    linking.link()
    before = linking.graph.bytes
    done = linking.link()
    assert len(linking.server.requests) == PAIRS
    assert f"0 requests to {linking.server.url}" in done.err
    assert f"{PAIRS} answers kept from before" in done.err
    assert linking.graph.bytes == before


def test_answers_that_are_kept_need_no_server(linking: Linking) -> None:
    linking.link()
    gone = f"http://127.0.0.1:{unused_port()}/v1"
    assert linking.link(url=gone).code == 0
    assert linking.generated(BY_MODEL) == PAIRS
    done = linking.link("--llm-budget", 0, url=gone, top=TOP + 1)
    assert f"{QUESTIONS} pairs left out" in done.err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda how: how.name)
def test_a_run_that_is_broken_off_goes_on_where_it_was(
    linking: Linking, command: Callable[..., Any], how: signal.Signals
) -> None:
    linking.server.usual = slow(0.02, replies(reading))
    before = linking.graph.snapshot.manifest.id
    options = ("--llm", linking.server.url, "m", "--llm-top", TOP, "--llm-workers", 1)
    process = command(
        *("--graph", linking.graph.folder, "link", "--lexical", *options),
        prelude=ALL_PASS,
        env={"GRAPHKIT_CACHE": str(linking.cache)},
    )
    until = time.monotonic() + 30
    while len(linking.server.requests) < 10 and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(how)
    _, err = process.communicate(timeout=10)
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert b"nothing was published; what was encoded or answered is kept" in err
    else:
        assert process.returncode == -signal.SIGKILL
    assert linking.graph.snapshot.manifest.id == before
    first = [request.prompt for request in linking.server.requests]
    assert 10 <= len(first) < PAIRS
    assert linking.link().code == 0
    rest = {request.prompt for request in linking.server.requests[len(first) :]}
    # The answer to the last may have been under way.
    assert rest.isdisjoint(first[:-1])
    assert len(rest | set(first)) == PAIRS
    assert linking.generated(BY_MODEL) == PAIRS


def test_it_works_without_the_model_that_compares_texts(
    linking: Linking, command: Callable[..., Any]
) -> None:
    process = command(
        *("--graph", linking.graph.folder, "link", "--lexical"),
        *("--llm", linking.server.url, "m", "--llm-top", TOP),
        prelude=f"{NO_MODEL}\n{ALL_PASS}",
        env={"GRAPHKIT_CACHE": str(linking.cache)},
    )
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert linking.generated(BY_MODEL) == PAIRS


# ---- Options ----


def test_a_key_that_would_be_sent_in_clear_is_warned_of(linking: Linking) -> None:
    warning = "warning: the key in GRAPHKIT_API_KEY is sent unencrypted"
    linking.variables["GRAPHKIT_API_KEY"] = "sk-s3cret"
    far = linking.link("--llm-budget", 0, url="http://models.example/v1")
    assert (far.code, warning in far.err) == (0, True)
    assert warning not in linking.link("--llm-budget", 0).err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--llm-budget", 5], "--llm-budget: no language model is named"),
        (["--llm-top", 5], "--llm-top: no language model is named"),
        (["--llm-workers", 1], "--llm-workers: no language model is named"),
        (["--llm", "ftp://host/v1", "m"], "is no address of a server"),
        (["--llm", "http://me:pass@host/v1", "m"], "holds a login"),
        (["--llm", "http://host/v1", " "], "the model has no name"),
        (["--llm", "http://host/v1", "m", "--llm-top", 0], "0 is not in the range"),
    ],
)
def test_options_that_make_no_sense_are_a_wrong_use(
    linking: Linking, options: list[object], message: str
) -> None:
    done = linking.run(*options)
    assert done.code == 2
    assert message in done.err
    assert "pass@" not in done.err


def test_a_cache_that_is_damaged_is_named_and_nothing_is_asked(linking: Linking) -> None:
    linking.cache.mkdir()
    (linking.cache / judging.CACHE).write_bytes(b"not a database at all, but text " * 200)
    done = linking.link()
    assert done.code == 2
    assert judging.CACHE in done.err
    assert "delete it" in done.err
    assert linking.server.requests == []
