"""Plays the token endpoint, which has its own error bodies and rate limit."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qs

from toolkit.mock.answers import Answer, token_rate_limited, token_refusal
from toolkit.mock.bodies import refuse_too_large
from toolkit.mock.world import AccessToken, World

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
_FORM = "application/x-www-form-urlencoded"


def issue_token(world: World, headers: Mapping[str, str], body: bytes) -> Answer:
    """Return a token for a client that logs in for itself, or the refusal.

    The platform gives the same answer for a wrong secret and for a client of another region. Its
    refusals of an inactive client, and of a client with a user grant, are not published: those two
    follow RFC 6749.
    """
    refuse_too_large(body)
    authorization = headers.get("authorization", "")
    if not authorization.isascii():
        return token_refusal(401, "invalid_client", "the credentials are not ASCII")
    client, secret = _basic_credentials(authorization)
    if not world.admits_token_request(client):
        return token_rate_limited()
    known = world.secrets.get(client)
    if known is None or not secrets.compare_digest(known.encode(), secret.encode()):
        return token_refusal(400, "invalid_client", "authentication failed")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return token_refusal(400, "invalid_request", "the body must be a form")
    form = parse_qs(body.decode("utf-8", "replace"))
    if form.get("grant_type") != ["client_credentials"]:
        return token_refusal(400, "unsupported_grant_type", "this grant type is not supported")
    if world.clients[client]["authorizedGrantType"] != "CLIENT-CREDENTIALS":
        return token_refusal(400, "unauthorized_client", "the client may not use this grant type")
    if world.clients[client]["state"] != "active":
        return token_refusal(400, "invalid_client", "the client is not active")
    seconds: int = world.clients[client]["accessTokenValiditySeconds"]
    token = world.mint(AccessToken(client, expires_at=world.clock() + seconds))
    return Answer(200, {"access_token": token, "token_type": "bearer", "expires_in": seconds})


def _basic_credentials(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client, _, secret = text.partition(":")
    return client, secret
