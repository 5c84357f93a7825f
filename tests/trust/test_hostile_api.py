"""A hostile or broken API: whatever it answers, at whatever step, the probe keeps its promises.

Each fault replaces one answer of an org that is otherwise ready: that of the token, the identity,
the session, or the start. The start is then not carried out.
"""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from tests.genesys.servers import Served, answering, serving
from toolkit.genesys.credentials import SUBJECT_ID, SUBJECT_SECRET
from toolkit.genesys.transport import Limits
from toolkit.model.report import Report
from toolkit.reporters.interface import REPORTERS
from toolkit.workflows import OrgConnection, ProbeRequest, probe

pytestmark = pytest.mark.server

#: No complete answer exceeds these limits, even on a busy machine.
PATIENT = Limits(connect=20.0, read=20.0, start=20.0, tries=2, waiting=2.0, body=1 << 20)
#: For the faults that only a time-out ends.
QUICK = Limits(connect=1.0, read=1.0, start=1.0, parting=0.5, tries=2, waiting=2.0, body=1 << 20)
#: The limit in seconds for a probe with the quick limits: the tries of one call take up to 4, two
#: calls may be affected, and a busy machine is slow.
IN_TIME = 30.0
CLIENT = "00000000-0000-4000-8000-0000000000c1"
SECRET = "Canary-Secret-0f-the-client"
TOKEN = "Canary-T0ken-0f-the-client"
BASIC = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
#: The parts that identify a secret even if its end was cut off. The last part starts after the
#: client id, which is not secret.
PARTS = (SECRET[:16], TOKEN[:16], BASIC[52:68])
SESSION = "00000000-0000-4000-8000-00000000005e"
CONVERSATION = "00000000-0000-4000-8000-0000000000c0"
READ = f"/api/v2/recording-sessions/{SESSION}"
#: The steps at which the fault happens, by the request that it answers.
STAGES = {
    "token": "POST /oauth/token",
    "who-am-i": "GET /api/v2/tokens/me",
    "own-grants": "GET /api/v2/authorization/subjects/me",
    "session": f"GET {READ}",
    "start": f"POST {READ}/start",
}


class Call(NamedTuple):
    """A request that the fault answers: the request, a ready org's answer, and another server."""

    connection: socket.socket
    head: str
    right: Any
    elsewhere: str

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    @property
    def told(self) -> str:
        """Return the credentials in this request: a token, or id and secret."""
        lines = self.head.splitlines()
        found = next((line for line in lines if line.lower().startswith("authorization:")), "")
        return found.rpartition(" ")[2]


Answer = Callable[[Call], None]


def http(
    body: bytes, status: str = "200 OK", headers: str = "", length: int | None = None
) -> bytes:
    size = len(body) if length is None else length
    kind = "" if "content-type" in headers.lower() else "Content-Type: application/json\r\n"
    first = f"HTTP/1.1 {status}\r\nConnection: close\r\n"
    head = f"{first}Content-Length: {size}\r\n{kind}{headers}\r\n"
    return head.encode("latin-1") + body


def says(body: bytes | str, status: str = "200 OK", headers: str = "") -> Answer:
    data = body.encode() if isinstance(body, str) else body
    return lambda call: call.send(http(data, status, headers))


def sends(data: bytes) -> Answer:
    return lambda call: call.send(data)


def repeats(head: bytes, part: bytes, pause: float = 0.0) -> Answer:
    """Return an answer that repeats a part after the head, until the client has disconnected."""

    def answer(call: Call) -> None:
        call.send(head)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            call.send(part)
            time.sleep(pause)

    return answer


def with_fields(**more: Any) -> Answer:
    """Return the right answer with additional fields."""
    return lambda call: call.send(http(json.dumps({**(call.right or {}), **more}).encode()))


def redirects(
    location: str, status: str = "302 Found", body: bytes = b"", more: str = ""
) -> Answer:
    def answer(call: Call) -> None:
        where = location.replace("ELSEWHERE", call.elsewhere)
        where = where.replace("SECURELY", call.elsewhere.replace("http:", "https:"))
        call.send(http(body, status, f"Location: {where}\r\n{more}"))

    return answer


def limited(retry_after: str) -> Answer:
    return says('{"code":"too.many.requests"}', "429 Too Many", f"Retry-After: {retry_after}\r\n")


def _mixed() -> Answer:
    """Return a rate limit in the API's form, the token endpoint's, and a gateway's, in turn."""
    turns = iter(range(1000))
    kinds = (
        limited("0"),
        says('{"error":"invalid_request","description":"rate limit exceeded"}', "400 Bad Request"),
        says("<html>slow down</html>", "429 Too Many", "Content-Type: text/html\r\n"),
    )
    return lambda call: kinds[next(turns) % len(kinds)](call)


def _repeated_back(call: Call) -> None:
    """Return the credentials in every place of an answer that can hold them."""
    told = call.told
    body = json.dumps({"code": told, "message": told, "error": told, "id": told, told: [told]})
    head = f"HTTP/1.1 500 {told}\r\nContent-Length: {len(body)}\r\nX-{told.rstrip('=')}: {told}\r\n"
    call.send(f"{head}ININ-Correlation-Id: {told}\r\nSet-Cookie: t={told}\r\n\r\n{body}".encode())


def _repeated_in_type(call: Call) -> None:
    kind = f"Content-Type: text/{call.told}\r\n"
    call.send(http(b"<p>", headers=kind))


def _repeated_in_location(call: Call) -> None:
    redirects(f"https://{call.told.rstrip('=')}.example/{call.told}")(call)


def _repeated_in_long_host(call: Call) -> None:
    redirects(f"https://{'a' * 50}.{call.told.rstrip('=')}.example/")(call)


def _duplicate_keys(call: Call) -> None:
    """Return an answer with each key twice, first with a value of another type."""
    right = call.right or {}
    pairs = [f"{json.dumps(k)}: [], {json.dumps(k)}: {json.dumps(v)}" for k, v in right.items()]
    call.send(http(("{" + ", ".join(pairs) + "}").encode()))


def _longer_than_said(call: Call) -> None:
    body = json.dumps(call.right or {}).encode()
    call.send(http(body + b'{"code":"smuggled"}' * 3, length=len(body)))


def _right(call: Call) -> None:
    call.send(http(json.dumps(call.right or {}).encode()))


def _with_cookie(call: Call) -> None:
    cookie = "Set-Cookie: canary-cookie=1; Path=/\r\n"
    call.send(http(json.dumps(call.right or {}).encode(), headers=cookie))


def _continued(call: Call) -> None:
    call.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 20)
    _right(call)


def _cut(call: Call) -> None:
    body = json.dumps(call.right or {"id": SESSION}).encode()
    call.send(http(body[: len(body) // 2]))


def _bomb(size: int) -> bytes:
    return gzip.compress(b" " * size)


class Fault(NamedTuple):
    """A wrong answer.

    A `harmless` one has everything that a probe needs, and must not stop it; an `endless` one
    continues until the probe gives up.
    """

    name: str
    answer: Answer
    harmless: bool = False
    endless: bool = False


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
HTML = "Content-Type: text/html\r\n"
GZIP = "Content-Encoding: gzip\r\n"
DEEP = 900

FAULTS = (
    Fault("no answer", lambda call: time.sleep(60), endless=True),
    Fault("a body in drips", repeats(http(b"", length=9000), b" ", 0.05), endless=True),
    Fault("a status line in drips", repeats(b"", b"H", 0.05), endless=True),
    Fault("an endless body", repeats(CHUNKED, b"4000\r\n" + b" " * 0x4000 + b"\r\n")),
    Fault("an endless body without a length", repeats(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65536)),
    Fault("a chunk of a negative size", repeats(CHUNKED + b"-1\r\n", b" " * 65536)),
    Fault("endless headers", repeats(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n")),
    Fault("an endless header", repeats(b"HTTP/1.1 200 OK\r\nX-A: ", b"b" * 4096)),
    Fault(
        "endless trailers",
        repeats(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n", 0.001),
        endless=True,
    ),
    Fault(
        "a flood of 100 Continue",
        repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        endless=True,
    ),
    Fault("some 100 Continue, then the answer", _continued, harmless=True),
    Fault("103 Early Hints, and nothing else", sends(b"HTTP/1.1 103 Early Hints\r\n\r\n")),
    Fault("101 Switching Protocols", sends(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n")),
    Fault("a gzip bomb", says(_bomb(50 << 20), headers=GZIP)),
    Fault("a bomb in deflate", says(zlib.compress(b" " * 50_000_000), headers=GZIP)),
    Fault("gzip that is none", says("{}", headers=GZIP)),
    Fault("a redirect with a gzip bomb", redirects("/x", body=_bomb(50 << 20), more=GZIP)),
    Fault("a shorter body than its length", sends(http(b'{"id":', length=900))),
    Fault("a longer body than its length", _longer_than_said, harmless=True),
    Fault("a length that is not a number", sends(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{")),
    Fault("two lengths", sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2, 9\r\n\r\n{}")),
    Fault("chunks of garbage", sends(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n")),
    Fault("chunks that break off", sends(CHUNKED + b'9\r\n{"id')),
    Fault("a redirect to itself", redirects("")),
    Fault("a redirect to another host", redirects("ELSEWHERE/x")),
    Fault("a redirect to another host that keeps the method", redirects("ELSEWHERE/x", "307 M")),
    Fault("a redirect to HTTPS", redirects("SECURELY/x", "301 Moved")),
    Fault("a redirect to a host that is none", redirects("http://[::1/x")),
    Fault("a redirect in bytes that are not text", redirects("/\xff\xfe")),
    Fault("HTML with 200", says("<html>fine</html>", headers=HTML)),
    Fault("HTML with 502", says("<html>bad</html>", "502 Bad Gateway", HTML)),
    Fault("HTML that says it is JSON", says("<html>fine</html>")),
    Fault("an empty 200", says("")),
    Fault("204", sends(b"HTTP/1.1 204 No Content\r\n\r\n")),
    Fault("half of the JSON", _cut),
    Fault("a list", says("[]")),
    Fault("a number", says("7")),
    Fault("null", says("null")),
    Fault("NaN", says("NaN")),
    Fault("a text", says('"active"')),
    Fault("JSON nested too deeply to read", says("[" * 100_000)),
    Fault("JSON nested deeply", says('{"a":' * DEEP + "1" + "}" * DEEP)),
    Fault("a field nested deeply", lambda c: with_fields(x=_deep())(c), harmless=True),
    Fault("an integer of 100,000 digits", says('{"id":' + "9" * 100_000 + "}")),
    Fault("each key twice", _duplicate_keys, harmless=True),
    Fault("an error body with 200", says('{"code":"bad.request","message":"x","status":400}')),
    Fault("fields of wrong types", says('{"id":7,"state":{},"grants":{},"OAuthClient":"x"}')),
    Fault("429 for ten years", limited("315360000")),
    Fault("429 for less than nothing", limited("-5")),
    Fault("429 until a date", limited("Fri, 31 Dec 9999 23:59:59 GMT")),
    Fault("429 for garbage", limited("soon\x01\xff")),
    Fault("429 for 1e309 seconds", limited("1e309")),
    Fault("mixed rate limits", _mixed()),
    Fault("the connection closed at once", lambda call: None),
    Fault("not HTTP", sends(b"SSH-2.0-x\r\n\r\n")),
    Fault("a status of six digits", sends(b"HTTP/1.1 200200 OK\r\n\r\n{}")),
    Fault("invalid UTF-8", says(b'{"id":"\xff\xfe\xc0"}')),
    Fault("NUL in fields", with_fields(note="a\0b", **{"\0": "\0"}), harmless=True),
    Fault("half of a surrogate pair", sends(http(b'{"id":"\\ud800","state":"\\udfff"}'))),
    Fault(
        "headers in the error message",
        says('{"code":"x\\r\\nSet-Cookie: a=b","message":"\\r\\n\\u001b[2J"}', "500 Oops"),
    ),
    Fault("Set-Cookie", _with_cookie, harmless=True),
    Fault("the credentials sent back", _repeated_back),
    Fault("the credentials as the type", _repeated_in_type),
    Fault("the credentials as the host of a redirect", _repeated_in_location),
    Fault("the credentials late in that host", _repeated_in_long_host),
)


def _deep() -> Any:
    found: Any = 1
    for _ in range(DEEP):
        found = [found]
    return found


@dataclass
class Org:
    """A ready org with one fault, and every request that it received."""

    fault: Fault
    stage: str
    elsewhere: str
    requests: list[str] = field(default_factory=list)
    recording: bool = False

    def sent(self, line: str) -> list[str]:
        return [each for each in self.requests if each.startswith((f"{line} ", f"{line}?"))]

    def answer(self, connection: socket.socket, head: str) -> None:
        self.requests.append(head)
        method, path = head.split(" ")[:2]
        line = f"{method} {path.partition('?')[0]}"
        # The fault of a session applies to the read before the start.
        hit = line == STAGES[self.stage]
        if line == STAGES["start"] and (not hit or self.fault.harmless):
            self.recording = True
        right = self._right(line)
        if hit:
            self.fault.answer(Call(connection, head, right, self.elsewhere))
        else:
            connection.sendall(http(json.dumps(right).encode()))

    def _right(self, line: str) -> Any:
        about = {"id": CLIENT, "authorizedGrantType": "CLIENT-CREDENTIALS", "state": "active"}
        policy = {"domain": "recording", "entityName": "*", "actions": ["*"]}
        grant = {"division": {"id": "*"}, "role": {"policies": [policy]}}
        return {
            STAGES["token"]: {"access_token": TOKEN, "token_type": "bearer", "expires_in": 60},
            STAGES["who-am-i"]: {"OAuthClient": about, "authorizedScope": []},
            STAGES["own-grants"]: {"grants": [grant]},
            # The request that finds out whether the API exists at all.
            f"GET {READ.rpartition('/')[0]}": {"entities": []},
            STAGES["session"]: {
                "id": SESSION,
                "state": "recording" if self.recording else "active",
                "mediaTypes": ["audio"],
                "conversationId": CONVERSATION,
            },
        }.get(line, {})


@contextmanager
def running(org: Org) -> Iterator[str]:
    """Run the org on a port of this machine; each connection has one request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, org), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(2)


def _accept(listener: socket.socket, org: Org) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_one, args=(connection, org), daemon=True).start()


def _one(connection: socket.socket, org: Org) -> None:
    with suppress(OSError), connection:
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return
            data += part
        head = data.partition(b"\r\n\r\n")[0].decode("latin-1")
        org.answer(connection, head)
        # Closing with unread data resets the connection, and the answer may be lost.
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(1)
        while connection.recv(65536):
            pass


class Run(NamedTuple):
    """One probe of an org with a fault."""

    org: Org
    report: Report
    seconds: float


def perform(fault: Fault, stage: str, elsewhere: str) -> Run:
    played = Org(fault, stage, elsewhere)
    began = time.monotonic()
    with running(played) as url:
        org = OrgConnection(
            api_url=url,
            login_url=url,
            environ={SUBJECT_ID: CLIENT, SUBJECT_SECRET: SECRET},
            limits=QUICK if fault.endless else PATIENT,
            sleep=lambda seconds: time.sleep(min(seconds, 0.01)),
        )
        report = probe(ProbeRequest(session_id=SESSION), org)
    return Run(played, report, time.monotonic() - began)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Served]:
    """Another host, which must never receive a request."""
    with serving(answering(b"{}")) as served:
        yield served


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_the_probe_keeps_its_promises(fault: Fault, elsewhere: Served) -> None:
    with ThreadPoolExecutor(len(STAGES)) as pool:
        runs = list(pool.map(lambda stage: perform(fault, stage, elsewhere.url), STAGES))
    assert elsewhere.requests == []
    for run in runs:
        where = run.org.stage
        assert run.org.sent(STAGES[where]), f"{where}: the fault did not happen"
        assert run.seconds < IN_TIME, where
        assert len(run.org.sent(STAGES["start"])) <= 1, where
        assert run.report.diagnoses, where
        assert run.report.verdict in _right_verdicts(fault, where), (where, run.report.diagnoses)
        assert not any("cookie:" in head.lower() for head in run.org.requests), where
        _has_no_secret(run)


def _right_verdicts(fault: Fault, stage: str) -> tuple[str, ...]:
    if fault.harmless:
        return ("ready",)
    # A start does not need the probe's own grants: if they are unknown, it may go on.
    more = ("ready",) if stage == "own-grants" else ()
    return ("unreachable", "undecided", *more)


def _has_no_secret(run: Run) -> None:
    for reporter in REPORTERS:
        text = reporter.render(run.report)
        text.encode()
        shown = text.casefold()
        for part in PARTS:
            assert part.casefold() not in shown, (run.org.stage, reporter.name)


def test_an_org_without_a_fault_is_ready(elsewhere: Served) -> None:
    """The baseline for the faults: without one, the same org starts and confirms a recording."""
    run = perform(Fault("none", _right, harmless=True), "token", elsewhere.url)
    assert run.report.verdict == "ready"
    assert len(run.org.sent(STAGES["start"])) == 1
