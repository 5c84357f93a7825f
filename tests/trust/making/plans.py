"""Generates the output of `terraform show -json` for plans and states, and state files."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.trust.making.chance import (
    DIVISIONS,
    GRANT_TYPES,
    KEYS,
    LABELS,
    PERMISSIONS,
    SCOPES,
    STATES,
    Chance,
)

_CLIENT, _ROLE = "genesyscloud_oauth_client", "genesyscloud_auth_role"
_ACTIONS = (
    ["create"],
    ["no-op"],
    ["update"],
    ["delete", "create"],
    ["delete"],
    ["read"],
    ["forget"],
)
_IDS = tuple(f"role-{number}" for number in range(4))
_SECONDS = (86400, 60, -1, 0.5, 10**20, "600", None)

#: The common fields of a resource, in every form of the document.
_Head = dict[str, Any]


def plan_or_state(chance: Chance) -> bytes:
    make = chance.pick((_plan, _plan, _plan, _shown_state, _state_file))
    return json.dumps(make(chance), ensure_ascii=chance.often()).encode("utf-8", "surrogatepass")


def _plan(chance: Chance) -> dict[str, Any]:
    heads = [_head(chance) for _ in range(chance.number(1, 6))]
    changes = [_change(chance, head) for head in heads]
    deferred = [{"resource_change": _change(chance, _head(chance))} for _ in range(2)]
    return {
        "format_version": chance.odd(chance.pick(("1.2", "1.0", "1.99"))),
        "terraform_version": "1.11.4",
        "resource_changes": chance.odd(changes),
        "configuration": {"root_module": _configured(chance, heads, 0)},
        **chance.part(
            variables=lambda: {name: {"value": _json(chance)} for name in ("v0", "v1")},
            prior_state=lambda: _shown_state(chance),
            planned_values=dict,
            complete=lambda: chance.often(),
            deferred_changes=lambda: deferred[: chance.number(0, 2)],
            applyable=lambda: True,
            errored=lambda: chance.often(0.05),
        ),
    }


def _shown_state(chance: Chance) -> dict[str, Any]:
    return {"format_version": "1.0", "values": {"root_module": _shown_module(chance, "", 0)}}


def _shown_module(chance: Chance, address: str, depth: int) -> dict[str, Any]:
    resources = []
    for head in chance.several(lambda: _head(chance, address), 4):
        values = _values(chance, head["type"])
        more = chance.part(
            sensitive_values=partial(_marks, chance, values),
            tainted=lambda: chance.often(0.2),
            deposed_key=lambda: chance.pick((None, None, "0a")),
        )
        resources.append({**head, "values": chance.odd(values), **more})
    inner = chance.several(lambda: _module(chance, address), 2) if depth < 3 else []
    return {
        "resources": chance.odd(resources),
        "child_modules": [_shown_module(chance, each, depth + 1) for each in inner],
        **({"address": address} if address else {}),
    }


def _state_file(chance: Chance) -> dict[str, Any]:
    resources = []
    for head in chance.several(lambda: _head(chance), 6):
        instances = chance.several(partial(_instance, chance, head["type"]), 3)
        kept = {key: head[key] for key in ("mode", "type", "name")}
        module = {"module": head["module_address"]} if "module_address" in head else {}
        resources.append({**kept, **module, "instances": chance.odd(instances)})
    return {
        "version": chance.odd(4),
        "serial": 3,
        "lineage": "x",
        "resources": chance.odd(resources),
        **chance.part(outputs=dict, check_results=lambda: None),
    }


def _instance(chance: Chance, kind: str) -> dict[str, Any]:
    values = _values(chance, kind)
    paths = [[{"type": "get_attr", "value": name}] for name in chance.some(tuple(values), 2)]
    return {
        "attributes": chance.odd(values),
        **chance.part(
            sensitive_attributes=lambda: paths,
            index_key=lambda: chance.pick((0, 1, *KEYS)),
            status=lambda: chance.pick(("tainted", None)),
            deposed=lambda: chance.pick((None, "0a")),
        ),
    }


def _head(chance: Chance, within: str | None = None) -> _Head:
    kind = chance.pick((_CLIENT, _CLIENT, _ROLE, "genesyscloud_auth_division_home", "aws_x"))
    mode = "data" if kind.endswith("home") or chance.often(0.1) else "managed"
    name, index = chance.pick(LABELS), chance.pick((None, None, None, 0, 1, *KEYS))
    if within is None:
        within = ""
        for _ in range(chance.pick((0, 0, 0, 1, 2, 30))):
            within = _module(chance, within)
    key = "" if index is None else f"[{json.dumps(index)}]"
    parts = [within, "data" if mode == "data" else "", kind, name]
    return {
        "address": chance.odd(".".join(filter(None, parts)) + key),
        "mode": mode,
        "type": kind,
        "name": chance.odd(name),
        **({"module_address": within} if within else {}),
        **({} if index is None else {"index": index}),
    }


def _module(chance: Chance, within: str) -> str:
    key = chance.pick(("", "", "[0]", '["a"]', '["é.\\"x"]'))
    return f"{within}{'.' if within else ''}module.{chance.pick(LABELS)}{key}"


def _change(chance: Chance, head: _Head) -> dict[str, Any]:
    values = _values(chance, head["type"])
    unknown = _marks(chance, values)
    if isinstance(unknown, dict):
        # Values that are known after apply are not among the values.
        values = {key: value for key, value in values.items() if unknown.get(key) is not True}
    actions = chance.pick(_ACTIONS)
    gone = actions in (["delete"], ["forget"])
    change = {
        "actions": chance.odd(actions),
        "before": None,
        "after": None if gone else chance.odd(values),
        "after_unknown": chance.odd(unknown),
        "after_sensitive": chance.odd(_marks(chance, values)),
    }
    more = chance.part(deposed=lambda: chance.pick((None, "0a")), action_reason=lambda: "x")
    return {**head, "change": change, **more}


def _values(chance: Chance, kind: str) -> dict[str, Any]:
    if kind == _CLIENT:
        return {
            "name": chance.odd(chance.text()),
            "authorized_grant_type": chance.odd(chance.pick(GRANT_TYPES)),
            "scopes": chance.odd(chance.pick((None, chance.some(SCOPES, 6)))),
            "roles": chance.odd(chance.several(lambda: _grant(chance))),
            **chance.part(
                id=lambda: "client-1",
                client_id=lambda: "client-1",
                client_secret=lambda: "hush-hush",
                description=chance.text,
                state=lambda: chance.pick(STATES),
                access_token_validity_seconds=lambda: chance.pick(_SECONDS),
                registered_redirect_uris=lambda: ["https://example.com", chance.text()],
                expose_client_secret=lambda: chance.pick((True, "true", None)),
            ),
        }
    return {
        "id": chance.odd(chance.pick(_IDS)),
        "name": chance.odd(chance.text()),
        "permissions": chance.odd(chance.pick((None, ["admin"], ["content_management_user"]))),
        "permission_policies": chance.odd(chance.several(lambda: _policy(chance))),
        **chance.part(default_role_id=lambda: chance.pick(("", "admin", None))),
    }


def _grant(chance: Chance) -> dict[str, Any]:
    return {
        "role_id": chance.odd(chance.pick(_IDS)),
        **chance.part(division_id=lambda: chance.pick((None, "", *DIVISIONS))),
    }


def _policy(chance: Chance) -> dict[str, Any]:
    domain, entity, action = (*chance.pick(PERMISSIONS).split(":"), "*", "*")[:3]
    return {
        "domain": chance.odd(domain),
        "entity_name": chance.odd(entity),
        "action_set": chance.odd([action, *chance.some(("*", "view"), 1)]),
        "conditions": chance.odd(chance.pick(([], [], [{"conjunction": "AND", "terms": []}]))),
    }


def _marks(chance: Chance, values: Any) -> Any:
    """Return marks for the values: one for the whole, or marks in the same shape."""
    if chance.often(0.1):
        return True
    if isinstance(values, dict):
        return {key: _marks(chance, each) for key, each in values.items() if chance.often(0.3)}
    if isinstance(values, list):
        return [_marks(chance, each) for each in values]
    return chance.often(0.3)


def _configured(chance: Chance, heads: list[_Head], depth: int) -> dict[str, Any]:
    resources = []
    for head in heads:
        repeated = chance.part(
            count_expression=lambda: _expression(chance),
            for_each_expression=lambda: _expression(chance),
        )
        resources.append({
            **{key: head[key] for key in ("mode", "type", "name")},
            "expressions": chance.odd(_expressions(chance)),
            **(repeated if chance.often(0.3) else {}),
        })  # fmt: skip
    calls: dict[str, Callable[[], Any]] = {
        name: lambda: {
            "expressions": {name: _expression(chance) for name in ("v0", "v1")},
            "module": _configured(chance, heads, depth + 1),
            **chance.part(for_each_expression=lambda: _expression(chance)),
        }
        for name in LABELS[:3]
    }
    outputs = {name: {"expression": _expression(chance)} for name in ("o0", "o1")}
    return {
        "resources": chance.odd(resources),
        "module_calls": chance.odd(chance.part(**calls)) if depth < 2 else {},
        **chance.part(
            outputs=lambda: outputs,
            variables=lambda: {"v0": {}, "v1": {"default": _json(chance), "sensitive": True}},
        ),
    }


def _expressions(chance: Chance) -> dict[str, Any]:
    names = ("name", "authorized_grant_type", "scopes", "default_role_id", "state")
    blocks = chance.several(
        lambda: {"role_id": _expression(chance), "division_id": _expression(chance)}
    )
    return {
        **{name: chance.odd(_expression(chance)) for name in chance.some(names)},
        **chance.part(roles=lambda: blocks, permission_policies=lambda: [_expressions(chance)]),
    }


def _expression(chance: Chance) -> dict[str, Any]:
    references = chance.several(lambda: _reference(chance), 4, 1)
    return chance.pick(
        (
            {"references": references},
            {"references": references},
            {"constant_value": _json(chance)},
            {},
        )
    )


def _reference(chance: Chance) -> str:
    label, key = chance.pick(LABELS[:3]), chance.pick(("", "[0]", '["a"]', "[each.key]"))
    head = chance.pick((
        f"{_ROLE}.{label}{key}", f"module.{label}{key}.o{chance.number(0, 1)}",
        f"module.{label}{key}",
        "var.v0", "var.v1.a", "local.x", "each.key", "each.value", "count.index", "path.module",
        f"data.{_ROLE}.{label}", "data.genesyscloud_auth_division_home.a.id", "aws_x.y",
        chance.text(),
    ))  # fmt: skip
    return f"{head}{chance.pick(('', '.id', '.id', '.name', '[0]'))}"


def _json(chance: Chance) -> Any:
    return chance.odd(
        chance.pick(("a", "role-1", 0, True, None, ["a", "b"], {"a": "role-1", "b": {}}))
    )
