"""The messages on a certificate that is not accepted, or on a file without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.genesys.servers import answering, serving
from tests.genesys.test_transport import certificate
from toolkit.errors import UsageError
from toolkit.genesys.replies import Failure
from toolkit.genesys.transport import Transport


@pytest.mark.server
@pytest.mark.parametrize(
    ("expired", "trusted", "says"),
    [
        (True, True, "the certificate of 127.0.0.1 is not accepted: it has expired"),
        (False, False, "is not accepted: nobody who is trusted here has signed it"),
    ],
)
def test_why_it_is_not_accepted(expired: bool, trusted: bool, says: str, tmp_path: Path) -> None:
    context, pem = certificate(tmp_path, expired=expired)
    with (
        serving(answering(b"{}"), context=context) as served,
        Transport(ca_bundle=str(pem) if trusted else None, environ={}) as transport,
    ):
        reply = transport.call("GET", served.url)
    assert reply.failure is Failure.CERTIFICATE
    assert reply.detail.endswith(says)
    assert served.requests == []


def test_a_bundle_whose_name_is_too_long() -> None:
    with pytest.raises(UsageError, match="xx: cannot be read: File name too long"):
        Transport(ca_bundle="x" * 300, environ={})


def test_a_bundle_that_holds_no_certificate(tmp_path: Path) -> None:
    path = tmp_path / "bundle.pem"
    for text in ("", "no certificate"):
        path.write_text(text)
        with pytest.raises(UsageError, match=r"bundle\.pem: holds no certificates"):
            Transport(ca_bundle=str(path), environ={})
    Transport(ca_bundle=str(tmp_path), environ={}).__exit__()
