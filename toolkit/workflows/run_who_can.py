"""Which clients can call an operation: a question that needs no policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from toolkit.checks.registry import CHECK_IDS
from toolkit.contracts.contract import Operation
from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract
from toolkit.judging.run_filter import RunFilter
from toolkit.model.findings import Kind, Severity, Verdict
from toolkit.model.report import Report
from toolkit.policy.document import Policy, Require, Rule
from toolkit.policy.loader import load_policies
from toolkit.workflows.asked_operations import named_operation
from toolkit.workflows.check_request import CheckRequest, request_of
from toolkit.workflows.parameters import PathName, each_path
from toolkit.workflows.run_check import check_inventories, read_request

if TYPE_CHECKING:
    from typing import Unpack

    from toolkit.workflows.check_options import CheckOptions

_RULE: Final = "can-call"


def who_can(
    operation: str,
    sources: CheckRequest | PathName | Iterable[PathName] = (),
    **options: Unpack[CheckOptions],
) -> Report:
    """Report for every client whether it can call the operation (an id, or ``GET /api/v2/...``).

    The other arguments are those of `check`. `roles:` of the policies count, and their contracts,
    whose operations win over the catalog's. A client that cannot call it is an answer, and not a
    violation.

    Raises `CatalogError` if there is no such operation, and what `check` raises.
    """
    request = request_of(sources, options)
    loaded = load_policies(
        each_path(request.policies),
        checks=CHECK_IDS,
        catalog=request.catalog,
    )
    contracted: dict[str, Operation] = {}
    for each in (each.operations for each in loaded):
        contracted = {**each, **contracted}
    for name in SHIPPED_CONTRACTS:
        contracted = {**{each.id: each for each in load_contract(name).operations}, **contracted}
    asked = named_operation(operation, contracted, request.catalog)
    rule = Rule(
        id=_RULE,
        title=f"Can call {asked.id}",
        must_match=False,
        require=Require(operations=(asked.id,)),
    )
    found = read_request(request)
    report = check_inventories(
        found.inventories,
        [
            Policy(
                version=1,
                name=_RULE,
                rules=(rule,),
                roles=tuple(role for each in loaded for role in each.policy.roles),
            )
        ],
        problems=found.problems,
        run_filter=RunFilter(tuple(request.clients), frozenset((_RULE,))),
        operations={asked.id: asked},
        catalog=request.catalog,
        environment=request.environment,
    )
    return replace(
        report,
        asked=asked.id,
        org=found.org,
        results=tuple(
            replace(each, severity=Severity.NOTE, counts=False)
            if each.kind is Kind.POLICY and each.verdict is Verdict.FAIL
            else each
            for each in report.results
        ),
        notes=tuple(sorted({*report.notes, *found.notes})),
    )
