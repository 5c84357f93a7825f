"""Finds the Terraform that a plan was made from, because its findings are mended there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from toolkit import sources as inputs
from toolkit.errors import ToolkitError
from toolkit.model.addresses import Moves
from toolkit.model.findings import Result, Verdict
from toolkit.model.inventory import Inventory
from toolkit.sources.read_requests import Read
from toolkit.workflows.source_reading import Found

_NO_FOLDER = "a plan has nothing to edit; --source-dir names the Terraform that it was made from"
_SHARED = "several plans were made from its Terraform; check one by itself"

#: The one rule that needs a plan.
REPLACED = "replaced-client"


class Origins(Struct, frozen=True):
    """Sources, with the Terraform of their plans.

    `of` maps a plan to its root module; `why_not` says why a plan has none. `added` are the root
    modules that were read only for this; they are not reported.
    """

    found: Found
    of: Mapping[str, str] = {}
    added: frozenset[str] = frozenset()
    why_not: Mapping[str, str] = {}

    def without_added(self, found: Found) -> Found:
        """Return `found` without the root modules that were read only to be edited."""
        left = tuple(i for i in found.inventories if i.kind != "hcl" or i.root not in self.added)
        return replace(found, inventories=left)

    def editable(
        self, results: Sequence[Result], told: Iterable[Result]
    ) -> list[tuple[int, Result, str]]:
        """Return the findings that an edit may mend: index, result and root module.

        `told` are the reported findings: an edit mends no finding that a baseline hides.
        """
        failing = {(each.root, each.rule, each.address) for each in told if _fails(each)}
        plans = {root: plan for plan, root in self.of.items() if root in self.added}
        found = []
        for index, each in enumerate(results):
            root = each.root or ""
            if not _fails(each):
                continue
            if root in self.added:
                if (plans[root], each.rule, each.address) in failing:
                    found.append((index, each, root))
            elif root not in self.of:
                found.append((index, each, root))
            elif each.rule == REPLACED:
                found.append((index, each, self.of[root]))
        return found

    def followed(self, inventories: Iterable[Inventory]) -> tuple[Inventory, ...]:
        """Return the plans as they will be with the `moved` blocks that their Terraform has now."""
        inventories = tuple(inventories)
        by_root = {each.root: each for each in inventories if each.kind == "hcl"}
        return tuple(
            _followed(each, by_root[self.of[each.root]])
            if each.kind == "plan" and each.root in self.of
            else each
            for each in inventories
        )


def _fails(result: Result) -> bool:
    return result.verdict is Verdict.FAIL


def _followed(plan: Inventory, origin: Inventory) -> Inventory:
    moves = Moves(origin.lineage)
    left = tuple(
        each
        for each in plan.lineage
        if each.kind != "renamed"
        or moves.of([each.before], [each.address]).get(each.before) != each.address
    )
    return plan if left == plan.lineage else replace(plan, lineage=left)


def origins_of(found: Found, failing: Iterable[str]) -> Origins:
    """Return the sources with the Terraform of each plan that has findings.

    It is the folder of ``--source-dir``, with the plan's variables, or else the only root module
    among the sources.
    """
    plans = [i for i in found.inventories if i.kind == "plan" and i.root in {*failing}]
    if not plans:
        return Origins(found)
    reads = {each.source for each in found.reads}
    known = [i for i in found.inventories if i.kind == "hcl" and i.root in reads]
    all_plans = [each for each in found.inventories if each.kind == "plan"]
    why_not = {}
    of = {}
    more: list[Read] = []
    fresh: list[Inventory] = []
    for plan in plans:
        read = found.made_from.get(plan.root)
        if read is None:
            beside = known[0] if len(known) == len(all_plans) == 1 else None
            if beside is not None and _is_of(plan, beside):
                of[plan.root] = beside.root
            else:
                why_not[plan.root] = _NO_FOLDER
        elif len(all_plans) > 1:
            why_not[plan.root] = _SHARED
        elif read.source in reads:
            of[plan.root] = read.source
        else:
            (answer,) = inputs.Folders().read([read])
            if isinstance(answer, ToolkitError):
                why_not[plan.root] = f"its Terraform cannot be read ({answer.message})"
            else:
                for decide in found.decides:
                    answer = decide(answer)
                of[plan.root] = read.source
                more.append(read)
                fresh.append(answer)
    both = replace(found, inventories=(*found.inventories, *fresh), reads=(*found.reads, *more))
    return Origins(both, of, frozenset(each.root for each in fresh), why_not)


def _is_of(plan: Inventory, terraform: Inventory) -> bool:
    """Whether all clients of the plan are in the Terraform, with equal known names and
    grant types.
    """
    written = {client.address: client for client in terraform.clients}
    for client in plan.clients:
        other = written.get(client.address)
        if other is None:
            return False
        pairs = (client.name, other.name), (client.grant_type, other.grant_type)
        if any(isinstance(a, str) and isinstance(b, str) and a != b for a, b in pairs):
            return False
    return True
