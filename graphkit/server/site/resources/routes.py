"""Every thing of the graph under its own address, and any node at `/resource?iri=…`.

`/id/…` answers at once in the form that `Accept` asks for, and says with `Content-Location`
which document that is, instead of sending the client there with a 303: one request instead of
two for every thing looked up (decisions/0018).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Response, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from graphkit.licences import licence_of
from graphkit.server.site.app import EXTENSION, Site, site
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources import addresses, blueprint
from graphkit.server.site.resources.description import Description
from graphkit.server.site.resources.documents import Place, document, neighbours
from graphkit.server.site.resources.formats import (
    BY_SUFFIX,
    FORMS,
    HTML,
    Form,
    negotiated,
    split_suffix,
)
from graphkit.server.site.resources.labels import Labels, kinds
from graphkit.server.site.resources.missing import suggestions
from graphkit.server.site.resources.neighbourhood import Neighbourhood
from graphkit.server.site.resources.schema import schema_org, schema_org_dataset
from graphkit.server.site.resources.selection import selected
from graphkit.server.site.resources.thing import Thing, thing
from graphkit.server.site.resources.why import ASKED, why

MAX_PATH = 4000
"""Characters in a path: the keys of graphkit have at most 400, each escaped in up to twelve."""


@blueprint.get("/id/<path:key>", merge_slashes=False)
def thing_of_the_graph(key: str) -> ResponseReturnValue:
    """A thing of the graph, by the path of its IRI."""
    return _answered(f"id/{key}")


def _code(key: str) -> ResponseReturnValue:
    """A code of a closed list, or the list."""
    return _answered(request.path[1:])


for _path in addresses.CODES:
    blueprint.add_url_rule(f"/{_path}/<path:key>", f"code_{_path}", _code, merge_slashes=False)
for _path in addresses.SCHEMES:
    for _suffix in ("", *(f".{form.suffix}" for form in FORMS)):
        blueprint.add_url_rule(
            f"/{_path}{_suffix}",
            f"list_{_path}{_suffix}".replace(".", "_"),
            _code,
            defaults={"key": ""},
        )


@blueprint.get("/resource")
def resource() -> ResponseReturnValue:
    """Any node of the data, by its IRI (`iri=`); blank nodes as `_:name`."""
    given = request.args.getlist("iri")
    if len(given) != 1 or not given[0]:
        raise Problem(400, "say which thing: iri=…", "give one IRI, percent-encoded")
    text = given[0]
    if len(text) > MAX_PATH:
        raise Problem(414, f"the IRI has more than {MAX_PATH:,} characters")
    try:
        node = ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text)
    except ValueError:
        raise Problem(400, f"this is no IRI: {text[:200]}", "IRIs hold no spaces or <>") from None
    around = Neighbourhood(site().dataset.store, node)
    if not around:
        raise Problem(404, f"nothing here says anything about {text[:500]}")
    place = Place("resource", urlencode({"iri": text}))
    suffix = request.args.get("format")
    if suffix is not None and suffix not in BY_SUFFIX:
        raise Problem(400, f"no such format: {suffix[:40]}", f"known: {', '.join(BY_SUFFIX)}")
    return _described(around, place, BY_SUFFIX[suffix] if suffix else None)


def _answered(path: str) -> Response:
    """The answer for a path of this site's own IRIs, with or without a suffix."""
    if len(path) > MAX_PATH:
        raise Problem(414, f"the path has more than {MAX_PATH:,} characters")
    found = _found(path)
    form = None
    if found is None and (split := split_suffix(path)):
        stem, form = split
        found = _found(stem)
    if found is None and (all_of_kind := _all_of_kind(path)):
        return make_response(redirect(all_of_kind, 303))
    if found is None:
        raise Problem(404, f"there is nothing at /{path[:500]}", suggestions(path))
    local = addresses.local_path(_iri(found))
    if local is None:
        return _described(found, Place("resource", urlencode({"iri": _iri(found)})), form)
    return _described(found, Place(local), form)


def _all_of_kind(path: str) -> str | None:
    """Where the things of a kind are listed, for a path that names the kind alone."""
    dataset = site().dataset
    kind = path.removeprefix("id/").removesuffix("/")
    term = kinds(dataset.ontology).get(kind) if dataset.snapshot else None
    if term is None or not path.startswith("id/"):
        return None
    return addresses.local(f"resource?{urlencode({'iri': term.iri, 'in': 'rdf:type'})}")


def _iri(around: Neighbourhood) -> str:
    return around.node.value


def _found(path: str) -> Neighbourhood | None:
    """What is said around the thing that a path means; None where nothing is."""
    for node in _nodes(path):
        around = Neighbourhood(site().dataset.store, node)
        if around:
            return around
    return None


def _nodes(path: str) -> Iterator[ox.NamedNode]:
    for iri in addresses.requested(path):
        try:
            yield ox.NamedNode(iri)
        except ValueError:
            continue


def _described(around: Neighbourhood, place: Place, form: Form | None) -> Response:
    """The description of a node in the form that suffix or `Accept` ask for."""
    chosen = form or negotiated()
    if ASKED in request.args:
        return _why(around, place, chosen, form)
    selection = selected(around)
    description = Description(site().dataset, around, selection)
    if chosen is HTML:
        pager = {
            relation: addresses.local(place.page(selection.parameters(page, first_too=True)))
            for relation, page in neighbours(selection).items()
        }
        response = _page(thing(description, place), pager)
    else:
        response = document(description, place, chosen)
    _linked(response, description, place, chosen)
    if form is None:
        response.vary.add("Accept")
        response.headers["Content-Location"] = addresses.local(
            place.document(chosen, selection.parameters(first_too=selection.given))
        )
    return response


def _why(around: Neighbourhood, place: Place, chosen: Form, form: Form | None) -> Response:
    """Where the statements on a node come from, in the form that suffix or `Accept` ask for."""
    response = why(around, place, chosen)
    if form is None:
        response.vary.add("Accept")
        asked = urlencode({ASKED: request.args[ASKED]}, safe=":/")
        response.headers["Content-Location"] = addresses.local(place.document(chosen, asked))
    return response


def _page(shown: Thing, pager: dict[str, str]) -> Response:
    """The page of a thing: a special one for its kind, or the general one."""
    from graphkit.server.site import pages

    special = getattr(pages, "THING_PAGES", {}).get(shown.kind)
    editor = _editor(shown.query)
    wants_data = shown.page or shown.withdrawn or request.args.get("view") == "data"
    if special is not None and not wants_data and site().dataset.snapshot is not None:
        return make_response(special(shown))
    return make_response(render_template("thing.html", thing=shown, pager=pager, editor=editor))


def _editor(query: str) -> str:
    """Where a query can be changed and run; empty where this site has no editor."""
    if not query or "pages.editor" not in current_app.view_functions:
        return ""
    return addresses.local(f"editor?{urlencode({'query': query})}")


def _linked(response: Response, description: Description, place: Place, chosen: Form) -> None:
    """Have the response tell where else the thing, its forms and its other pages are."""
    node = description.around.node
    links = []
    if isinstance(node, ox.NamedNode):
        links.append(f'<{_ascii(node.value)}>; rel="canonical"')
    selection = description.selection
    parameters = selection.parameters()
    for form in FORMS:
        if form is not chosen:
            target = addresses.local(place.document(form, parameters))
            relation = "describedby alternate" if chosen is HTML else "alternate"
            links.append(f'<{target}>; rel="{relation}"; type="{form.media_type}"')
    for relation, page in neighbours(selection).items():
        beside = selection.parameters(page, first_too=chosen is HTML)
        target = place.page(beside) if chosen is HTML else place.document(chosen, beside)
        links.append(f'<{addresses.local(target)}>; rel="{relation}"')
    response.headers.add("Link", ", ".join(links))


def _ascii(iri: str) -> str:
    """An IRI as a header can hold it."""
    return "".join(
        char if char.isascii() else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in iri
    )


@blueprint.app_template_filter("label")
def label(iri: str) -> str:
    """What to show for an IRI, in templates."""
    if "labels" not in g:
        g.labels = Labels(site().dataset)
    return str(g.labels.of(iri))


blueprint.app_template_filter("licence_name")(lambda address: licence_of(address).called)
blueprint.app_template_filter("href")(addresses.href)
blueprint.app_template_global("schema_org")(schema_org)
blueprint.app_template_global("schema_org_dataset")(schema_org_dataset)


@blueprint.record_once
def _paths_of_another_data_set(state: object) -> None:
    """Answer for every path under the base of a data set that is no snapshot of graphkit."""
    app = state.app  # type: ignore[attr-defined]
    here = app.extensions[EXTENSION]
    assert isinstance(here, Site)
    if here.dataset.snapshot is None and here.dataset.base:
        app.add_url_rule("/<path:key>", "any_path", lambda key: _answered(key), merge_slashes=False)
