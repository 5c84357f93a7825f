"""The backend that talks HTTP to the server named in the provider's `gateway` block."""

from dataclasses import dataclass
from typing import Any, Final

import requests

from .backends import (
    AUTH_DIVISION,
    AUTH_ROLE,
    CREDENTIAL,
    GROUP_ROLES,
    INTEGRATION,
    OAUTH_CLIENT,
    USER_ROLES,
    ApiError,
    Body,
)

_COLLECTIONS: Final = {
    OAUTH_CLIENT: "/api/v2/oauth/clients",
    AUTH_ROLE: "/api/v2/authorization/roles",
    AUTH_DIVISION: "/api/v2/authorization/divisions",
    CREDENTIAL: "/api/v2/integrations/credentials",
    INTEGRATION: "/api/v2/integrations",
}
_SUBJECTS: Final = "/api/v2/authorization/subjects"
_SUBJECT_TYPES: Final = {USER_ROLES: "PC_USER", GROUP_ROLES: "PC_GROUP"}
_HOME_DIVISION: Final = "/api/v2/authorization/divisions/home"
_TOKEN: Final = "/oauth/token"
_TIMEOUT_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Credentials:
    """The provider's credentials; an OAuth client wins over a ready token."""

    client_id: str = ""
    client_secret: str = ""
    access_token: str = ""


class GatewayBackend:
    """One HTTP session. Logs in when it is created, as the real provider does; may
    raise ApiError.
    """

    def __init__(self, api_url: str, login_url: str, credentials: Credentials) -> None:
        self._api_url = api_url
        self._session = requests.Session()
        # The developer's proxy or .netrc must not affect a test.
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
        if kind in _SUBJECT_TYPES:
            return self._grant(kind, body["id"], body)
        if kind == AUTH_ROLE and body["defaultRoleId"]:
            # A built-in role exists already: the provider adopts it.
            query = {"defaultRoleId": body["defaultRoleId"], "pageSize": "1", "pageNumber": "1"}
            found = self._call("GET", _COLLECTIONS[kind], params=query).get("entities", [])
            if found:
                return self.update(kind, found[0]["id"], body)
        return self._call("POST", _COLLECTIONS[kind], json=body)

    def read(self, kind: str, identifier: str, known: Body) -> Body | None:
        try:
            if kind in _SUBJECT_TYPES:
                self._call("GET", f"{_SUBJECTS}/{identifier}")
                return {**known, "id": identifier}
            return self._call("GET", f"{_COLLECTIONS[kind]}/{identifier}")
        except ApiError as error:
            if error.status == requests.codes.not_found:
                return None
            raise

    def update(self, kind: str, identifier: str, body: Body) -> Body:
        if kind in _SUBJECT_TYPES:
            return self._grant(kind, identifier, body)
        return self._call("PUT", f"{_COLLECTIONS[kind]}/{identifier}", json=body)

    def delete(self, kind: str, identifier: str) -> None:
        if kind in _SUBJECT_TYPES:
            return
        try:
            self._call("DELETE", f"{_COLLECTIONS[kind]}/{identifier}")
        except ApiError as error:
            if error.status != requests.codes.not_found:
                raise

    def find(self, kind: str, name: str) -> str | None:
        # The API's filter is not an exact match: it also finds names that contain this one.
        query = {"name": name} if kind == AUTH_ROLE else {}
        found = self._call("GET", _COLLECTIONS[kind], params=query).get("entities", [])
        return next((each["id"] for each in found if each["name"] == name), None)

    def _grant(self, kind: str, identifier: str, body: Body) -> Body:
        """Add roles; those that others granted stay."""
        grants = [
            {"roleId": role["role_id"], "divisionId": division}
            for role in body["roles"]
            for division in role["division_ids"] or [self.home_division()["id"]]
        ]
        path = f"{_SUBJECTS}/{identifier}/bulkadd"
        self._call(
            "POST", path, params={"subjectType": _SUBJECT_TYPES[kind]}, json={"grants": grants}
        )
        return {**body, "id": identifier}

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
