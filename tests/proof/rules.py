"""Random rules, in the oracle's form and in a policy's form."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from .oracle import ACTIONS, CREDENTIALS, DOMAINS, ENTITIES, Rule

SCOPES: Final = (
    *("recordings", "recordings:readonly", "users", "users:readonly", "conversations"),
    *("recording:session:write", "recordingSession", "authorization", "authorization:readonly"),
)
DIVISIONS: Final = ("d-north", "d-south")
USER_GRANTS: Final = ("CODE", "TOKEN", "SAML2-BEARER", "PASSWORD")
CLIENT_TYPE: Final = "genesyscloud_oauth_client"

_GLOBS: Final = ("*", "users*", "*:readonly", "recording:*", "authorization*", "rec*s", *SCOPES)


def draw_permission(rng: random.Random, stars: float = 0.0) -> str:
    return ":".join(
        "*" if rng.random() < stars else rng.choice(names) for names in (DOMAINS, ENTITIES, ACTIONS)
    )


def _some(rng: random.Random, draw_one: Callable[[], str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(draw_one() for _ in range(rng.randrange(most + 1))))


def draw_rules(rng: random.Random) -> list[Rule]:
    """Return two rules of each kind, the operation, and three more."""
    kinds = [*("require", "forbid", "settings") * 2]
    kinds += rng.choices(["require", "forbid", "settings"], k=3)
    rules = [_draw_rule(rng, f"R{number}", kind) for number, kind in enumerate(kinds)]
    # DESIGN, section 6, lists what the start call needs.
    rules.append(
        Rule(
            "START",
            "require",
            scopes=("recording:session:write", "recordingSession"),
            permissions=("recording:session:write",),
            operation="startRecordingSession",
        )
    )
    return rules


def _draw_rule(rng: random.Random, name: str, kind: str) -> Rule:
    about: dict[str, Any] = {}
    if rng.random() < 0.15:
        about["names"] = (rng.choice(["*a*", "client-1*", "*7", "*"]),)
    if rng.random() < 0.1:
        about["addresses"] = (rng.choice(["module.*", f"{CLIENT_TYPE}.*", '*["k1"]*', "*"]),)
    if rng.random() < 0.15:
        about["grant_types"] = tuple(rng.sample([*USER_GRANTS, CREDENTIALS], 2))
    if kind == "settings":
        drawn = {_draw_setting(rng) for _ in range(rng.choice([1, 1, 2]))}
        return Rule(name, kind, **about, settings=tuple(sorted(drawn, key=str)))
    if kind == "forbid":
        scopes = _some(rng, lambda: rng.choice(_GLOBS), 3)
        permissions = _some(rng, lambda: draw_permission(rng, 0.35), 3)
        if rng.random() < 0.1:
            permissions = (*permissions, "admin")
        if not scopes and not permissions:
            permissions = (draw_permission(rng, 0.35),)
        return Rule(name, kind, **about, scopes=scopes, permissions=permissions)
    scopes = _some(rng, lambda: rng.choice(SCOPES), 2)
    any_scope = _some(rng, lambda: rng.choice(SCOPES), 2)
    permissions = _some(rng, lambda: draw_permission(rng), 2)
    any_permission = _some(rng, lambda: draw_permission(rng), 2)
    division = rng.choice(["any", "any", "home", "all", *DIVISIONS])
    if division == "home" and permissions:
        # Two groups are judged separately: that they need two different home divisions is not
        # detected (DESIGN, 4).
        any_permission = ()
    if not (scopes or any_scope or permissions or any_permission):
        permissions = (draw_permission(rng),)
    return Rule(
        name,
        kind,
        **about,
        scopes=scopes,
        any_scope=any_scope,
        permissions=permissions,
        any_permission=any_permission,
        division=division,
    )


def _draw_setting(rng: random.Random) -> tuple[str, str, object]:
    return rng.choice(
        (
            ("access_token_validity_seconds", "at_most", rng.choice([600, 86400])),
            ("access_token_validity_seconds", "at_least", rng.choice([600, 86400])),
            ("state", "equals", rng.choice(["active", "inactive"])),
            ("state", "one_of", ("active", "inactive")),
            ("description", "matches", rng.choice(["^Team", "a"])),
            ("description", "equals", None),
            ("registered_redirect_uris", "each_matches", "^https://"),
            ("expose_client_secret", "equals", False),
        )
    )


def rule_document(rule: Rule) -> dict[str, Any]:
    selector = {
        "name": list(rule.names),
        "address": list(rule.addresses),
        "grant_type": list(rule.grant_types),
    }
    document: dict[str, Any] = {"id": rule.id, "title": f"Drawn {rule.kind}", "must_match": False}
    if any(selector.values()):
        document["clients"] = {key: value for key, value in selector.items() if value}
    if rule.operation is not None:
        document["require"] = {"operations": [rule.operation]}
    elif rule.kind == "require":
        permissions: dict[str, Any] = {
            "all_of": list(rule.permissions),
            "any_of": list(rule.any_permission),
            "division": rule.division,
        }
        document["require"] = {
            "scopes": {"all_of": list(rule.scopes), "any_of": list(rule.any_scope)},
            "permissions": permissions,
        }
    elif rule.kind == "forbid":
        document["forbid"] = {
            "scopes": list(rule.scopes),
            "permissions": list(rule.permissions),
        }
    else:
        settings: dict[str, dict[str, Any]] = {}
        for name, operator, bound in rule.settings:
            value = list(bound) if isinstance(bound, tuple) else bound
            settings.setdefault(name, {})[operator] = value
        document["settings"] = settings
    return document
