"""Generates contracts: OpenAPI documents, most of them fit for a probe."""

from __future__ import annotations

from typing import Any

from tests.trust.making.chance import PERMISSIONS, SCOPES, Chance
from tests.trust.making.policies import written

_OAUTH, _KEY = "PureCloudOAuth", "ApiKey"
_SCHEMAS = ("Start", "Session", "Text", "Loop")
_STEPS = ("start", "read", "list", "pause")
_PATTERNS = ("^https?://", "é", "a{1,3}$", "(?i)x")
_EXAMPLE = {"code": "bad.request", "message": "The session is not in a state.", "status": 400}


def contract(chance: Chance) -> bytes:
    steps = ["start", "read", *chance.some(_STEPS, 2)]
    paths: dict[str, Any] = {}
    for number, step in enumerate(steps):
        path = (
            "/api/v2/things"
            if step == "list"
            else f"/api/v2/things/{{{_parameter(chance)}}}/{step}"
        )
        method = "post" if step in ("start", "pause") else "get"
        paths.setdefault(path, {})[method] = chance.odd(_operation(chance, step, number))
    document = {
        "openapi": chance.odd(chance.pick(("3.1.0", "3.1.1"))),
        "info": {"title": chance.odd(chance.text() or "t"), "version": chance.odd("1")},
        "paths": chance.odd(paths),
        "components": {
            "schemas": {name: chance.odd(_schema(chance, 0)) for name in _SCHEMAS},
            "securitySchemes": {
                _OAUTH: {"type": chance.odd("oauth2")},
                _KEY: {"type": "apiKey"},
            },
            "responses": {"Refused": _response(chance)},
        },
        **chance.part(
            security=lambda: _security(chance),
            **{"x-session-states": lambda: {
                key: chance.some(("active", "recording", "completed", "é"))
                for key in ("startable", "recording", "ended")
            }},
        ),
    }  # fmt: skip
    return written(chance, document)


def _parameter(chance: Chance) -> str:
    return chance.pick(("sessionId", "conversationId", "participantId", "sessionId", "x"))


def _operation(chance: Chance, step: str, number: int) -> dict[str, Any]:
    body: dict[str, Any] = {"content": {"application/json": _media(chance)}, "required": True}
    return {
        "operationId": chance.odd(f"{step}{number}"),
        "x-recording-step": chance.odd(step),
        **({"requestBody": chance.odd(body)} if step in ("start", "pause") else {}),
        **chance.part(
            summary=chance.text,
            security=lambda: _security(chance),
            responses=lambda: {
                "202": _response(chance),
                "400": {"$ref": "#/components/responses/Refused"},
                chance.pick(("403", "4XX", "default", "1" * 30)): _response(chance),
            },
            **{
                "x-user-context": lambda: chance.pick(("required", "suspected", "no")),
                "x-inin-requires-permissions": lambda: {
                    "type": chance.odd(chance.pick(("ANY", "ALL", "NONE", "BACKEND"))),
                    "permissions": chance.odd(chance.some(PERMISSIONS)),
                },
            },
        ),
    }


def _security(chance: Chance) -> list[dict[str, list[str]]]:
    def alternative() -> dict[str, list[str]]:
        found = {_OAUTH: chance.odd(chance.some(SCOPES))} if chance.often(0.8) else {}
        return found | ({_KEY: []} if chance.often(0.2) else {})

    return chance.several(alternative, 5)


def _media(chance: Chance) -> dict[str, Any]:
    example = {"recordingType": "call", "mediaTypes": ["audio"], "sessionUri": "x"}
    return {
        "schema": chance.odd(_schema(chance, 0)),
        **chance.part(
            example=lambda: chance.odd(example),
            examples=lambda: {
                name: {"value": chance.odd(example)} for name in chance.some(("start", "stop"), 2)
            },
        ),
    }


def _response(chance: Chance) -> dict[str, Any]:
    media = {"example": chance.odd(dict(_EXAMPLE))}
    return {"description": "x", "content": {"application/json": chance.odd(media)}}


def _schema(chance: Chance, depth: int) -> Any:
    if depth > 1 or chance.often(0.3):
        return chance.pick((
            {"type": "string"}, True, {}, {"$ref": "#/components/schemas/Text"},
            {"enum": ["call", 1]},
            {"$ref": f"#/components/schemas/{chance.pick(_SCHEMAS)}"} if chance.often(0.02) else {},
        ))  # fmt: skip
    inner = {name: _schema(chance, depth + 1) for name in chance.some(("mediaTypes", "sessionUri"))}
    return {
        "type": chance.odd(chance.pick(("object", ["object", "null"], "array", "string"))),
        **chance.part(
            properties=lambda: inner,
            required=lambda: list(dict.fromkeys(chance.some(("recordingType", "mediaTypes", "é")))),
            items=lambda: _schema(chance, depth + 1),
            pattern=lambda: chance.pick(_PATTERNS),
            minItems=lambda: chance.pick((0, 1, 2)),
            maxLength=lambda: 3,
            const=lambda: "call",
            examples=lambda: chance.pick(([], ["x"], [None])),
            additionalProperties=lambda: chance.pick((True, False, {})),
            allOf=lambda: [_schema(chance, depth + 1)],
            oneOf=lambda: [_schema(chance, depth + 1), True],
            format=lambda: "uri",
        ),
    }
