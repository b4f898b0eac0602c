"""A server that speaks as the sources do, and misbehaves where it is told to.

    python tests/fetching/upstream_server.py [--data FOLDER] [--port 8700]
        [--misbehave KIND[:CHANCE]] … [--seed 1] [--log FILE] [--dated]

    graphkit fetch ari -o DIR --api http://127.0.0.1:8700 --rate 100

Serves the bundled sample, or a folder laid out like `../shared/data`: the ARI database's API and
question pages, both APIs of Gateway to Research, ROR's dump and mySociety's tables, all on one
port. Kinds of misbehaviour are listed in `upstream_troubles.KINDS`; a chance of 0.1 troubles
every tenth request. The log has a line for each request: status, and path with query.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import re
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

sys.path.append(str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from upstream_gtr import GtrData
from upstream_hostile import STREAMS, send
from upstream_troubles import KINDS, Trouble, Troubles

REGISTER = "/uk_local_authority_names_and_codes/data/uk_la_past_current/latest/"
PER_PAGE = 250
LAST_MODIFIED = "Wed, 01 Jul 2026 06:00:00 GMT"


@dataclass
class Reply:
    """What is answered."""

    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Upstream:
    """What is published. Questions are records of the API; tables are files' contents."""

    questions: list[dict[str, Any]] = field(default_factory=list)
    gtr: GtrData = field(default_factory=lambda: GtrData([]))
    organisations: bytes = b""
    tables: dict[str, bytes] = field(default_factory=dict)
    robots: str | None = None
    per_page: int = PER_PAGE

    @classmethod
    def of_sample(cls) -> Upstream:
        """The bundled sample."""
        sample = Path(__file__).resolve().parents[2] / "graphkit" / "sample"
        questions = json.loads((sample / "ari" / "questions.json").read_bytes())["data"]
        projects = (sample / "gtr" / "projects.jsonl").read_bytes().splitlines()
        ror = (sample / "organisations" / "ror.jsonl").read_bytes().splitlines()
        authorities = (sample / "places" / "local-authorities.csv").read_bytes()
        return cls(
            questions,
            GtrData(projects),
            b"[" + b",\n".join(ror) + b"]",
            {
                "uk_local_authorities_current.csv": authorities,
                "lookup_name_to_registry.csv": b"la-name,local-authority-code\nBrum,BIR\n",
            },
        )

    @classmethod
    def of_folder(cls, data: Path) -> Upstream:
        """A folder laid out like the shared data."""
        questions = []
        for path in sorted((data / "ari" / "api").glob("page-*.json")):
            questions += json.loads(path.read_bytes())["data"]
        with gzip.open(data / "gtr" / "projects.jsonl.gz") as lines:
            projects = lines.read().splitlines()
        ror = (data / "organisations" / "ror_gb_v2.jsonl").read_bytes().splitlines()
        names = ("uk_local_authorities_current.csv", "lookup_name_to_registry.csv")
        tables = {name: (data / "places" / name).read_bytes() for name in names}
        return cls(questions, GtrData(projects), b"[" + b",\n".join(ror) + b"]", tables)

    def dated(self) -> Upstream:
        """Give questions days of update where they have none: the newest first."""
        for number, question in enumerate(self.questions):
            day = f"2026-{6 - number // 28 % 6:02d}-{28 - number % 28:02d} 01:00:00"
            question["dateUpdated"] = question.get("dateUpdated") or day
        self.questions.sort(key=lambda question: str(question["dateUpdated"]), reverse=True)
        return self

    # Every way takes a request's query and headers, and what troubles it.

    def reply(self, path: str, headers: dict[str, str], trouble: Trouble | None) -> Reply:
        """What is answered to a GET of a path with its query."""
        parts = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/robots.txt":
            if self.robots is None:
                return Reply(b"nothing here", 404, "text/plain")
            return Reply(self.robots.encode(), kind="text/plain")
        if parts.path == "/api/questions":
            return self._questions(query, trouble)
        if match := re.fullmatch(r"/aris/(\d+)", parts.path):
            return self._question_page(int(match[1]))
        if parts.path == "/api/search/project":
            return Reply(*self.gtr.search(query, trouble))
        if parts.path == "/api/projects":
            return Reply(*self.gtr.by_reference(query.get("ref", "")))
        if parts.path.startswith("/gtr/api/"):
            return Reply(*self.gtr.second(parts.path, query, headers.get("accept", ""), trouble))
        if parts.path == "/api/communities/ror-data/records":
            return self._dumps()
        if parts.path == "/api/records/1/files/v9-ror-data.zip/content":
            return Reply(self._archive(), kind="application/octet-stream")
        if parts.path.startswith(REGISTER) and parts.path[len(REGISTER) :] in self.tables:
            return Reply(self.tables[parts.path[len(REGISTER) :]], kind="text/csv")
        return Reply(b'{"error": "not found"}', 404)

    def _questions(self, query: dict[str, str], trouble: Trouble | None) -> Reply:
        number, size = int(query.get("page", "1")), self.per_page
        total = len(self.questions)
        pages = max(-(-total // size), 1)
        start = (number - 1) * size
        if trouble and number > 1:
            start += trouble.offset
        chunk = self.questions[max(start, 0) : start + size]
        announced = trouble.announced(total) if trouble else total
        last = pages + (1 if trouble and trouble.kind == "beyond" else 0)
        if number > pages:
            return Reply(b'{"message": "Not Found"}', 404)
        links = {}
        if number < last or (trouble and trouble.kind == "endless"):
            following = number + 1 if number < last else 1
            links["next"] = (
                f"https://ari.org.uk/api/questions?order_by=dateUpdated&page={following}"
            )
        pagination = {
            "total": announced,
            "count": len(chunk),
            "per_page": size,
            "current_page": number,
            "total_pages": pages,
            "links": links,
        }
        name = "items" if trouble and trouble.kind == "schema" else "data"
        answer = {name: chunk, "meta": {"pagination": pagination}}
        return Reply(json.dumps(answer, indent=0, ensure_ascii=False).encode())

    def _question_page(self, key: int) -> Reply:
        question = next((q for q in self.questions if q["questionId"] == key), None)
        if question is None:
            return Reply(b"<html><body>Not found</body></html>", 404, "text/html")
        return Reply(question_page(question, self.gtr).encode(), kind="text/html; charset=utf-8")

    def _archive(self) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in (
                ("v9-ror-data.csv", b"id,name\n"),
                ("../../v9-ror-data_schema_v2.json", self.organisations),
                ("v9-ror-data.json", b"[]"),
            ):
                archive.writestr(zipfile.ZipInfo(name, (2026, 7, 1, 0, 0, 0)), content)
        return target.getvalue()

    def _dumps(self) -> Reply:
        archive = self._archive()
        file = {
            "key": "v9-ror-data.zip",
            "size": len(archive),
            "checksum": f"md5:{hashlib.md5(archive, usedforsecurity=False).hexdigest()}",
            "links": {"self": "https://zenodo.org/api/records/1/files/v9-ror-data.zip/content"},
        }
        return Reply(json.dumps({"hits": {"hits": [{"id": 1, "files": [file]}]}}).encode())


def question_page(question: dict[str, Any], gtr: GtrData) -> str:
    """A question's page: what the API lacks is the funder of each project, and the explanation."""
    from html import escape

    items = []
    for mention in question["relatedUKRIProjects"]:
        funder = gtr.funder_of(str(mention.get("projectId")))
        lead = mention.get("leadResearchOrganisation")
        items.append(
            f'<li><a href="{escape(str(mention["url"]))}">{escape(str(mention["title"]))}</a>'
            f"<p>Looks at what the question asks...</p><p>Funded by: {escape(funder or 'UKRI')}</p>"
            + (f"<p>Lead research organisation: {escape(str(lead))}</p>" if lead else "")
            + "<p>Why might this be relevant?</p>"
            "<p>The project partially answers the question.</p></li>"
        )
    return f"""<!DOCTYPE html><html><head><title>ARIs</title>
<link rel="canonical" href="https://ari.org.uk/aris/{question["questionId"]}"></head><body>
<nav>Home</nav><main><h1>{escape(str(question["question"]))}</h1>
<h2>Background</h2><p>{escape(str(question.get("backgroundInformation") or ""))}</p>
<h2>Source</h2><p>This question was published as part of the set of ARIs in this document:</p>
<p>{escape(str(question.get("questionGroup") or "ARIs"))}</p>
<h2>Related UKRI funded projects</h2><ul>{"".join(items)}</ul>
<h2>Similar ARIs from other organisations</h2></main></body></html>"""


class _Quiet(ThreadingHTTPServer):
    """Clients that go away are no news."""

    def handle_error(self, *_: object) -> None:
        """Says nothing."""


class Server:
    """A running server. `log` has (status, path) of each request that was answered or cut."""

    def __init__(self, upstream: Upstream, troubles: Troubles | None = None, port: int = 0) -> None:
        self.upstream = upstream
        self.troubles = troubles or Troubles()
        self.log: list[tuple[int, str]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.on_request: Callable[[int, str], None] = lambda status, path: None
        self._lock = threading.Lock()
        self._httpd = _Quiet(("127.0.0.1", port), _handler(self))
        self._httpd.daemon_threads = True
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._httpd.server_address[1]}"

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join()

    def note(self, status: int, path: str, headers: dict[str, str]) -> None:
        """Remember a request."""
        with self._lock:
            self.log.append((status, path))
            self.headers.append(headers)
            self.times.append(time.monotonic())
            self.on_request(status, path)

    def asked(self, part: str = "") -> list[str]:
        """The paths that were asked for and hold some text, without robots.txt."""
        return [path for _, path in self.log if part in path and path != "/robots.txt"]


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60
        wbufsize = 1 << 20  # an answer goes out at once
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            trouble = server.troubles.next(self.path)
            try:
                self._answer(headers, trouble)
            except (BrokenPipeError, ConnectionResetError, TimeoutError):
                self.close_connection = True

        def _answer(self, headers: dict[str, str], trouble: Trouble | None) -> None:
            kind = trouble.kind if trouble else ""
            if trouble and kind in ("429", "500", "503", "missing"):
                status = 404 if kind == "missing" else int(kind)
                after = {"Retry-After": trouble.value} if trouble.value else {}
                self._send(headers, Reply(b'{"error": "busy"}', status, headers=after))
                return
            if trouble and kind == "status":
                self._send(headers, Reply(b"no", int(trouble.value), "text/plain"))
                return
            if trouble and kind in ("redirect", "moved", "loop"):
                where = trouble.value or "http://elsewhere.invalid/"
                if kind == "loop":
                    where = f"{self.path}{trouble.value}"
                elif kind == "moved":
                    where = self.path + ("&" if "?" in self.path else "?") + "moved=1"
                self._send(headers, Reply(b"", 302, headers={"Location": where}))
                return
            if kind == "slow":
                assert trouble is not None
                time.sleep(float(trouble.value or 3))
            reply = server.upstream.reply(unquote_path(self.path), headers, trouble)
            if kind in STREAMS:
                server.note(200, self.path, headers)
                self.close_connection = True
                send(kind, reply.body, self.connection.sendall)
                return
            if kind == "html":
                reply = Reply(b"<html><body>Down for maintenance</body></html>", 200, "text/html")
            if kind == "mislabelled":
                reply.kind = "text/html"
            if kind == "damaged":
                reply.body = reply.body[: len(reply.body) // 2]
            if kind == "bomb":
                reply.body = gzip.compress(b" " * (80 << 20), 9)
                reply.headers["Content-Encoding"] = "gzip"
            self._send(headers, reply, cut=kind == "cut", whole=kind in ("damaged", "bomb"))

        def _send(
            self, headers: dict[str, str], reply: Reply, *, cut: bool = False, whole: bool = False
        ) -> None:
            etag = f'"{hashlib.sha256(reply.body).hexdigest()[:20]}"'
            body = reply.body
            if reply.status == 200 and not cut and headers.get("if-none-match") == etag:
                reply = Reply(b"", 304, reply.kind)
                body = b""
            elif reply.status == 200 and not whole and "gzip" in headers.get("accept-encoding", ""):
                body = gzip.compress(body, 1)
                reply.headers["Content-Encoding"] = "gzip"
            server.note(reply.status, self.path, headers)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(body)))
            if reply.status in (200, 304):
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", LAST_MODIFIED)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            if cut:
                self.close_connection = True

    return Handler


def unquote_path(path: str) -> str:
    """A path as it was sent, its own part unquoted, its query left as it is."""
    own, mark, query = path.partition("?")
    return unquote(own) + mark + query


def serving(arguments: list[str]) -> Iterator[Server]:
    """The server that arguments describe, running until the iterator is closed."""
    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], epilog=f"Kinds: {', '.join(sorted(KINDS))}"
    )
    parser.add_argument("--data", type=Path, help="a folder like ../shared/data; else the sample")
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--misbehave", action="append", default=[], metavar="KIND[:CHANCE]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--dated", action="store_true", help="questions get days of update")
    options = parser.parse_args(arguments)
    upstream = Upstream.of_folder(options.data) if options.data else Upstream.of_sample()
    if options.dated:
        upstream.dated()
    troubles = Troubles.parsed(options.misbehave, options.seed)
    with Server(upstream, troubles, options.port) as server:
        if options.log:
            file = options.log.open("a", buffering=1)
            server.on_request = lambda status, path: print(status, path, file=file)
        yield server


def main() -> None:
    """Serve until stopped."""
    for server in serving(sys.argv[1:]):
        sys.stdout.write(f"serving at {server.url}\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
