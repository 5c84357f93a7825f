"""Authenticates and authorises callers: tokens, scopes, permissions."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from toolkit.contracts.contract import (
    Operation,
    PermissionMode,
    Permissions,
    Step,
    UserContext,
)
from toolkit.mock.answers import Refusal, rate_limited
from toolkit.mock.world import ALL_DIVISIONS, AccessToken, World
from toolkit.model.permissions import permission_covers, scope_covers

#: Operations with which a caller reads itself; see `Enforcement.self_reading`.
_SELF_READING = frozenset({"getTokensMe", "deleteTokensMe", "getAuthorizationSubjectsMe"})
#: Seconds that the mock's own rate limit tells a caller to wait.
_RETRY_AFTER = 1


class Caller(Struct, frozen=True):
    """The bearer of an accepted token."""

    text: str
    token: AccessToken

    @property
    def subject(self) -> str:
        """Return the id of the user whose grants count, or of the client itself."""
        return self.token.user or self.token.client


def authenticate(world: World, operation: Operation, authorization: str | None) -> Caller:
    """Return the caller, or raise the 401 (or 429) that it gets."""
    scheme, _, text = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise Refusal(401, "authentication.required", "No bearer token was given.")
    token = world.tokens.get(text.strip())
    if token is None or token.client not in world.clients:
        raise Refusal(401)
    if token.expires_at <= world.clock():
        raise Refusal(401, "credentials.expired", "The token has expired.")
    # The platform does not publish what a token of an inactive client may still do. Here it can
    # read whose token it is, and nothing else.
    inactive = world.clients[token.client]["state"] != "active"
    if inactive and operation.id != "getTokensMe":
        raise Refusal(401)
    if not world.admits_request(text):
        raise rate_limited(_RETRY_AFTER)
    return Caller(text.strip(), token)


def authorize(world: World, operation: Operation, caller: Caller) -> None:
    """Refuse a caller that lacks a user, a scope or a permission; in that order."""
    enforcement = world.scenario.enforcement
    user_context = operation.user_context is UserContext.REQUIRED or (
        enforcement.user_context and operation.user_context is UserContext.SUSPECTED
    )
    if user_context and not caller.token.user:
        raise named_refusal(operation, "not-a-user", 400, "not.a.user")
    if operation.id in _SELF_READING and enforcement.self_reading == "open":
        return
    if not _has_scopes(world, operation, caller):
        _refuse_scope(world, operation)
    require_permissions(world, operation, caller)


def require_permissions(
    world: World, operation: Operation, caller: Caller, division: str | None = None
) -> None:
    """Refuse a caller whose roles do not permit the operation (in that division)."""
    needed = operation.permissions
    if needed is None or needed.mode in (PermissionMode.NONE, PermissionMode.BACKEND):
        return
    if not _permitted(world, needed, caller, division):
        every = needed.mode is PermissionMode.ALL
        code = "missing.permissions" if every else "missing.any.permissions"
        names = f"[{', '.join(needed.names)}]"
        count = "all of these permissions are" if every else "one of these permissions is"
        raise Refusal(
            403, code, f"Not allowed; {count} needed: {names}", params={"permissions": names}
        )


def named_refusal(operation: Operation, name: str, status: int, code: str = "") -> Refusal:
    """Return the contract's refusal of that name, else one with the given status and code."""
    case = operation.error(name)
    return Refusal(case.status, case.code, case.message) if case else Refusal(status, code)


def misleading_refusal(operation: Operation) -> Refusal:
    """Return the answer that blames the session, whatever is wrong."""
    return named_refusal(operation, "session-not-startable", 400)


def _has_scopes(world: World, operation: Operation, caller: Caller) -> bool:
    # Scopes don't apply to a CLIENT-CREDENTIALS client.
    if operation.scopes is None or not caller.token.user:
        return True
    held = caller.token.scopes
    return any(
        all(any(scope_covers(have, need) for have in held) for need in alternative)
        for alternative in operation.scopes
    )


def _refuse_scope(world: World, operation: Operation) -> None:
    match world.scenario.enforcement.missing_scope:
        case "forbidden":
            raise Refusal(403)
        case "misleading":
            # Only a start has a session to blame.
            raise misleading_refusal(operation) if operation.step is Step.START else Refusal(403)
        case "off":
            return


def _permitted(world: World, needed: Permissions, caller: Caller, division: str | None) -> bool:
    """Whether the needed permissions are held, together, in one division.

    With a `division`, only that one and "all divisions" count; without, any division counts.
    """
    held: dict[str, list[str]] = {}
    for role, where in world.grants_of(caller.token):
        held.setdefault(where, []).extend(patterns_of(world, role))
    everywhere = held.pop(ALL_DIVISIONS, [])
    choices = [held.get(division, [])] if division else [*held.values(), []]
    combine = all if needed.mode is PermissionMode.ALL else any
    return any(
        combine(
            any(permission_covers(pattern, name) for pattern in [*everywhere, *choice])
            for name in needed.names
        )
        for choice in choices
    )


def patterns_of(world: World, role: str) -> Iterator[str]:
    """Yield what a role grants, without policies with a condition: the mock evaluates none."""
    body = world.roles.get(role)
    if body is None:
        return
    yield from body["permissions"]
    for policy in body["permissionPolicies"]:
        if not policy.get("resourceConditionNode"):
            for action in policy.get("actionSet") or []:
                yield f"{policy['domain']}:{policy.get('entityName') or '*'}:{action}"
