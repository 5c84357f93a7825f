"""The mock keeps only the part of a request that it may use, and no request causes a 500."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.mock.conftest import TIMEOUT, Org
from tests.mock.conftest import open_org as open_org
from tests.mock.conftest import org as org
from tests.mock.test_server import mock
from toolkit.mock.scenarios import load_scenario

pytestmark = pytest.mark.server

READY = load_scenario("ready")
TOKEN = "/oauth/token"
CHUNK = bytes(1 << 20)


def peak(process: subprocess.Popen[str]) -> int:
    """Return the memory peak of the process, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) >> 10


def zeros(mebibytes: int) -> Iterator[bytes]:
    for _ in range(mebibytes):
        yield CHUNK


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_large_body_is_not_kept() -> None:
    user = READY.subjects.user.token
    session = READY.target.session
    start = f"/api/v2/recording-sessions/{session}/start"
    json = {"Content-Type": "application/json"}
    bearer = {"Authorization": f"Bearer {user}"}
    with mock() as (process, url):
        before = peak(process)
        for path, headers, status in (
            (start, json | bearer, 413),
            (start, json, 401),
            (TOKEN, {}, 413),
            ("/__mock__/tokens", json, 413),
            ("/nowhere", json, 404),
        ):
            answer = requests.post(url + path, zeros(400), headers=headers, timeout=TIMEOUT)
            assert answer.status_code == status, path
        assert peak(process) - before < 32
        after = requests.get(f"{url}/api/v2/tokens/me", headers=bearer, timeout=TIMEOUT)
        assert after.status_code == 200


def test_a_body_that_is_as_large_as_it_may_be_is_read(org: Org) -> None:
    body = b'{"recording": true' + b" " * ((1 << 20) - 19) + b"}"
    assert len(body) == 1 << 20
    for data, status in ((body, 202), (body + b" ", 413)):
        answer = org.call(
            "PATCH",
            org.participant_path,
            org.scenario.subjects.user.token,
            data=data,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == status, answer.text


def sent(url: str, request: bytes) -> int:
    """Return the status for these bytes; 0 for a connection that is closed without one."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname or "", where.port or 0), TIMEOUT) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return int(answer.split(b" ", 2)[1]) if answer else 0


ODD = (b"", b"\xe9", b"\xff\xfe", b"Bearer \xe9", b"Basic \xe9", b"Basic \xc3\xa9", b"basic \x80")
BODIES = (b"", b"\xff", b'{"client": "\xff"}', b'{"client": "\\ud800"}', b"[" * 100_000, b"1e999")
PATHS = (
    TOKEN,
    "/__mock__/tokens",
    "/api/v2/tokens/me",
    "/api/v2/oauth/clients",
    "/api/v2/oauth/clients?pageSize=%ff&pageNumber=9",
    "/api/v2/oauth/clients/%ff%00",
    "/api/v2/authorization/roles?name=%ff",
    f"/api/v2/recording-sessions/{READY.target.session}/start",
    "/__mock__/requests",
)


def test_what_is_no_ascii_is_no_credential(org: Org) -> None:
    for path, value in product((TOKEN, "/api/v2/tokens/me"), ODD[1:]):
        method = b"POST" if path == TOKEN else b"GET"
        head = method + f" {path} HTTP/1.1\r\nHost: h\r\nAuthorization: ".encode()
        assert sent(org.url, head + value + b"\r\nContent-Length: 0\r\n\r\n") == 401, value


def test_no_request_is_answered_with_500(org: Org) -> None:
    user = f"Bearer {org.scenario.subjects.user.token}".encode()
    operator = f"Bearer {org.token('operator')}".encode()
    for path, method, who in product(
        PATHS, (b"GET", b"POST", b"PUT", b"DELETE"), (user, operator, b"Basic \xe9")
    ):
        if method == b"DELETE" and path == "/api/v2/tokens/me":
            continue  # it revokes the token
        for body in BODIES:
            head = b"%s %s HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" % (
                method,
                path.encode(),
            )
            rest = b"Authorization: %s\r\nContent-Length: %d\r\n\r\n" % (who, len(body))
            status = sent(org.url, head + rest + body)
            assert 200 <= status < 500, (method, path, who, body[:30])
