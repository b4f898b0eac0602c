"""Encoders: ONNX files of one's own, the one of the extra, and the cache of their vectors."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Graph

from graphkit.errors import GraphkitError
from graphkit.relevance.encoders.bundled import bundled, is_installed
from graphkit.relevance.encoders.local import named
from graphkit.relevance.encoders.vector_cache import CachedEncoder

np = pytest.importorskip("numpy")
WORDS = ["[PAD]", "[UNK]", "kelp", "wind", "cost", "of", "farm"]


def tokenizer() -> dict[str, Any]:
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate(WORDS)},
            "unk_token": "[UNK]",
        },
    }


def model(folder: Path, *, pooled: bool = False, fill: float | None = None, width: int = 4) -> Path:
    """An ONNX encoder that looks a vector up for each word."""
    onnx = pytest.importorskip("onnx")
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    table = np.random.default_rng(1).normal(size=(len(WORDS), width)).astype(np.float32)
    if fill is not None:
        table[:] = fill
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["tokens"])]
    output = "tokens"
    shape: list[Any] = ["batch", "sequence", width]
    if pooled:
        axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
        nodes.append(
            helper.make_node("ReduceMean", ["tokens", "axes"], ["sentence_embedding"], keepdims=0)
        )
        output, shape = "sentence_embedding", ["batch", width]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(table, "table"), *([axes] if pooled else [])],
    )
    folder.mkdir(parents=True, exist_ok=True)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(made, str(folder / "model.onnx"))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer()))
    return folder


needs_runtime = pytest.mark.skipif(not is_installed(), reason="graphkit[semantic] is not installed")


@needs_runtime
@pytest.mark.parametrize("pooled", [False, True])
def test_a_model_of_ones_own_gives_vectors_of_length_one(tmp_path: Path, pooled: bool) -> None:
    encoder = named(model(tmp_path / "m", pooled=pooled))
    vectors = encoder.encode(["kelp", "cost of kelp farm", "wind"])
    assert vectors.shape == (3, 4)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@needs_runtime
def test_what_runs_together_makes_no_difference(tmp_path: Path) -> None:
    encoder = named(model(tmp_path / "m"))
    texts = ["kelp", "cost of kelp farm", "wind farm", "of"] * 40
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def spoil(folder: Path, how: str) -> Path:
    onnx, tokens = folder / "model.onnx", folder / "tokenizer.json"
    if how == "no tokenizer":
        tokens.unlink()
    elif how == "no model":
        onnx.unlink()
    elif how == "bad tokenizer":
        tokens.write_text("{}")
    elif how == "cut":
        onnx.write_bytes(onnx.read_bytes()[:60])
    elif how == "empty":
        onnx.write_bytes(b"")
    elif how == "text":
        onnx.write_text("not a model")
    return folder


@needs_runtime
@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("no tokenizer", "no tokenizer.json"),
        ("no model", "no model.onnx"),
        ("bad tokenizer", "cannot be read as a tokenizer"),
        ("cut", "cannot be read as an ONNX model"),
        ("empty", "ONNX model"),
        ("text", "cannot be read as an ONNX model"),
    ],
)
def test_a_model_that_is_not_whole_is_told(tmp_path: Path, how: str, message: str) -> None:
    folder = spoil(model(tmp_path / "m"), how)
    with pytest.raises(GraphkitError, match=message):
        named(folder)


@needs_runtime
@pytest.mark.parametrize("fill", [0.0, float("nan")])
def test_vectors_without_a_direction_are_refused(tmp_path: Path, fill: float) -> None:
    with pytest.raises(GraphkitError, match="without a direction"):
        named(model(tmp_path / "m", fill=fill))


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GraphkitError, match="no such file or folder"):
        named(tmp_path / "none")


@needs_runtime
def test_linking_with_a_model_of_ones_own_says_which(
    tmp_path: Path, sample: Graph, own: Callable[[Graph], Graph], graphkit: Callable[..., Answer]
) -> None:
    graph = own(sample)
    folder = model(tmp_path / "m")
    answer = graphkit("--graph", graph.folder, "link", "--model", folder)
    assert answer.code == 0
    assert graph.column("SELECT ?m WHERE { ?c gk:model ?m }") == ["model"]
    matched = graphkit("--graph", graph.folder, "match", "kelp farm", "--model", folder)
    assert matched.code == 0


@needs_runtime
def test_the_model_of_the_extra_brings_like_texts_together() -> None:
    encoder = bundled(256)
    near, far = encoder.encode(["heat pumps at home", "heating houses"]), encoder.encode(["opera"])
    assert encoder.width == 384
    assert near[0] @ near[1] > near[0] @ far[0] + 0.2


class Lengths:
    """An encoder that can be counted."""

    name, digest, width = "lengths", "d" * 64, 2

    def __init__(self, digest: str = "d" * 64, width: int = 2) -> None:
        self.digest, self.width = digest, width
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Any:
        self.seen += texts
        vectors = np.ones((len(texts), self.width), np.float32)
        vectors[:, 0] = [len(text) + 1 for text in texts]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_second_run_encodes_only_what_is_new(tmp_path: Path) -> None:
    with CachedEncoder(Lengths(), tmp_path) as first:
        one = first.encode(["a", "bb", "a"])
    again = Lengths()
    with CachedEncoder(again, tmp_path) as second:
        two = second.encode(["bb", "ccc", "a"])
    assert again.seen == ["ccc"]
    assert (one[0] == one[2]).all()
    assert (two[[2, 0]] == one[:2]).all()


def test_parts_of_a_document_are_asked_for_once(tmp_path: Path) -> None:
    def run() -> tuple[Any, list[int], list[int]]:
        asked: list[int] = []

        def split(number: int) -> list[str]:
            asked.append(number)
            return ["x", "yy"][: number + 1]

        with CachedEncoder(Lengths(), tmp_path) as cache:
            vectors, counts = cache.encode_parts(["one", "two"], split, "r")
        return vectors, counts, asked

    first, second = run(), run()
    assert (first[1], first[2], second[1], second[2]) == ([1, 2], [0, 1], [1, 2], [])
    assert (first[0] == second[0]).all()


def test_work_that_breaks_off_is_kept_batch_by_batch(tmp_path: Path) -> None:
    class Breaks(Lengths):
        def encode(self, texts: Sequence[str]) -> Any:
            if len(self.seen) >= 512:
                raise KeyboardInterrupt
            return super().encode(texts)

    texts = [f"{number:04}" for number in range(1_000)]
    with CachedEncoder(Breaks(), tmp_path) as cache, pytest.raises(KeyboardInterrupt):
        cache.encode(texts)
    rest = Lengths()
    with CachedEncoder(rest, tmp_path) as cache:
        cache.encode(texts)
    assert len(rest.seen) == 1_000 - 512


def test_vectors_of_another_model_in_the_file_are_not_used(tmp_path: Path) -> None:
    with CachedEncoder(Lengths(), tmp_path) as cache:
        cache.encode(["a"])
    other = Lengths(digest="e" * 64, width=3)
    cache.path.rename(tmp_path / f"vectors-{'e' * 16}.sqlite")
    with pytest.raises(GraphkitError, match="vectors of another model"):
        CachedEncoder(other, tmp_path)


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 50, b"SQLite format 3\x00" + b"x" * 90]
)
def test_a_damaged_cache_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"vectors-{'d' * 16}.sqlite").write_bytes(content)
    with pytest.raises(GraphkitError, match="cache of vectors cannot be used"):
        CachedEncoder(Lengths(), tmp_path)


def test_a_vector_that_is_not_whole_is_told(tmp_path: Path) -> None:
    with CachedEncoder(Lengths(), tmp_path) as cache:
        cache.encode(["a"])
        path = cache.path
    database = sqlite3.connect(path)
    with database:
        database.execute("UPDATE vectors SET vector = x'00'")
    database.close()
    with CachedEncoder(Lengths(), tmp_path) as cache, pytest.raises(GraphkitError, match="whole"):
        cache.encode(["a"])


def test_a_cache_folder_that_is_a_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: Graph, graphkit: Callable[..., Answer]
) -> None:
    if not is_installed():
        pytest.skip("graphkit[semantic] is not installed")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GRAPHKIT_CACHE", str(tmp_path / "file"))
    answer = graphkit("--graph", sample.folder, "link")
    assert (answer.code, "GRAPHKIT_CACHE" in answer.err) == (2, True)
