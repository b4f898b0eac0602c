"""Communities: groups of questions that share more projects with each other than with others.

Two questions are tied by every project that speaks to both. A project that serves
many questions says little about any two of them, so its tie counts one over the number
of its other questions: each project gives each of its questions one vote in all. The
groups are found by the Louvain method (Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008)
with a fixed order and seed, so that the same links give the same groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

MAX_QUESTIONS = 200
"""A project of more questions ties none of them: its pairs alone would outnumber all others."""


def communities(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Question → the smallest key in its community, from pairs of project and question.

    A question that shares no project is in no community.

    >>> communities([("p", "2"), ("p", "1"), ("q", "7"), ("q", "8"), ("r", "9")])
    {'1': '1', '2': '1', '7': '7', '8': '7'}
    """
    served: defaultdict[str, set[str]] = defaultdict(set)
    for project, question in links:
        served[project].add(question)
    weights: defaultdict[tuple[str, str], float] = defaultdict(float)
    for _, questions in sorted(served.items()):
        if 1 < len(questions) <= MAX_QUESTIONS:
            for pair in combinations(sorted(questions), 2):
                weights[pair] += 1 / (len(questions) - 1)
    if not weights:
        return {}
    import networkx

    # Numbers in place of keys: the order of a set of texts differs from run to run.
    keys = sorted({key for pair in weights for key in pair})
    numbers = {key: number for number, key in enumerate(keys)}
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(len(keys)))
    graph.add_weighted_edges_from(
        (numbers[one], numbers[other], weights[one, other]) for one, other in sorted(weights)
    )
    groups = networkx.community.louvain_communities(graph, seed=0)
    found = {keys[number]: keys[min(group)] for group in groups for number in group}
    return dict(sorted(found.items()))
