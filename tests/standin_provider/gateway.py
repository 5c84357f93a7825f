"""The backend that talks HTTP to the server named in the provider's `gateway` block."""

from dataclasses import dataclass
from typing import Any, Final

import requests

from .backends import AUTH_DIVISION, AUTH_ROLE, OAUTH_CLIENT, ApiError, Body

_COLLECTIONS: Final = {
    OAUTH_CLIENT: "/api/v2/oauth/clients",
    AUTH_ROLE: "/api/v2/authorization/roles",
    AUTH_DIVISION: "/api/v2/authorization/divisions",
}
_HOME_DIVISION: Final = "/api/v2/authorization/divisions/home"
_TOKEN: Final = "/oauth/token"
_TIMEOUT_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Credentials:
    """What the provider logs in with; an OAuth client goes before a ready token."""

    client_id: str = ""
    client_secret: str = ""
    access_token: str = ""


class GatewayBackend:
    """One HTTP session. Logs in when it is made, as the real provider does; may raise ApiError."""

    def __init__(self, api_url: str, login_url: str, credentials: Credentials) -> None:
        self._api_url = api_url
        self._session = requests.Session()
        # A proxy or a .netrc of the developer's must not get between a test and its local server.
        self._session.trust_env = False
        token = credentials.access_token
        if credentials.client_id:
            answer = self._call(
                "POST",
                _TOKEN,
                base_url=login_url,
                auth=(credentials.client_id, credentials.client_secret),
                data={"grant_type": "client_credentials"},
            )
            token = answer.get("access_token", "")
        self._session.headers["Authorization"] = f"Bearer {token}"

    def create(self, kind: str, body: Body) -> Body:
        return self._call("POST", _COLLECTIONS[kind], json=body)

    def read(self, kind: str, identifier: str, known: Body) -> Body | None:
        try:
            return self._call("GET", f"{_COLLECTIONS[kind]}/{identifier}")
        except ApiError as error:
            if error.status == requests.codes.not_found:
                return None
            raise

    def update(self, kind: str, identifier: str, body: Body) -> Body:
        return self._call("PUT", f"{_COLLECTIONS[kind]}/{identifier}", json=body)

    def delete(self, kind: str, identifier: str) -> None:
        try:
            self._call("DELETE", f"{_COLLECTIONS[kind]}/{identifier}")
        except ApiError as error:
            if error.status != requests.codes.not_found:
                raise

    def role_id(self, name: str) -> str | None:
        # The API's filter is not an exact match: it also finds names that contain this one.
        found = self._call("GET", _COLLECTIONS[AUTH_ROLE], params={"name": name})
        return next(
            (role["id"] for role in found.get("entities", []) if role["name"] == name), None
        )

    def home_division(self) -> Body:
        return self._call("GET", _HOME_DIVISION)

    def _call(self, method: str, path: str, *, base_url: str = "", **request: Any) -> Body:
        try:
            response = self._session.request(
                method, (base_url or self._api_url) + path, timeout=_TIMEOUT_SECONDS, **request
            )
        except requests.RequestException as error:
            raise ApiError(method, path, 0, str(error), "") from error
        try:
            body = response.json() if response.content else {}
        except requests.JSONDecodeError:
            body = None
        if response.ok and isinstance(body, dict):
            return body
        known = body if isinstance(body, dict) else {}
        raise ApiError(
            method,
            path,
            response.status_code,
            known.get("message") or known.get("error_description") or response.text,
            response.headers.get("ININ-Correlation-Id") or known.get("contextId") or "",
        )
