"""Compare what a test case expects with the results: a pure comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.documents.wording import quoted, suggestion
from toolkit.model.findings import Kind, Result
from toolkit.model.policy_tests import Mismatch
from toolkit.policy.cases import NO_RESULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolkit.model.clients import Client
    from toolkit.policy.cases import Case


def compare(
    case: Case, clients: Sequence[Client], results: Sequence[Result]
) -> tuple[Mismatch, ...]:
    """Return every difference between the results and the expectations of the case.

    Each expectation must name an existing client. In an exact case, each result must be expected
    too.
    """
    by_address: dict[tuple[str | None, str], list[Result]] = {}
    for result in results:
        # A result about a role counts for each client that has the role.
        for address in result.affects or (result.address,):
            by_address.setdefault((address, result.rule), []).append(result)
    wanted_at: set[tuple[str | None, str]] = set()
    mismatches: list[Mismatch] = []
    for name, wanted in case.expect.items():
        meant = [client for client in clients if name in (client.address, client.name)]
        if not meant:
            mismatches.append(_nobody(name, clients))
        for client in meant:
            for rule, verdict in wanted.items():
                wanted_at.add((client.address, rule))
                came = by_address.get((client.address, rule), [])
                mismatches += _of_rule(name, rule, verdict, came)
    for rule in case.unmatched:
        wanted_at.add((None, rule))
        if (None, rule) not in by_address:
            message = "A client matches the rule, or the rule does not require one."
            mismatches.append(Mismatch(None, rule, "unmatched", NO_RESULT, message))
    if case.exact:
        mismatches += _unwanted(by_address, wanted_at)
    return tuple(mismatches)


def _of_rule(name: str, rule: str, wanted: str, came: Sequence[Result]) -> Iterator[Mismatch]:
    if not came and wanted != NO_RESULT:
        message = "The rule does not apply to this client, or the check did not fire."
        yield Mismatch(name, rule, wanted, NO_RESULT, message)
    for result in came:
        if result.verdict != wanted:
            yield Mismatch(name, rule, wanted, result.verdict.value, result.message)


def _unwanted(
    by_address: Mapping[tuple[str | None, str], Sequence[Result]],
    wanted_at: set[tuple[str | None, str]],
) -> Iterator[Mismatch]:
    for key, came in by_address.items():
        if key not in wanted_at:
            for result in came:
                yield Mismatch(key[0], key[1], None, _came(result), result.message)


def _came(result: Result) -> str:
    is_unmatched = result.address is None and result.kind is Kind.POLICY
    return "unmatched" if is_unmatched else result.verdict.value


def _nobody(name: str, clients: Sequence[Client]) -> Mismatch:
    addresses = [client.address for client in clients]
    names = [client.name for client in clients if isinstance(client.name, str)]
    near = suggestion(name, [*names, *addresses])
    there = f"There are: {', '.join(addresses)}." if addresses else "There is no client at all."
    message = f"No client has the name or address {quoted(name)}{near or '.'} {there}"
    return Mismatch(name, None, None, None, message)
