"""Which calls the provider makes for a resource in each phase, as far as known.

Observed in runs of the real provider (1.81.0) and read from its source (1.84.1). A type that is not
listed makes some of its documented calls, but it is unknown which: a change of it needs them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from toolkit.model.clients import CLIENT_TYPE, DIVISION_TYPE, ROLE_TYPE
from toolkit.model.operator_needs import Phase, TerraformObject
from toolkit.provider.calls import documented

#: Every run makes these calls before any other.
START: Final = ("GET /api/v2/organizations/me", "GET /api/v2/authorization/products")

_CREDENTIAL: Final = "integration_credential_name"
_DEFAULT_ROLE: Final = "default_role_id"
_CLIENT: Final = "/api/v2/oauth/clients/{clientId}"
_ROLE: Final = "/api/v2/authorization/roles/{roleId}"
_DIVISION: Final = "/api/v2/authorization/divisions/{divisionId}"
_KEPT: Final = "/api/v2/integrations/credentials/{credentialId}"
_SUBJECT: Final = "/api/v2/authorization/subjects/{subjectId}"


class Step(Struct, frozen=True):
    """A call, made only if the attribute `given` is set and `absent` is not. It is not `certain` if
    it depends on what the org has.
    """

    call: str
    given: str = ""
    absent: str = ""
    certain: bool = True

    def is_made_for(self, thing: TerraformObject) -> bool:
        """Whether the call is made for an object with these attributes."""
        if self.given and self.given not in thing.given:
            return False
        return not (self.absent and self.absent in thing.given)


def _steps(*calls: str) -> tuple[Step, ...]:
    return tuple(Step(call) for call in calls)


_PERMISSIONS: Final = Step("GET /api/v2/authorization/permissions")
_HOME: Final = Step("GET /api/v2/authorization/divisions/home")
_ROLES_OF_USER: Final = (
    *_steps(f"GET {_SUBJECT}"),
    _HOME,
    Step(f"POST {_SUBJECT}/bulkadd", certain=False),
    Step(f"DELETE {_SUBJECT}/divisions/{{divisionId}}/roles/{{roleId}}", certain=False),
)
_ROLES_READ: Final = (*_steps(f"GET {_SUBJECT}"), _HOME)

STEPS: Final[Mapping[str, Mapping[Phase, tuple[Step, ...]]]] = {
    CLIENT_TYPE: {
        Phase.READ: _steps(f"GET {_CLIENT}"),
        Phase.CREATE: (
            _HOME,
            *_steps("GET /api/v2/tokens/me", "POST /api/v2/oauth/clients", f"GET {_CLIENT}"),
            Step("POST /api/v2/integrations/credentials", given=_CREDENTIAL),
        ),
        Phase.UPDATE: (
            _HOME,
            *_steps(f"PUT {_CLIENT}", f"GET {_CLIENT}"),
            Step(f"GET {_KEPT}", given=_CREDENTIAL),
            Step(f"PUT {_KEPT}", given=_CREDENTIAL),
            Step(f"DELETE {_KEPT}", given=_CREDENTIAL, certain=False),
        ),
        # The provider deactivates the client first.
        Phase.DELETE: (
            *_steps(f"PUT {_CLIENT}", f"GET {_CLIENT}", f"DELETE {_CLIENT}"),
            Step(f"GET {_KEPT}", given=_CREDENTIAL),
            Step(f"DELETE {_KEPT}", given=_CREDENTIAL),
        ),
    },
    ROLE_TYPE: {
        Phase.READ: _steps(f"GET {_ROLE}"),
        Phase.CREATE: (
            _PERMISSIONS,
            Step("POST /api/v2/authorization/roles", absent=_DEFAULT_ROLE),
            # For a role that adopts a built-in one, the provider finds and changes that role.
            Step("GET /api/v2/authorization/roles", given=_DEFAULT_ROLE),
            Step(f"PUT {_ROLE}", given=_DEFAULT_ROLE),
            Step(f"GET {_ROLE}"),
        ),
        Phase.UPDATE: (_PERMISSIONS, *_steps(f"PUT {_ROLE}", f"GET {_ROLE}")),
        Phase.DELETE: (
            Step(f"DELETE {_ROLE}", absent=_DEFAULT_ROLE),
            Step(f"GET {_ROLE}", absent=_DEFAULT_ROLE),
            Step("PUT /api/v2/authorization/roles/default", given=_DEFAULT_ROLE),
        ),
    },
    DIVISION_TYPE: {
        Phase.READ: _steps(f"GET {_DIVISION}"),
        Phase.CREATE: _steps("POST /api/v2/authorization/divisions", f"GET {_DIVISION}"),
        Phase.UPDATE: _steps(f"PUT {_DIVISION}", f"GET {_DIVISION}"),
        Phase.DELETE: _steps(f"DELETE {_DIVISION}", f"GET {_DIVISION}"),
    },
    "genesyscloud_integration_credential": {
        Phase.READ: _steps(f"GET {_KEPT}"),
        Phase.CREATE: _steps("POST /api/v2/integrations/credentials", f"GET {_KEPT}"),
        Phase.UPDATE: _steps(f"PUT {_KEPT}", f"GET {_KEPT}"),
        Phase.DELETE: _steps(f"DELETE {_KEPT}", f"GET {_KEPT}"),
    },
    # Destroying these resources makes no call.
    "genesyscloud_user_roles": {
        Phase.READ: _ROLES_READ,
        Phase.CREATE: _ROLES_OF_USER,
        Phase.UPDATE: _ROLES_OF_USER,
        Phase.DELETE: (),
    },
}
_DATA: Final[Mapping[str, tuple[Step, ...]]] = {
    ROLE_TYPE: _steps("GET /api/v2/authorization/roles"),
    CLIENT_TYPE: _steps("GET /api/v2/oauth/clients"),
}
#: The ends of paths that only look something up, whatever the method.
_LOOKS_UP: Final = ("/search", "/query")


def calls_for(thing: TerraformObject) -> Iterator[tuple[Phase, Step]] | None:
    """Yield the calls for an object by phase; returns None for a type without documentation."""
    known = documented(thing.kind, is_data=thing.is_data)
    if known is None and thing.kind not in (_DATA if thing.is_data else STEPS):
        return None
    calls = known.calls if known is not None else ()
    return _calls_for(thing, calls)


def _calls_for(thing: TerraformObject, calls: tuple[str, ...]) -> Iterator[tuple[Phase, Step]]:
    for phase in thing.phases:
        steps: tuple[Step, ...]
        if thing.is_data:
            steps = _DATA.get(thing.kind) or tuple(Step(call, certain=False) for call in calls)
        elif thing.kind in STEPS:
            steps = STEPS[thing.kind][phase]
        else:
            looking = phase is Phase.READ
            steps = tuple(
                Step(call, certain=False) for call in calls if not looking or _looks_up(call)
            )
        for step in steps:
            if step.is_made_for(thing):
                yield phase, step


def _looks_up(call: str) -> bool:
    method, _, path = call.partition(" ")
    return method == "GET" or path.endswith(_LOOKS_UP)
