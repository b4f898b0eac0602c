"""Which snapshot a text means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from conftest import Graph

from graphkit.changes import choose
from graphkit.errors import GraphkitError
from graphkit.snapshot import Snapshot


def test_words_ids_folders_and_days_name_snapshots(
    two: Graph, old: Snapshot, new: Snapshot
) -> None:
    def named(text: str) -> str:
        return choose(two.folder, text).manifest.id

    assert old.manifest.id < new.manifest.id
    assert named("current") == named(new.manifest.id) == named(str(two.folder)) == new.manifest.id
    assert named("previous") == named(old.manifest.id) == named(str(old.folder)) == old.manifest.id
    assert named(new.manifest.created[:10]) == new.manifest.id
    assert named(old.manifest.created) == old.manifest.id
    assert named(old.manifest.id[: len(old.manifest.id) - 3]) == old.manifest.id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2001-01-01", "no snapshot that was in use then"),
        ("2001-99-99", "no date"),
        ("0001-01-01T00:00:00+14:00", "no date"),
        ("2099-01-01", "has not come yet; current is the snapshot in use now"),
        ("2026-07-31 and more", "no date"),
        ("", "an empty text"),
        ("nowhere", "neither a snapshot nor a folder"),
        ("no/where", "neither a snapshot nor a folder"),
        ("a\0b", "neither a snapshot nor a folder"),
        ("2", "begins 2 snapshots"),
        (".", "neither a snapshot nor a folder"),
    ],
)
def test_what_names_no_snapshot_is_refused_with_what_there_is(
    two: Graph, text: str, message: str
) -> None:
    with pytest.raises(GraphkitError, match=message):
        choose(two.folder, text)


def test_a_moment_later_on_the_same_day_has_not_come_either(two: Graph, new: Snapshot) -> None:
    now = datetime.now(UTC)
    later = (now + timedelta(hours=1)).isoformat(timespec="seconds")
    with pytest.raises(GraphkitError, match="has not come yet"):
        choose(two.folder, later)
    assert choose(two.folder, now.isoformat(timespec="seconds")).manifest.id == new.manifest.id


def test_a_single_snapshot_has_none_before_it(sample: Graph) -> None:
    with pytest.raises(GraphkitError, match="no snapshot before"):
        choose(sample.folder, "previous")
