"""Finds scenarios, reads them, and merges several into one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from toolkit.documents import Document, convert, read_file
from toolkit.documents.wording import quoted, suggestion
from toolkit.errors import UsageError
from toolkit.mock.scenario import Grant, Scenario

_FOLDER = Path(__file__).parent / "scenarios"
#: Keys that describe a scenario rather than its org; they are not inherited.
_ABOUT = ("description", "extends", "causes", "grants")
_NOTHING_WRONG = "none"


class ScenarioInfo(Struct, frozen=True):
    """A shipped scenario as a list shows it."""

    name: str
    description: str
    causes: tuple[str, ...]
    grants: tuple[str, ...]


def list_scenarios() -> tuple[ScenarioInfo, ...]:
    """Return every shipped scenario, by name; `ready` is the first."""
    names = sorted(_shipped(), key=lambda name: (name != "ready", name))
    return tuple(
        ScenarioInfo(name, found.description, found.causes, found.grants)
        for name in names
        for found in [load_scenario(name)]
    )


def load_scenario(*names_or_paths: str) -> Scenario:
    """Return the scenario of that name or in that file; several are merged, in order.

    Things with an ``id`` are merged by it, faults are concatenated, other lists and values are
    replaced. When several are merged, each scenario that they extend comes first and once; the
    causes are concatenated, and the kinds of grant are those that all have. Raises UsageError for a
    name that does not exist, DocumentError for a file that is not a scenario.
    """
    layers: dict[Path, _Layer] = {}
    tops = [_stack(_locate(name, Path()), layers, ()) for name in names_or_paths]
    merged: dict[str, Any] = {}
    for layer in layers.values():
        merged = _merge(merged, {k: v for k, v in layer.document.value.items() if k not in _ABOUT})
    abouts = [top.scenario for top in tops]
    causes = list(dict.fromkeys(cause for about in abouts for cause in about.causes))
    if len(causes) > 1 and _NOTHING_WRONG in causes:
        causes.remove(_NOTHING_WRONG)
    grants = [
        kind
        for kind in Scenario(description="-").grants
        if all(kind in about.grants for about in abouts)
    ]
    merged |= {
        "description": " ".join(about.description for about in abouts),
        "causes": causes,
        "grants": grants,
    }
    scenario = msgspec.convert(merged, Scenario)
    _check_references(scenario, tops[-1].document)
    return scenario


class _Layer(Struct, frozen=True):
    document: Document
    scenario: Scenario


def _shipped() -> dict[str, Path]:
    return {path.stem: path for path in _FOLDER.glob("*.yaml")}


def _locate(name: str, beside: Path) -> Path:
    shipped = _shipped()
    if name in shipped:
        return shipped[name]
    path = Path(name)
    if path.suffix in (".yaml", ".yml", ".json") or path.name != name:
        return beside / path
    raise UsageError(
        f"there is no scenario {quoted(name)}{suggestion(name, shipped)}",
        hint="`recording-toolkit mock --list` shows them; others are given by path.",
    )


def _stack(path: Path, layers: dict[Path, _Layer], above: tuple[Path, ...]) -> _Layer:
    """Add the file to `layers`, after the scenarios that it extends."""
    key = path.resolve()
    if key in layers:
        return layers[key]
    document = read_file(path, str(above[-1]) if above else "")
    # Validate each file alone, so that an error names its own line.
    layer = _Layer(document, convert(document, Scenario))
    if key in above:
        raise document.error("the scenario extends itself", ("extends",))
    if layer.scenario.extends:
        _stack(_locate(layer.scenario.extends, path.parent), layers, (*above, key))
    layers[key] = layer
    return layer


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if key == "faults" and isinstance(below, list):
            merged[key] = below + value
        elif key != "payload" and isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _merge(below, value)
        elif isinstance(below, list) and _have_ids(below) and _have_ids(value):
            by_id = {item["id"]: item for item in below}
            for item in value:
                by_id[item["id"]] = _merge(by_id.get(item["id"], {}), item)
            merged[key] = list(by_id.values())
        else:
            merged[key] = value
    return merged


def _have_ids(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and "id" in item for item in value)
    )


def _check_references(scenario: Scenario, document: Document) -> None:
    """Check that every role, client and division that the scenario names is in it."""
    for kind, named, name in _references(scenario):
        if name not in named:
            raise document.error(
                f"the scenario has no {kind} {quoted(name)}{suggestion(name, named)}"
            )


def _references(scenario: Scenario) -> Iterator[tuple[str, set[str], str]]:
    roles = {role.id for role in scenario.roles}
    clients = {client.id for client in scenario.clients}
    users = {user.id for user in scenario.users}
    divisions = {"home", "*", scenario.home_division.id, *(item.id for item in scenario.divisions)}
    held: list[Grant] = [grant for client in scenario.clients for grant in client.grants]
    held += [grant for user in scenario.users for grant in user.grants]
    for grant in held:
        yield "role", roles, grant.role
        yield "division", divisions, grant.division
    for token in scenario.tokens:
        yield "client", clients, token.client
        if token.user:
            yield "user", users, token.user
    for session in scenario.sessions:
        yield "division", divisions, session.division
    for conversation in scenario.conversations:
        yield "division", divisions, conversation.division
