"""The inventory of the sources: the answer to "why does the check say that?"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from toolkit import __version__
from toolkit.checks.registry import CHECK_IDS
from toolkit.judging.known_roles import resolve_roles
from toolkit.model.hiding import without_sensitive
from toolkit.model.inventory_report import InventoryReport
from toolkit.policy.loader import load_policies
from toolkit.workflows.check_request import CheckRequest, request_of
from toolkit.workflows.parameters import PathName, each_path
from toolkit.workflows.run_check import read_request

if TYPE_CHECKING:
    from typing import Unpack

    from toolkit.workflows.check_options import CheckOptions


def inventory(
    sources: CheckRequest | PathName | Iterable[PathName] = (), **options: Unpack[CheckOptions]
) -> InventoryReport:
    """Return the clients and roles of every source, as `check` would judge them.

    Takes what `check` takes. The policies only add what they say under `roles:`; arguments that say
    how to judge have no effect. Raises what `check` raises.
    """
    request = request_of(sources, options)
    checks = CHECK_IDS
    loaded = load_policies(each_path(request.policies), checks=checks, catalog=request.catalog)
    known_roles = [known for each in loaded for known in each.policy.roles]
    found = read_request(request)
    return InventoryReport(
        __version__,
        tuple(
            without_sensitive(resolve_roles(each, known_roles))
            for each in sorted(found.inventories, key=lambda each: (each.root, each.kind))
        ),
        found.notes,
        tuple(sorted(set(found.problems), key=lambda p: (p.message, p.hint or ""))),
        beside=found.beside,
    )
