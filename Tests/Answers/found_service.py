"""A service with a list of a few cases, about which one call is made, and which may go wrong in many ways.

Each history has its own: what is true of the cases, how the list, a reading and a cancel are answered."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from forms import CANCELED_ID, FORMS, WAITING_ID, Form, own_error

WANTED = "requisition 7"
_OTHERS = ("requisition 8", "Requisition 7", "requisition 7 ", "")
_PLAIN = Form("plain", "application/json", lambda status, case_id: b"")
"""The service's own answer, which says how things are."""

_CONNECTIONS_WAITING_MAX = 512

_FOREIGN = [form for form in FORMS if form.name not in ("own", "own_started", "shown_not_canceled")]


@dataclass
class Case:
    id: str
    code: str
    is_canceled: bool = False
    can_be_canceled: bool = True
    cancels: int = 0
    """Requests that came for it."""
    was_asked_for_another: bool = False
    """A cancel came when the case had another code than the one that is wanted."""
    was_accepted: bool = False
    was_refused: bool = False

    def shown(self) -> dict[str, object]:
        return {
            "id": self.id,
            "caseStatus": "Pending",
            "secondaryCaseStatusId": CANCELED_ID if self.is_canceled else WAITING_ID,
            "secondaryStatus": "Canceled" if self.is_canceled else "Waiting for Authorization",
            "apiTrackingCode": self.code,
        }


class FoundHistory:
    """What is true, and what is answered. All of it is drawn from the seed."""

    def __init__(self, seed: int) -> None:
        drawn = random.Random(seed)
        self.seed = seed
        matches = drawn.choice([0, 1, 1, 1, 1, 2, 3])
        codes = [WANTED] * matches + drawn.choices(_OTHERS, k=drawn.randint(0, 4))
        drawn.shuffle(codes)
        self.cases = [Case(f"case-{seed}-{number}", code) for number, code in enumerate(codes)]
        for case in self.cases:
            case.is_canceled = drawn.random() < 0.15
            case.can_be_canceled = drawn.random() < 0.8
        self.all = matches > 0 and drawn.random() < 0.25
        self.expected = max(1, matches + drawn.choice([0, 0, 0, 1, -1]))
        self.list_form = drawn.choice([_PLAIN] * 3 + [drawn.choice(_FOREIGN)])
        self.list_status = 200 if self.list_form is _PLAIN else drawn.choice([200, 200, 403, 404, 503])
        self.list_cut = drawn.random() if drawn.random() < 0.15 else 1.0
        self.list_shows = [case for case in self.cases if drawn.random() > 0.05]
        """The rest is on its way into the list."""
        self.repeats = drawn.random() < 0.1
        self.changes = drawn.random() < 0.15
        """Somebody else gives the cases another code when the list was read."""
        self.read_form = drawn.choice([_PLAIN] * 6 + [drawn.choice(_FOREIGN)])
        self.read_status = 200 if self.read_form is _PLAIN else drawn.choice([200, 403, 404, 500])
        self.cancel_form = drawn.choice([_PLAIN] * 3 + [drawn.choice(_FOREIGN)])
        self.cancel_status = 200 if self.cancel_form is _PLAIN else drawn.choice([200, 404, 422, 500, 504])
        self.cancel_acts = self.cancel_form is _PLAIN or drawn.random() < 0.5
        if self.cancel_status == 200 and self.cancel_form.without_contradiction:
            # An acceptance that was none, and does not show it, can be told by nobody.
            self.cancel_acts = True
            for case in self.cases:
                case.can_be_canceled = True
        self.listed_matches = sum(case.code == WANTED for case in self.list_shows)
        """How many of those that are wanted the list shows."""
        self.lists_whole = 0
        """Lists that were answered by the service, whole."""
        self._lock = threading.Lock()

    @property
    def is_plain(self) -> bool:
        """The service itself answers everything, and nobody else changes anything. Several cases that end
        differently have no outcome in common."""
        forms = (self.list_form, self.read_form, self.cancel_form)
        is_whole = self.list_cut == 1.0 and all(form is _PLAIN for form in forms)
        return is_whole and not self.changes and not self.all

    def answer(self, method: str, segments: list[str]) -> tuple[int, str, bytes, float]:
        """Status, content type, body, and how much of the body is sent."""
        with self._lock:
            if segments == ["case", "list"]:
                return self._list()
            case = next((case for case in self.cases if case.id == segments[2]), None)
            if case is None:
                return 404, "application/json", own_error(404), 1.0
            return self._cancel(case) if method == "POST" else self._read(case)

    def _list(self) -> tuple[int, str, bytes, float]:
        if self.list_form is not _PLAIN:
            body = self.list_form.body(self.list_status, "")
            return self.list_status, self.list_form.content_type, body, 1.0
        shown = [case.shown() for case in self.list_shows]
        if self.repeats:
            shown += shown[:1]
        if self.list_cut == 1.0:
            self.lists_whole += 1
        if self.changes:
            for case in self.cases:
                case.code = _OTHERS[0]
        return 200, "application/json", json.dumps({"cases": shown}).encode(), self.list_cut

    def _read(self, case: Case) -> tuple[int, str, bytes, float]:
        if self.read_form is not _PLAIN:
            body = self.read_form.body(self.read_status, case.id)
            return self.read_status, self.read_form.content_type, body, 1.0
        return 200, "application/json", json.dumps({"cases": [case.shown()]}).encode(), 1.0

    def _cancel(self, case: Case) -> tuple[int, str, bytes, float]:
        case.cancels += 1
        case.was_asked_for_another |= case.code != WANTED
        able = case.can_be_canceled and not case.is_canceled
        case.is_canceled |= able and self.cancel_acts
        if self.cancel_form is not _PLAIN:
            body = self.cancel_form.body(self.cancel_status, case.id)
            case.was_refused |= self.cancel_status in self.cancel_form.own_for
            return self.cancel_status, self.cancel_form.content_type, body, 1.0
        case.was_accepted |= able
        case.was_refused |= not able
        return (200, "", b"", 1.0) if able else (422, "application/json", own_error(422), 1.0)


class FoundService:
    """`with closing(FoundService(histories))`: each history has its number as the first part of the path."""

    def __init__(self, histories: list[FoundHistory]) -> None:
        by_seed = {str(history.seed): history for history in histories}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body leave together

            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                _, seed, *segments = self.path.split("/")
                status, content_type, body, part = by_seed[seed].answer(self.command, segments)
                self.send_response(status)
                if content_type:
                    self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: int(len(body) * part)])
                self.close_connection = part < 1.0

            do_GET = do_POST = _answer

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        class Server(ThreadingHTTPServer):
            request_queue_size = _CONNECTIONS_WAITING_MAX

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
