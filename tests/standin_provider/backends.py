"""The storage of the provider's resources: the interface, and the backend without a server.

A backend handles the JSON bodies of the Genesys Cloud API; `resources` translates Terraform's state
into them and back. The other backend, over HTTP, is in `gateway`.
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any, Final, Protocol

Body = dict[str, Any]

OAUTH_CLIENT: Final = "genesyscloud_oauth_client"
AUTH_ROLE: Final = "genesyscloud_auth_role"
AUTH_DIVISION: Final = "genesyscloud_auth_division"
DIVISION_HOME: Final = "genesyscloud_auth_division_home"
CREDENTIAL: Final = "genesyscloud_integration_credential"
INTEGRATION: Final = "genesyscloud_integration"
USER_ROLES: Final = "genesyscloud_user_roles"
GROUP_ROLES: Final = "genesyscloud_group_roles"

# Any fixed value is fine, if it is the same in every run.
_NAMESPACE: Final = uuid.UUID("5f0c6f43-3f6b-5d0e-9a51-6d2a7c1f9b60")


@dataclass
class ApiError(Exception):
    """A call that the API refused or that never got an answer (then the status is 0)."""

    method: str
    path: str
    status: int
    message: str
    correlation_id: str

    def detail(self, resource_type: str) -> str:
        """Return the JSON that the real provider puts into a diagnostic's detail."""
        return json.dumps(
            {
                "resourceType": resource_type,
                "method": self.method,
                "path": self.path,
                "statusCode": self.status,
                "errorMessage": self.message,
                "correlationId": self.correlation_id,
            }
        )


class Backend(Protocol):
    """Every method may raise ApiError; `kind` is a Terraform resource type."""

    def create(self, kind: str, body: Body) -> Body:
        """Store the body; return it with its new `id` (and `secret`, for a client)."""

    def read(self, kind: str, identifier: str, known: Body) -> Body | None:
        """Return the stored body, or None if it is gone; `known` is the body in
        Terraform's state.
        """

    def update(self, kind: str, identifier: str, body: Body) -> Body: ...

    def delete(self, kind: str, identifier: str) -> None:
        """Delete it; one that is gone already is not an error."""

    def find(self, kind: str, name: str) -> str | None:
        """Return the id of the role or client with exactly this name."""

    def home_division(self) -> Body:
        """Return the home division's `id` and `name`."""


def offline_id(kind: str, name: str) -> str:
    """Return the id that the offline backend gives to a resource or data source of that name."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


class OfflineBackend:
    """Answers everything from the request alone; Terraform's state is the only store."""

    def create(self, kind: str, body: Body) -> Body:
        answer = {**body, "id": body.get("id") or offline_id(kind, body["name"])}
        if kind == OAUTH_CLIENT:
            answer["secret"] = offline_id("secret", body["name"])
        return answer

    def read(self, kind: str, identifier: str, known: Body) -> Body | None:
        # An import has only the id, and there is no store in which to find it.
        return {**known, "id": identifier} if known.get("name") or known.get("id") else None

    def update(self, kind: str, identifier: str, body: Body) -> Body:
        return {**body, "id": identifier}

    def delete(self, kind: str, identifier: str) -> None:
        return None

    def find(self, kind: str, name: str) -> str | None:
        return offline_id(kind, name)

    def home_division(self) -> Body:
        return {"id": offline_id(DIVISION_HOME, "Home"), "name": "Home"}
