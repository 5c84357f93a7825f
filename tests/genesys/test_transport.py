"""The transport against misbehaving servers: it ends in time, and leaks nothing."""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import json
import os
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.genesys.servers import Answer, answering, raw, serving
from toolkit.errors import RemoteError, UsageError
from toolkit.genesys.api import Api
from toolkit.genesys.credentials import ClientSecret, GivenToken
from toolkit.genesys.regions import Hosts
from toolkit.genesys.replies import Failure, Reply
from toolkit.genesys.transport import Bearer, Limits, Transport

pytestmark = pytest.mark.server

#: No test runs into these limits, even on a busy machine.
PATIENT = Limits(connect=20.0, read=20.0, start=20.0, tries=3, waiting=30.0, body=100_000)
#: For tests in which the answer never arrives.
QUICK = Limits(connect=2.0, read=0.5, start=0.5, tries=3, waiting=30.0, body=100_000)
SECRET = "canary-5ecret"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class Clock:
    """Sleeps without taking time, and records the pauses."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def get(
    url: str,
    *,
    retry: bool = False,
    clock: Clock | None = None,
    ca_bundle: str | None = None,
    limits: Limits = PATIENT,
) -> Reply:
    with Transport(
        limits=limits, ca_bundle=ca_bundle, environ={}, sleep=clock or Clock()
    ) as transport:
        return transport.call("GET", url, auth=Bearer(SECRET), retry=retry)


def dripping(head: bytes, drop: bytes) -> Answer:
    """Return an answer of one byte now and then, without an end: no single read times out."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(200):
            connection.sendall(drop)
            time.sleep(0.05)

    return answer


ENDLESS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CASES: list[tuple[str, Answer, Failure]] = [
    ("silence", lambda connection: time.sleep(10), Failure.TIMEOUT),
    (
        "slow body",
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b" "),
        Failure.TIMEOUT,
    ),
    ("slow head", dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), Failure.TIMEOUT),
    ("slow status", dripping(b"", b"H"), Failure.TIMEOUT),
    ("endless body", dripping(ENDLESS, b"4000\r\n" + b"x" * 0x4000 + b"\r\n"), Failure.TOO_LARGE),
    (
        "gzip bomb",
        answering(gzip.compress(b" " * (50 << 20)), headers="Content-Encoding: gzip\r\n"),
        Failure.TOO_LARGE,
    ),
    (
        "broken gzip",
        answering(b"not gzip", headers="Content-Encoding: gzip\r\n"),
        Failure.TRUNCATED,
    ),
    (
        "cut gzip",
        answering(gzip.compress(b"[1]")[:-9], headers="Content-Encoding: gzip\r\n"),
        Failure.TRUNCATED,
    ),
    ("short body", raw(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"a"'), Failure.TRUNCATED),
    ("html", answering(b"<html>", headers="Content-Type: text/html\r\n"), Failure.NOT_JSON),
    ("half of a JSON", answering(b'{"a": '), Failure.NOT_JSON),
    ("deep JSON", answering(b"[" * 99_000), Failure.NOT_JSON),
    ("not HTTP", raw(b"SSH-2.0-x\r\n"), Failure.RESET),
    ("nothing", raw(b""), Failure.RESET),
    (
        "redirect",
        answering(b"", status="302 Found", headers="Location: https://elsewhere.example/?t=1\r\n"),
        Failure.REDIRECT,
    ),
]


@pytest.mark.parametrize(("answer", "failure"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_it_ends_in_time_and_says_what_happened(answer: Answer, failure: Failure) -> None:
    limits = QUICK if failure is Failure.TIMEOUT else PATIENT
    with serving(answer) as served:
        began = time.monotonic()
        reply = get(served.url, limits=limits)
        took = time.monotonic() - began
    assert reply.failure is failure
    assert reply.detail
    assert not reply.ok
    # The bytes continue for ten seconds; a busy machine needs a margin.
    assert took < 9


def test_a_redirect_is_not_followed_and_takes_no_token_along() -> None:
    with serving(answering(b"{}")) as elsewhere:
        location = f"Location: {elsewhere.url}/x\r\n"
        with serving(answering(b"", status="307 Moved", headers=location)) as served:
            reply = get(served.url, retry=True)
    assert reply.failure is Failure.REDIRECT
    assert len(served.requests) == 1
    assert elsewhere.requests == []


def test_gzip_is_unpacked() -> None:
    body = gzip.compress(json.dumps({"a": "b" * 1000}).encode())
    with serving(answering(body, headers="Content-Encoding: gzip\r\n")) as served:
        assert get(served.url).body == {"a": "b" * 1000}


def test_a_read_is_tried_again_and_a_change_is_not() -> None:
    busy = answering(b"{}", status="503 Busy")
    clock = Clock()
    with serving(busy, raw(b""), answering(b"{}")) as served:
        reply = get(served.url, retry=True, clock=clock)
    assert (reply.ok, reply.attempts, clock.slept) == (True, 3, [0.5, 1.0])
    with serving(busy, answering(b"{}")) as served, Transport(environ={}) as transport:
        api = Api(transport, Hosts(served.url, served.url))
        assert api.send_once("POST", "/x", {"a": 1}).status == 503
    assert len(served.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers", "slept", "attempts"),
    [
        ("429 Slow", "Retry-After: 3\r\n", [3.0, 3.0], 3),
        ("429 Slow", "Retry-After: 31\r\n", [], 1),
        ("429 Slow", "Retry-After: 20\r\n", [20.0], 2),
        ("429 Slow", "Retry-After: x\r\n", [0.5, 1.0], 3),
        ("429 Slow", "", [0.5, 1.0], 3),
        ("500 Oh", "", [0.5, 1.0], 3),
        ("404 No", "", [], 1),
        ("401 No", "", [], 1),
    ],
)
def test_how_long_it_waits(status: str, headers: str, slept: list[float], attempts: int) -> None:
    clock = Clock()
    with serving(answering(b"{}", status=status, headers=headers)) as served:
        reply = get(served.url, retry=True, clock=clock)
    assert (clock.slept, reply.attempts) == (slept, attempts)
    assert len(served.requests) == attempts


def test_the_token_endpoints_own_rate_limit_is_a_400() -> None:
    limit = answering(
        b'{"error":"invalid_request","description":"rate limit exceeded; later"}', status="400 Bad"
    )
    good = answering(b'{"access_token":"t0ken","token_type":"bearer","expires_in":60}')
    clock = Clock()
    with serving(limit, good) as served, Transport(environ={}, sleep=clock) as transport:
        api = Api(transport, Hosts(served.url, served.url))
        reply = api.log_in(ClientSecret("id", SECRET))
    assert reply is not None
    assert reply.ok
    assert reply.attempts == 2
    assert api.has_token


def test_netrc_never_replaces_the_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password other-secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(answering(b"{}")) as served:
        assert get(served.url).ok
    assert f"Authorization: Bearer {SECRET}" in served.requests[0]


def test_the_usual_proxy_variables_are_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(b'{"by": "proxy"}')) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert get("http://api.example.invalid/x").body == {"by": "proxy"}
        assert proxy.requests[0].startswith("GET http://api.example.invalid/x ")
        monkeypatch.setenv("NO_PROXY", "api.example.invalid")
        assert get("http://api.example.invalid/x").failure is Failure.DNS


def test_a_proxys_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://user:{SECRET}@127.0.0.1:{port}")
    reply = get("http://api.example.invalid/x")
    assert reply.failure is Failure.PROXY
    assert SECRET not in repr(reply)


def dropped(connection: socket.socket) -> None:
    """Receive the request, and never answer."""


def test_what_was_sent_through_a_proxy_may_have_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(dropped) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        reply = get("http://api.example.invalid/x")
    assert len(proxy.requests) == 1
    assert reply.failure is Failure.RESET
    assert not reply.failure.never_sent


def test_what_was_sent_over_tls_may_have_arrived(tmp_path: Path) -> None:
    context, pem = certificate(tmp_path, expired=False)

    def garbled(stream: socket.socket) -> None:
        # Send bytes that are not a TLS record, below the encrypting stream.
        plain = socket.socket(fileno=os.dup(stream.fileno()))
        with plain:
            plain.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    with serving(garbled, context=context) as served:
        reply = get(served.url, ca_bundle=str(pem))
    assert len(served.requests) == 1
    assert reply.failure is Failure.RESET


def test_a_tunnel_that_a_proxy_refuses_carries_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = answering(b"", status="407 Proxy Authentication Required")
    for answer, failure in ((refused, Failure.PROXY), (dropped, Failure.REFUSED)):
        with serving(answer) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            reply = get("https://api.example.invalid/x")
        assert proxy.requests[0].startswith("CONNECT ")
        assert reply.failure is failure
        assert failure.never_sent


def test_a_second_request_on_one_connection_is_sent_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                connection.recv(65536)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with Transport(limits=PATIENT, environ={}) as transport:
            assert transport.call("GET", url).ok
            assert transport.call("GET", url).failure is Failure.RESET
        thread.join(5)


def test_a_handshake_that_ends_early_sent_nothing() -> None:
    with serving(dropped) as served:
        reply = get(served.url.replace("http:", "https:"), limits=QUICK)
    assert reply.failure is not None
    assert reply.failure.never_sent


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("http://nowhere.invalid", Failure.DNS),
        ("http://127.0.0.1:1", Failure.REFUSED),
        ("http://" + "a" * 70 + ".example", Failure.DNS),
    ],
)
def test_hosts_that_are_not_there(url: str, failure: Failure) -> None:
    reply = get(url, retry=True)
    assert reply.failure is failure
    assert failure.never_sent
    assert SECRET not in repr(reply)


def certificate(folder: Path, *, expired: bool) -> tuple[ssl.SSLContext, Path]:
    """Return a server's certificate for 127.0.0.1, and the file that makes it trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - 3 * day)
        .not_valid_after(now - day if expired else now + day)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return context, pem


def test_certificates_are_verified(tmp_path: Path) -> None:
    context, pem = certificate(tmp_path, expired=False)
    with serving(answering(b"{}"), context=context) as served:
        assert get(served.url, retry=True).failure is Failure.CERTIFICATE
        assert get(served.url, ca_bundle=str(pem)).ok
    assert len(served.requests) == 1


def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    context, pem = certificate(tmp_path, expired=True)
    with serving(answering(b"{}"), context=context) as served:
        reply = get(served.url, ca_bundle=str(pem))
    assert reply.failure is Failure.CERTIFICATE
    assert "certificate" in reply.detail
    assert served.requests == []


def test_a_slow_answer_over_tls_ends_too(tmp_path: Path) -> None:
    context, pem = certificate(tmp_path, expired=False)
    slow = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b" ")
    with serving(slow, context=context) as served:
        reply = get(served.url, ca_bundle=str(pem), limits=QUICK)
    assert reply.failure is Failure.TIMEOUT


def test_certificates_that_are_not_there() -> None:
    with pytest.raises(UsageError, match="no such file"):
        Transport(ca_bundle="/nowhere/ca.pem", environ={})


def test_every_page_is_read_and_a_missing_one_is_an_error() -> None:
    def page(number: int, entries: list[int]) -> Answer:
        body = {"entities": entries, "pageNumber": number, "pageCount": 2}
        return answering(json.dumps(body).encode())

    with serving(page(1, [1, 2]), page(2, [3])) as served, Transport(environ={}) as transport:
        api = Api(transport, Hosts(served.url, served.url))
        assert list(api.entities("/api/v2/oauth/clients", {"x": "y"})) == [1, 2, 3]
    assert "pageNumber=2&x=y" in served.requests[1]
    refusing = answering(b'{"code": "not.authorized"}', status="403 No")
    with serving(refusing) as served, Transport(environ={}) as transport:
        api = Api(transport, Hosts(served.url, served.url))
        with pytest.raises(RemoteError, match=r"403 'not\.authorized'") as caught:
            list(api.entities("/x"))
    assert caught.value.exit_code == 2


def test_only_an_own_token_is_given_back() -> None:
    good = answering(b'{"access_token":"t0ken"}')
    with serving(good, answering(b"")) as served, Transport(environ={}) as transport:
        api = Api(transport, Hosts(served.url, served.url))
        api.log_in(ClientSecret("id", SECRET))
        assert api.give_back() is not None
        assert api.give_back() is None
        api.log_in(GivenToken(SECRET))
        assert api.give_back() is None
    assert served.requests[1].startswith("DELETE /api/v2/tokens/me ")
    assert len(served.requests) == 2
