"""Read Terraform's plan as JSON (``terraform show -json PLAN``) into an `Inventory`.

`resource_changes` holds the planned objects. `configuration` tells which role a client's `roles`
entry refers to if the id is known after apply. `prior_state` holds the data sources that were read,
and the roles that ``-target`` leaves out. The format is documented at
developer.hashicorp.com/terraform/internals/json-format; the rest was observed with Terraform
1.11.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import UNSET

from toolkit.errors import SourceError
from toolkit.model.clients import CLIENT_TYPE, Client
from toolkit.model.inventory import Inventory, Note
from toolkit.model.values import Unknown
from toolkit.sources.json_shapes import (
    Plan,
    ResourceChange,
    ShownModule,
    instance_address,
    shown_resources,
)
from toolkit.sources.plan.plan_configuration import walk
from toolkit.sources.plan.plan_references import ResolveLocal
from toolkit.sources.plan.plan_resources import PlannedResources, forgets, stays
from toolkit.sources.reference_lists import module_names
from toolkit.sources.remedies import WHEN_NOT_DEFERRED
from toolkit.sources.resources import absent_client

#: A client's block: the names of the enclosing module calls, and its own name.
_Block = tuple[tuple[str, ...], str]


def read_plan(data: bytes, root: str, resolve_local: ResolveLocal | None = None) -> Inventory:
    """Return the clients and roles as they will be after apply.

    `resolve_local` returns the references of a local, which a plan lacks. Raises SourceError for a
    plan that failed (``errored``), msgspec.ValidationError for one of another shape.
    """
    plan = msgspec.json.decode(data, type=Plan)
    if plan.errored:
        raise SourceError(
            f"{root}: planning failed, so this plan does not say what will be (errored: true)",
            hint="Mend what terraform plan reported, then plan again.",
        )
    nothing = _nothing_to_judge(plan)
    if nothing is not None:
        code, why = nothing
        return Inventory(
            root, "plan", notes=(Note(code, f"{root}: {why}"),), judged=False, why_not=why
        )

    planned = PlannedResources(plan, root, resolve_local)
    clients = list(planned.clients())
    notes: list[Note] = []
    deferred = list(_deferred(plan))
    clients += deferred_clients(plan, root)
    if plan.complete is not True:
        shown = [change for change in plan.resource_changes if _is_client(change)] + deferred
        notes = _left_out(plan, root, shown)
    whole = not any(note.code == _INCOMPLETE for note in notes)
    return Inventory(
        root,
        "plan",
        tuple(clients),
        planned.roles,
        tuple(notes),
        whole=whole,
        hidden=planned.hidden,
        ending=planned.ending,
        holders=tuple(planned.holders()),
        lineage=planned.renamed,
    )


def deferred_clients(plan: Plan, root: str) -> list[Client]:
    """Return the clients that the plan defers to the next one."""
    return [
        absent_client(root, change.address, Unknown(change.address, WHEN_NOT_DEFERRED))
        for change in _deferred(plan)
    ]


def _deferred(plan: Plan) -> Iterator[ResourceChange]:
    for entry in plan.deferred_changes:
        if _is_client(entry.resource_change):
            yield entry.resource_change


_INCOMPLETE: Final = "incomplete-plan"
#: The most clients that the note on omitted clients names.
_NAMED: Final = 10


_ONLY_REFRESHES: Final = (
    "the plan only refreshes: it does not say what is configured. To judge that, plan without "
    "-refresh-only, or check the folder; to judge what there is, check the state"
)


def _nothing_to_judge(plan: Plan) -> tuple[str, str] | None:
    """Return why the plan has no planned objects: it only destroys, or it only refreshes.

    The result is a note's code and the reason.
    """
    changes = [change for change in plan.resource_changes if change.mode == "managed"]
    if changes:
        if any(stays(change) for change in changes):
            return None
        return "destroy-only", _only_destroys(changes)
    if plan.deferred_changes or plan.complete is False:
        return None
    # Any other plan has a change, at least "no-op", for every existing object and for every
    # configured one.
    before = plan.prior_state and plan.prior_state.values
    configured = any(
        resource.mode == "managed" and not repeated and not resource.repeated
        for _, module, repeated in walk(plan.configuration.root_module)
        for resource in module.resources
    )
    if configured or (before and _has_managed(before.root_module)):
        return "refresh-only", _ONLY_REFRESHES
    return None


def _only_destroys(changes: list[ResourceChange]) -> str:
    """Describe how many clients are destroyed, or continue without Terraform."""
    clients = sum(_is_client(change) and change.deposed is None for change in changes)
    verb = "destroys or forgets" if any(map(forgets, changes)) else "destroys"
    about = f" ({clients} OAuth client{'' if clients == 1 else 's'})" if clients else ""
    return f"the plan only {verb}{about}: nothing in it is left to judge"


def _has_managed(module: ShownModule) -> bool:
    return any(resource.mode == "managed" for resource in module.resources) or any(
        _has_managed(child) for child in module.child_modules
    )


def _is_client(change: ResourceChange) -> bool:
    return change.type == CLIENT_TYPE and change.mode == "managed"


def _left_out(plan: Plan, root: str, shown: list[ResourceChange]) -> list[Note]:
    """Return notes on configured or existing clients that the plan does not contain.

    The plan does not change them, so it does not judge them.
    """
    seen: set[_Block] = {(module_names(change.module_address), change.name) for change in shown}
    told = plan.complete is False
    missing: list[str] = []
    unclear: list[str] = []
    configured: set[_Block] = set()
    for names, module, repeated in walk(plan.configuration.root_module):
        for resource in module.resources:
            if resource.mode != "managed" or resource.type != CLIENT_TYPE:
                continue
            configured.add((names, resource.name))
            if (names, resource.name) in seen:
                continue
            path = ".".join(f"module.{name}" for name in names)
            address = instance_address(path, "managed", CLIENT_TYPE, resource.name, None)
            # Unless the plan says that it is incomplete, a repeated block may have no instances.
            (missing if told or not (repeated or resource.repeated) else unclear).append(address)
    if told and plan.prior_state and plan.prior_state.values:
        addresses = {change.address for change in shown}
        missing += [
            resource.address
            for module_address, resource in shown_resources(plan.prior_state.values.root_module)
            if resource.type == CLIENT_TYPE
            and resource.mode == "managed"
            and resource.address not in addresses
            and (module_names(module_address), resource.name) in configured & seen
        ]
    if missing:
        more = len(missing) - _NAMED
        listed = ", ".join(missing[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        message = f"the plan leaves clients out (-target), and does not judge them: {listed}"
    elif told:
        message = "the plan is not complete (-target): what it leaves out is not evaluated"
    elif plan.complete is UNSET and unclear:
        listed = ", ".join(unclear)
        message = f"no instance of {listed}; this plan does not say whether -target left it out"
    else:
        return []
    return [Note(_INCOMPLETE, f"{root}: {message}")]
