"""In which region each authority lies, where the tables contradict one another.

The ITL look-up is the statistical office's own and decides. A county lies where
its districts lie, a combined authority where all of its members do, or in no
region. mySociety's table of 2025 puts the counties of Derbyshire and
Lincolnshire into regions that none of their districts is in.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphkit.uk_areas import COUNTRIES, ITL1_AREAS, REGIONS

Within = dict[str, tuple[str, ...]]


def settle_regions(
    within: Within, kinds: Mapping[str, str], names: Mapping[str, str], conflicts: set[str]
) -> Within:
    """Direct containments with one region for each authority and county.

    What is put right is added to `conflicts`. `kinds` and `names` are by code.
    """
    settled = dict(within)

    def put(code: str, region: str) -> None:
        for stated in sorted(REGIONS.keys() & set(settled[code]) - {region}):
            conflicts.add(
                f"{names[code]} ({code}) is said to lie in {REGIONS[stated]}, but lies in "
                f"{REGIONS.get(region) or COUNTRIES[region]} by its districts or ITL area"
            )
        kept = set(settled[code]) - REGIONS.keys() - COUNTRIES.keys()
        settled[code] = tuple(sorted(kept | {region}))

    regions: dict[str, str] = {}
    districts = sorted(code for code, kind in kinds.items() if kind == "local-authority")
    for code in districts:
        found = {ITL1_AREAS[above[8:11]] for above in within[code] if _is_itl(above)}
        if len(found) == 1:
            regions[code] = found.pop()
            put(code, regions[code])
    for code in districts:
        if code not in regions:  # abolished: the successor's, else what is stated
            successors = {regions[above] for above in within[code] if above in regions}
            stated = {above for above in within[code] if above in REGIONS}
            if len(found := successors or stated) == 1:
                regions[code] = found.pop()
                put(code, regions[code])
    inside: dict[str, set[str]] = {}
    for code in districts:
        for above in within[code]:
            if kinds.get(above) == "county" and any(_is_itl(one) for one in within[code]):
                inside.setdefault(above, set()).add(regions.get(code, ""))
    for county, found in sorted(inside.items()):
        if len(found) == 1 and (region := next(iter(found))):
            put(county, region)
    for code in districts:
        for above in within[code]:
            if kinds.get(above) != "county" or code not in regions:
                continue
            if (stated := REGIONS.keys() & set(settled[above])) and regions[code] not in stated:
                conflicts.add(
                    f"{names[code]} ({code}) is said to lie in {names[above]} ({above}), "
                    "which is in another region: not used"
                )
                settled[code] = tuple(one for one in settled[code] if one != above)
    return settled


def _is_itl(code: str) -> bool:
    return code.startswith("itl") and code[8:11] in ITL1_AREAS


def combined_regions(
    within: Within,
    kinds: Mapping[str, str],
    abolished: set[str],
    disputed: Mapping[str, set[str]],
) -> Within:
    """Direct containments with each combined authority in the region of all its members.

    Members are present authorities, those of a member county included, and also
    those that only an overruled table names (`disputed`, by combined authority).
    Without any, or with members in several regions, only the country is told.
    """
    inside: dict[str, set[str]] = {}
    for code, above in within.items():
        for one in above:
            inside.setdefault(one, set()).add(code)
    for overruled, claimed in disputed.items():
        inside.setdefault(overruled, set()).update(claimed)
    settled = dict(within)
    for code, kind in kinds.items():
        if kind != "combined-authority":
            continue
        members = _authorities(code, inside, kinds)
        members = (members - abolished) or members
        areas = [_areas(member, within, kinds) for member in sorted(members)]
        common = set.intersection(*areas) if areas else set(within[code]) - REGIONS.keys()
        found = (common & REGIONS.keys()) or (common & COUNTRIES.keys())
        kept = set(within[code]) - REGIONS.keys() - COUNTRIES.keys()
        settled[code] = tuple(sorted(kept | found))
    return settled


def _authorities(code: str, inside: Mapping[str, set[str]], kinds: Mapping[str, str]) -> set[str]:
    members = {one for one in inside.get(code, ()) if kinds[one] == "local-authority"}
    for county in inside.get(code, ()):
        if kinds[county] == "county":
            districts = {one for one in inside.get(county, ()) if kinds[one] == "local-authority"}
            members |= districts or {county}
    return members


def _areas(code: str, within: Within, kinds: Mapping[str, str]) -> set[str]:
    """All that contains a member, but not by way of its combined authority."""
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for above in within.get(waiting.pop(), ()):
            if above not in found and kinds.get(above) != "combined-authority":
                found.add(above)
                waiting.append(above)
    return found
