"""Which encoder is used: the one that a user names, else that of the extra, else none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graphkit.relevance.cache_folder import cache_folder
from graphkit.relevance.encoders.bundled import bundled, is_installed
from graphkit.relevance.encoders.local import MAX_TOKENS, named
from graphkit.relevance.encoders.remote import RemoteEncoder
from graphkit.relevance.encoders.vector_cache import CachedEncoder

FAST_TOKENS = 128


@dataclass(frozen=True)
class ModelChoice:
    """What a user says about the model.

    `path` names an ONNX file or folder, `endpoint` an address and a model there. `words_alone`
    asks for no model; `fast` reads the first 128 tokens of each text only.
    """

    path: Path | None = None
    endpoint: tuple[str, str] | None = None
    words_alone: bool = False
    fast: bool = False


def chosen_encoder(choice: ModelChoice) -> CachedEncoder | None:
    """The encoder with its cache; None where words alone are to be compared."""
    if choice.words_alone:
        return None
    tokens = FAST_TOKENS if choice.fast else MAX_TOKENS
    if choice.endpoint is not None:
        return CachedEncoder(RemoteEncoder(*choice.endpoint), cache_folder())
    if choice.path is not None:
        return CachedEncoder(named(choice.path, tokens), cache_folder())
    if is_installed():
        return CachedEncoder(bundled(tokens), cache_folder())
    return None
