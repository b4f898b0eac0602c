"""Which records are one grant, and what each of them adds to a sum of money.

The records of a joint grant hold each partner's own part, so they are added. A grant
that moved to another institution keeps its whole value on the earlier record, and the
later record repeats what was left of it: over 1,132 pairs, the earlier value spread over
both periods agrees with the later value over its own (median ratio 1.03), and 24 of
them only have more on the later record (decisions/0014). So the later value is taken
off the earlier one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from graphkit.identity.projects import Kinship

_PENCE = 2


class Grants:
    """Project records by grant. `amounts` are the awards in pounds, by project key.

    >>> kinship = Kinship(joint_with={"b": "a"}, transferred_from={"c": "b"})
    >>> grants = Grants(kinship, {"a": 100.0, "b": 60.0, "c": 25.0})
    >>> [(grants.key_of(key), grants.amount_of(key)) for key in "abc"]
    [('a', 100.0), ('a', 35.0), ('a', 25.0)]
    >>> grants.key_of("z"), grants.amount_of("z")
    ('z', None)
    """

    def __init__(self, kinship: Kinship, amounts: Mapping[str, float]) -> None:
        self.kinship = kinship
        self._amounts = amounts
        self._moved: defaultdict[str, float] = defaultdict(float)
        for later, earlier in kinship.transferred_from.items():
            self._moved[earlier] += amounts.get(later, 0.0)
        self._keys = _components(kinship)

    def key_of(self, project: str) -> str:
        """The key of the record that stands for the grant of a record."""
        return self._keys.get(project, project)

    def amount_of(self, project: str) -> float | None:
        """What a record adds to a sum, in pounds; None where it has no award."""
        amount = self._amounts.get(project)
        if amount is None:
            return None
        return max(round(amount - self._moved.get(project, 0.0), _PENCE), 0.0)


def _components(kinship: Kinship) -> dict[str, str]:
    """Every record that is tied to others → the first of them: neither moved nor a further part."""
    ties = [*kinship.joint_with.items(), *kinship.transferred_from.items()]
    neighbours: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in ties:
        neighbours[one].append(other)
        neighbours[other].append(one)
    later = kinship.joint_with.keys() | kinship.transferred_from.keys()
    found: dict[str, str] = {}
    for start in sorted(neighbours):
        if start in found:
            continue
        members, waiting = {start}, [start]
        while waiting:
            fresh = [one for one in neighbours[waiting.pop()] if one not in members]
            members.update(fresh)
            waiting += fresh
        first = min(members, key=lambda key: (key in later, key))
        found.update(dict.fromkeys(members, first))
    return found
