"""What is looked at before a query runs. That the limits are safe is tried in other processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from graphkit.errors import UsageError
from graphkit.query_errors import ElsewhereError, QuerySyntaxError, TooLargeError, syntax_error
from graphkit.query_safety import Graphs, check

RUN = """
import sys
import pyoxigraph as ox
query = sys.stdin.read()
store = ox.Store()
node = ox.NamedNode
for one in range(3):
    store.add(ox.Quad(node(f"x:{one}"), node("x:p"), node(f"x:{one + 1}"), node("x:g")))
try:
    answer = store.query(query, use_default_graph_as_union=True)
    print(bool(answer) if isinstance(answer, ox.QueryBoolean) else next(answer, None))
except (SyntaxError, RuntimeError) as error:
    print(error)
"""

NESTED: dict[str, tuple[str, str, str]] = {
    "group": ("SELECT * ", "{", "?s ?p ?o"),
    "bracket": ("SELECT * { FILTER", "(", "1"),
    "blank node": ("SELECT * { ?s ?p ", "[?p ", "1"),
    "list": ("SELECT * { ?s ?p ", "(", "1"),
    "path": ("SELECT * { ?s ", "(", "<x:p>"),
    "annotation": ("SELECT * { ?s ?p ?o ", "{| ?p ?o ", ""),
    "triple term": ("SELECT * { ?s ?p ", "<<( ?s ?p ", "1"),
    "IF": ("SELECT * { FILTER(", "IF(1,1,", "1"),
    "STR": ("SELECT * { FILTER(", "STR(", "1"),
    "function": ("SELECT * { FILTER(", "<x:f>(", "1"),
    "EXISTS": ("SELECT * { ", "FILTER EXISTS{", "?s ?p ?o"),
    "EXISTS in an expression": ("SELECT * { ", "FILTER(1+!EXISTS{", "?s ?p ?o"),
    "EXISTS in BIND": ("SELECT * { ", "BIND(!EXISTS{", "?s ?p ?o"),
    "subquery": ("SELECT * { ", "{SELECT * {", "?s ?p ?o"),
    "OPTIONAL": ("SELECT * { ", "OPTIONAL{", "?s ?p ?o"),
    "MINUS": ("SELECT * { ", "?s ?p ?o MINUS{", "?s ?p ?o"),
    "GRAPH": ("SELECT * { ", "GRAPH ?g{", "?s ?p ?o"),
    "IN": ("SELECT * { FILTER(", "1 IN(", "1"),
    "COALESCE": ("SELECT * { FILTER(", "1 IN(COALESCE(", "1"),
}
CHAINS: dict[str, Callable[[int], str]] = {
    "not": lambda n: f"SELECT * {{ FILTER({'!' * n}true) }}",
    "or": lambda n: f"SELECT * {{ FILTER(true{'||false' * n}) }}",
    "and": lambda n: f"SELECT * {{ ?s ?p ?o FILTER(?s{'&&?o' * n}) }}",
    "plus": lambda n: f"SELECT * {{ FILTER(1{'+1' * n}) }}",
    "minus": lambda n: f"SELECT * {{ FILTER(1{'-1' * n}) }}",
    "times": lambda n: f"SELECT * {{ FILTER(1{'*1' * n}) }}",
    "sequence of a path": lambda n: f"PREFIX :<p:> SELECT * {{ ?s :{'/:' * n} ?o }}",
    "repeated path": lambda n: f"PREFIX :<p:> SELECT * {{ ?s (:{'|:' * n})* ?o }}",
    "UNION": lambda n: f"SELECT * {{ {{}}{'UNION{}' * n} }}",
    "OPTIONAL": lambda n: f"SELECT * {{ {'OPTIONAL{}' * n} }}",
    "MINUS": lambda n: f"SELECT * {{ ?s ?p ?o {'MINUS{?s ?p 1}' * n} }}",
    "FILTER": lambda n: f"SELECT * {{ ?s ?p ?o {'FILTER(?s)' * n} }}",
    "BIND": lambda n: f"SELECT * {{ {''.join(f'BIND(1 AS ?a{i})' for i in range(n))} }}",
    "VALUES": lambda n: f"SELECT * {{ {'VALUES ?x{1}' * n} }}",
    "member of a list": lambda n: f"SELECT * {{ ?s ?p (1{' 1' * n}) }}",
    "member with a language": lambda n: "SELECT * { ?s ?p (1" + " ''@en" * n + ") }",
    "expression of SELECT": lambda n: f"SELECT {''.join(f'(1 AS ?a{i})' for i in range(n))} {{}}",
    "HAVING": lambda n: f"SELECT (COUNT(*) AS ?c) {{ ?s ?p ?o }} HAVING (1){'(1)' * n}",
    "DESCRIBE": lambda n: f"DESCRIBE {'<a:b> ' * n}",
    "object": lambda n: f"ASK {{ ?s ?p ?o{',?o' * n} }}",
}
CLOSING = {"(": ")", "{": "}", "[": "]", "<<(": ")>>", "{|": "|}"}


def nested(kind: str, times: int) -> str:
    """A query with brackets of a kind nested so often."""
    head, opening, middle = NESTED[kind]
    closing = ""
    for sign in ("<<(", "{|", "(", "{", "["):
        while opening.count(sign) > closing.count(CLOSING[sign]):
            closing = CLOSING[sign] + closing
            if sign in ("<<(", "{|"):
                break
        if closing and sign in ("<<(", "{|"):
            break
    if opening.startswith("BIND"):
        closing = "} AS ?x)"
    elif opening.count("(") and opening.count("{"):
        closing = "})"
    rest = "".join(CLOSING[sign] for sign in reversed(head) if sign in "({")
    rest = f" ?o{rest}" if kind == "path" else rest
    return head + opening * times + middle + closing * times + rest


def accepted(query: str) -> bool:
    try:
        check(query)
    except TooLargeError:
        return False
    return True


def deepest(make: Callable[[int], str]) -> int:
    """The largest number for which a query is taken."""
    low, high = 0, 20_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if accepted(make(middle)) else (low, middle)
    return low


def outcome(query: str) -> int | str:
    """The exit code of a process that runs a query; the engine may take its time over it."""
    command = [sys.executable, "-c", RUN]
    try:
        done = subprocess.run(command, input=query, text=True, capture_output=True, timeout=2)
    except subprocess.TimeoutExpired:
        return "still running"
    assert "error at" not in done.stdout, done.stdout
    return done.returncode


@pytest.mark.parametrize("kind", NESTED)
def test_the_deepest_nesting_that_is_taken_does_not_end_the_process(kind: str) -> None:
    most = deepest(lambda times: nested(kind, times))
    assert 40 <= most <= 100
    assert outcome(nested(kind, most)) in (0, "still running")


@pytest.mark.parametrize("kind", CHAINS)
def test_the_longest_chain_that_is_taken_does_not_end_the_process(kind: str) -> None:
    most = deepest(CHAINS[kind])
    assert 500 <= most <= 4000
    assert outcome(CHAINS[kind](most)) in (0, "still running")


@pytest.mark.parametrize("kind", ["group", "blank node", "IF"])
def test_what_is_refused_would_end_the_process(kind: str) -> None:
    assert outcome(nested(kind, 10_000)) == -11


def test_lists_of_values_may_have_any_length() -> None:
    values = " ".join(f"(<http://x.org/{number}_(a)> {number})" for number in range(20_000))
    assert check(f"SELECT * {{ VALUES (?x ?y) {{ {values} }} }}") is None
    members = ", ".join(f"'{number}'^^<x:y>" for number in range(20_000))
    assert check(f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({members})) }}") is None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ ?a ?p ?b FILTER(?a<?b&&?b='x>' && {deep} && ?d='y') }}",
        "SELECT * {{ ?a ?p ?b FILTER(?a<{deep}#>\n) }}",
        "SELECT * {{ VALUES ?x {{' }}'}} FILTER({deep}) FILTER(?x='') }}",
        "PREFIX e:<e:> SELECT * {{ ?s ?p e:a\\' . FILTER({deep}) ?s ?p e:b\\' }}",
        "SELECT * {{ ?s ?p <http://x/\\u0041'> FILTER({deep}) ?s ?p <http://x/\\u0041'> }}",
        "SELECT * {{ ?s ?p '''it's''' FILTER({deep}) }}",
        'SELECT * {{ ?s ?p "a\\"" FILTER({deep}) ?s ?p "\\"" }}',
    ],
)
def test_nesting_cannot_hide(query: str) -> None:
    with pytest.raises(TooLargeError, match="nested deeper than 100"):
        check(query.format(deep="(" * 150 + "1" + ")" * 150))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x.org/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "SELECT * {SERVICE?x{}}",
        "PREFIX x: <http://x.org/> SELECT * { SERVICEx:y { ?s ?p ?o } }",
        "PREFIX : <http://x.org/> SELECT * { service:y { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE ?x { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE ?x { ?s ?p ?o } }",
        "SELECT * { FILTER(?a<?b)SERVICE?x#>\n{ ?s ?p ?o } }",
        "SELECT * { VALUES ?x {'}'} SERVICE ?x { ?s ?p '' } }",
        "SELECT * { ?s ?p 'a' } # \nSERVICE <http://x.org/> {}",
    ],
)
def test_service_is_refused_however_it_is_written(query: str) -> None:
    with pytest.raises(ElsewhereError, match="SERVICE is not run here"):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE' }",
        "SELECT * { ?s ?p ''' ' SERVICE <x:y> { ''' }",
        "SELECT ?service { ?service ?p $SERVICE }",
        "SELECT * { ?s ?p <http://x.org/SERVICE> } # SERVICE <http://x.org/> {}",
        "PREFIX ex: <x:> SELECT * { ?s ex:SERVICE ex:a.SERVICE }",
        "PREFIX service: <x:> SELECT * { service:a service:b service:c . { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'x'@service }",
        "SELECT * { ?s ?p _:service }",
    ],
)
def test_the_word_service_may_stand_in_texts_names_and_comments(query: str) -> None:
    assert check(query) is None


def test_the_engine_does_not_read_escaped_keywords() -> None:
    with pytest.raises(UsageError):
        raise syntax_error("ASK { \\u0053ERVICE <http://x.org/> {} }", "")
    assert "error" in _words("ASK { \\u0053ERVICE <http://x.org/> {} }")


def _words(query: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", RUN], input=query, text=True, capture_output=True, timeout=20
    )
    return done.stdout


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("SELECT * FROM <http://x.org/a> {}", ["http://x.org/a"], []),
        ("BASE <http://x.org/b/> ASK FROM NAMED <a> {}", [], ["http://x.org/b/a"]),
        ("PREFIX g:<http://x.org/> ASK FROM g:a FROM NAMED g:b\\,c {}", ["http://x.org/a"], ["http://x.org/b,c"]),
        ("CONSTRUCT { ?s ?p 'FROM <x:y>' } FROM <x:a> WHERE { ?s ?p ?o }", ["x:a"], []),
        ("SELECT (EXISTS { ?s ?p ?o } AS ?x) FROM <x:\\u0061> {}", ["x:a"], []),
        ("PREFIX x:<x:> SELECT * FROMx:y {}", ["x:y"], []),
        ("ASK # FROM <x:b>\nFROM<x:a>{}", ["x:a"], []),
    ],
)  # fmt: skip
def test_the_graphs_of_from_are_found(query: str, default: list[str], named: list[str]) -> None:
    assert check(query) == Graphs(tuple(default), tuple(named))


@pytest.mark.parametrize(
    "query",
    ["ASK { ?from ?p 'FROM <x:y>' }", "PREFIX from: <x:> ASK { ?s from:a ?o } # FROM <x:y>"],
)
def test_the_word_from_may_stand_elsewhere(query: str) -> None:
    assert check(query) is None


def place(query: str) -> tuple[int, int, str]:
    error = syntax_error(query, "")
    assert isinstance(error, QuerySyntaxError)
    return error.line, error.column, str(error).partition(": ")[2]


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("SELECT *\n{ ?s ?p ?o . FOO }", 2, 14, "`FOO` does not fit there"),
        ("SELECT * { ?s ?p ?o", 1, 20, "the end of the query does not fit there"),
        ("SELECT * {}\n\nSELECT * {}", 3, 1, "`SELECT` does not fit there"),
        ("SELEC * {}", 1, 1, "`SELEC` does not fit there"),
        ("ASK { ?s gk:a ?o }", 1, 10, "gk: is not declared; PREFIX gk: <https"),
        ("INSERT DATA { <a:a> <a:b> 1 }", 1, 1, "`INSERT` does not fit there; updates are not"),
        ("", 1, 1, "the end of the query does not fit there"),
    ],
)
def test_a_fault_is_told_with_its_place(query: str, line: int, column: int, words: str) -> None:
    told = place(query)
    assert told[:2] == (line, column)
    assert told[2].startswith(words)
