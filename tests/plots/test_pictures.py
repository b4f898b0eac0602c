"""Every kind of picture: in each format, the same again, whole, and honest about itself."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from plots.conftest import all_words, saved, texts

from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.plots import FORMS, PLOTS, Picture, save
from graphkit.plots.sheet import settings
from graphkit.subgraph import Subgraph

KINDS = sorted(PLOTS)
BEGINNINGS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
_MANY = {
    "heatmap": {"by": "concerns", "top": 3},
    "map": {"show": "coverage", "aspect": "place"},
    "sankey": {"show": "money", "departments": 2, "aspects": 3, "funders": 1},
    "timeline": {"since": 2008, "until": 2012},
    "collaboration": {"top": 4},
    "network": {"labels": 5, "nodes": 20},
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drawn_in_each_format_and_the_same_bytes_again(
    kind: str, draw: Callable[..., Picture]
) -> None:
    once, again = draw(kind), draw(kind, afresh=True)
    for form in FORMS:
        data = saved(once, form)
        assert data.startswith(BEGINNINGS[form])
        if form == "svg" or kind == "map":
            time.sleep(1.1 if kind == "map" else 0)  # a second later, as dates would show
            assert saved(again, form) == data


@pytest.mark.parametrize("form", FORMS)
def test_a_figure_saved_twice_gives_the_same_bytes(form: str, draw: Callable[..., Picture]) -> None:
    picture = draw("timeline")
    assert saved(picture, form) == saved(picture, form)


def test_a_picture_is_the_same_in_another_process_whose_hashes_differ(
    library: Library, draw: Callable[..., Picture]
) -> None:
    program = (
        "import io, sys\nfrom graphkit.library import Library\n"
        "from graphkit.plots import PLOTS, save\n"
        "out = io.BytesIO()\n"
        f"save(PLOTS['sankey'].draw(Library.open({str(library.snapshot.folder.parents[1])!r}))"
        ".figure, out, 'svg')\nsys.stdout.buffer.write(out.getvalue())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, timeout=60
    )
    assert done.stderr == b""
    assert done.stdout == saved(draw("sankey"), "svg")


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_says_where_its_facts_come_from_and_how_many_they_are(
    kind: str, draw: Callable[..., Picture], library: Library
) -> None:
    words = all_words(draw(kind))
    assert "UK Research and Innovation" in words
    assert "(OGL v3)" in words
    assert "Open Government Licence v3.0" in words
    assert f"Snapshot {library.snapshot.manifest.id}" in words
    assert "n = " in words


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("many", [False, True], ids=["as usual", "with parameters"])
def test_nothing_is_cut_at_the_edges_and_no_lines_of_text_cover_each_other(
    kind: str, many: bool, draw: Callable[..., Picture]
) -> None:
    picture = draw(kind, **(_MANY[kind] if many else {}))
    saved(picture)
    assert faults_of(picture) == []


def faults_of(picture: Picture) -> list[str]:
    """Texts that leave the sheet, and pairs of level texts of which one covers the other."""
    canvas = FigureCanvasAgg(picture.figure)
    with settings():
        return _faults(picture, canvas)


def _faults(picture: Picture, canvas: FigureCanvasAgg) -> list[str]:
    canvas.draw()
    whole = picture.figure.bbox
    boxes = []
    faults = []
    for text in picture.figure.findobj(Text):
        if not (isinstance(text, Text) and text.get_text().strip() and text.get_visible()):
            continue
        box = text.get_window_extent(canvas.get_renderer())
        if box.x0 < -1 or box.y0 < -1 or box.x1 > whole.x1 + 1 or box.y1 > whole.y1 + 1:
            faults.append(f"outside: {text.get_text()}")
        if text.get_rotation() == 0:
            boxes.append((text.get_text(), box))
    for number, (one, box) in enumerate(boxes):
        for other, second in boxes[:number]:
            across = min(box.x1, second.x1) - max(box.x0, second.x0)
            along = min(box.y1, second.y1) - max(box.y0, second.y0)
            if across > 1 and along > 0.35 * min(box.height, second.height):
                faults.append(f"{other} / {one}")
    return faults


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "network"])
@pytest.mark.filterwarnings("error")
def test_hostile_names_are_drawn_without_a_word(kind: str, odd: Library) -> None:
    picture = PLOTS[kind].draw(odd)
    for form in FORMS if kind == "collaboration" else ("png",):
        assert saved(picture, form)
    assert faults_of(picture) == []


def test_a_network_of_hostile_names_is_drawn_without_a_word(
    library: Library, hostile: Subgraph
) -> None:
    picture = PLOTS["network"].draw(library, {}, hostile)
    for form in FORMS:
        assert saved(picture, form)
    assert faults_of(picture) == []
    words = all_words(picture)
    assert "$5 and" in words
    assert "_starts with" in words
    assert "\n" not in "".join(texts(picture))


def test_signs_of_money_are_no_mathematics(library: Library, hostile: Subgraph) -> None:
    picture = PLOTS["network"].draw(library, {}, hostile)
    assert all(
        not text.get_parse_math()
        for text in picture.figure.findobj(Text)
        if isinstance(text, Text) and "$" in text.get_text()
    )


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("map", {"funder": "STFC", "department": "Home Office"}),
        ("heatmap", {"degree": "full"}),
        ("timeline", {"since": "1901", "until": "1902"}),
        ("sankey", {"degree": "full"}),
        ("collaboration", {"place": "Ceredigion", "degree": "full"}),
    ],
)
def test_where_nothing_is_selected_it_is_said(
    kind: str, values: dict[str, str], library: Library
) -> None:
    with pytest.raises(UsageError, match="nothing selected"):
        PLOTS[kind].draw(library, values)


def test_an_empty_subgraph_is_no_picture(library: Library, whole: Subgraph) -> None:
    empty = Subgraph.of(whole.snapshot, whole.graph, whole.selection, (), ())
    with pytest.raises(UsageError, match="nothing selected"):
        PLOTS["network"].draw(library, {}, empty)


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("map", {"shw": "money"}, "no parameter shw; did you mean show"),
        ("map", {"show": "mony"}, "no such choice; known: projects, money, coverage"),
        ("map", {"department": "Home Offise"}, "no such department.*Home Office"),
        ("map", {"department": " "}, "an empty value is no department"),
        ("map", {"degree": "perfect"}, "no such degree"),
        ("heatmap", {"top": "0"}, "whole number from 1 to 60"),
        ("heatmap", {"top": "many"}, "whole number from 1 to 60"),
        ("heatmap", {"top": "9" * 400}, "whole number from 1 to 60"),
        ("timeline", {"since": "２０００"}, "whole number from 1900"),
    ],
)
def test_values_that_cannot_be_are_refused_with_what_could(
    kind: str, values: dict[str, str], words: str, library: Library
) -> None:
    with pytest.raises(UsageError, match=words):
        PLOTS[kind].draw(library, values)


def test_a_name_that_could_mean_more_is_remarked_on(draw: Callable[..., Picture]) -> None:
    picture = draw("timeline", place="West Midlands")
    assert "West Midlands: the region" in picture.remarks[0]


def test_a_network_needs_a_selection_and_the_others_take_none(
    library: Library, around: Subgraph
) -> None:
    with pytest.raises(UsageError, match="needs a selection"):
        PLOTS["network"].draw(library)
    with pytest.raises(UsageError, match="takes no selection"):
        PLOTS["map"].draw(library, {}, around)


def test_other_formats_and_absurd_resolutions_are_refused(draw: Callable[..., Picture]) -> None:
    figure = draw("map").figure
    with pytest.raises(UsageError, match="known: png, svg, pdf"):
        save(figure, io.BytesIO(), "gif")
    with pytest.raises(UsageError, match="dots per inch"):
        save(figure, io.BytesIO(), "png", dpi=100_000)


def test_without_matplotlib_it_is_said_what_to_install(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"matplotlib is not installed.*graphkit\[plot\]"):
        PLOTS["map"].draw(library)


def test_the_list_of_kinds_and_help_need_no_matplotlib() -> None:
    program = (
        "import sys\nfrom graphkit.plots import PLOTS\n"
        "assert len(PLOTS) == 6 and 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_drawing_starts_no_pyplot_and_leaves_settings_as_they_were(
    draw: Callable[..., Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = saved(draw("timeline"), "svg")
    monkeypatch.setitem(matplotlib.rcParams, "font.size", 33.0)
    monkeypatch.setitem(matplotlib.rcParams, "axes.grid", True)
    assert saved(draw("timeline", afresh=True), "svg") == plain
    assert matplotlib.rcParams["font.size"] == 33.0
    program = (
        "import sys\nimport graphkit.plots.timeline, graphkit.plots.network, "
        "graphkit.plots.saving\nassert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_parameter_is_described(kind: str) -> None:
    plot = PLOTS[kind]
    assert plot.summary
    for parameter in plot.parameters:
        assert parameter.summary
        assert parameter.name.isidentifier()
        if parameter.choices:
            assert parameter.default in parameter.choices
