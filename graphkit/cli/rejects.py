"""`graphkit rejects`."""

from __future__ import annotations

import click
import msgspec

from graphkit.cli.options import Settings, emit, graph_option, note, output_options


@click.command("rejects")
@output_options
@graph_option
@click.pass_obj
def command(settings: Settings, form: str | None, output: str, limit: int | None) -> None:
    """What the build refused: file, line or record, field, reason."""
    from graphkit.errors import SnapshotError
    from graphkit.loaders.intake import Reject
    from graphkit.snapshot import Snapshot

    snapshot = Snapshot.current(settings.graph)
    try:
        lines = snapshot.rejects.read_bytes()
        rejects = msgspec.json.Decoder(Reject).decode_lines(lines)
    except (OSError, msgspec.MsgspecError) as error:
        raise SnapshotError(f"{snapshot.rejects}: cannot be read: {error}") from None
    shown = rejects if limit is None else rejects[:limit]
    if len(shown) < len(rejects):
        note(f"{len(shown)} of {len(rejects):,} shown (--limit)")
    columns = Reject.__struct_fields__
    emit(columns, [[getattr(r, name) for name in columns] for r in shown], form, output)
