"""JSON output of catalog entries."""

from __future__ import annotations

import json
from typing import Any

from toolkit.model.catalog_entries import Call, CatalogEntry, Matches


def entry_json(entry: CatalogEntry) -> str:
    document = {
        "kind": entry.kind,
        "name": entry.name,
        "description": entry.description,
        "contract": entry.contract,
        "catalog_date": entry.date,
        "risks": [
            {"class": each.name, "title": each.title, "why": each.why} for each in entry.risks
        ],
        "operations": [_call(call) for call in entry.calls],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def matches_json(matches: Matches) -> str:
    document = {
        "words": matches.words,
        "catalog_date": matches.date,
        "operations": [_call(call) for call in matches.calls],
        "scopes": matches.scopes,
        "permissions": matches.permissions,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _call(call: Call) -> dict[str, Any]:
    """Return the call as JSON.

    `scopes` are alternatives that each need all their scopes; null is unknown.
    """
    return {
        "operation_id": call.id,
        "method": call.method,
        "path": call.path,
        "summary": call.summary,
        "scopes": call.scopes,
        "permissions": None
        if call.mode is None
        else {"mode": call.mode, "names": call.permissions},
        "user_context": call.user_context,
        "contract": call.contract,
    }
