"""Run worlds through the real program, and compare its results with the expected ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.standin_provider.workspace import Workspace
from toolkit.model.findings import Kind
from toolkit.model.report import Report
from toolkit.workflows import check

from .oracle import ABSENT, NOT_APPLICABLE, UNKNOWN, verdict
from .world import World

PROVIDER: Final = """\
terraform {
  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
    }
  }
}
"""

_ACTIONS: Final = "a role with one open list of actions is open as a whole"
_SENSITIVE: Final = "what a plan calls sensitive is not read in every attribute"
_DIVISION: Final = "of a role that the plan does not name, a known division is not made use of"
#: Styles in which something stays unknown although the input contains it, with the reason; by kind
#: of input if only some are affected. `docs/trust.md` lists the same.
LIMITS: Final[dict[str, dict[str, str]]] = {
    "hcl": {"role: actions without value": _ACTIONS},
    "plan": {"roles: ": _DIVISION, "sensitive": _SENSITIVE},
    "plan with source": {"role: actions without value": _ACTIONS, "sensitive": _SENSITIVE},
}


class Compared(NamedTuple):
    """A client and a rule in one kind of input: the actual and the expected verdict."""

    kind: str
    address: str
    rule: str
    said: str
    must: str
    styles: frozenset[str]
    message: str = ""

    @property
    def wrong(self) -> bool:
        """Whether the verdict is wrong, decided although it cannot be, or missing."""
        # "Not applicable" and "absent" are equivalent.
        silent = (self.said, self.must) == (NOT_APPLICABLE, ABSENT)
        return self.said not in (self.must, UNKNOWN) and not silent

    @property
    def needless(self) -> bool:
        """Whether the verdict is unknown although the input decides it."""
        return self.said == UNKNOWN != self.must

    @property
    def limit(self) -> str | None:
        """Return the documented reason for a needless unknown, if there is one."""
        for part, reason in LIMITS[self.kind].items():
            if any(part in style for style in self.styles):
                return reason
        return None


def run(world: World, folder: Path, cli_config: Path | None) -> Iterator[Compared]:
    """Write the world and check it as HCL; with `cli_config` also as Terraform's plan."""
    tree = world.tree
    tree.write(folder, PROVIDER)
    policy = folder / "policy.yaml"
    policy.write_text(world.policy(), encoding="utf-8")
    policies = [str(policy)]
    reports = {
        "hcl": check(
            [str(folder)],
            policies=policies,
            variables=tree.variables(folder),
            environ=tree.environ,
        )
    }
    if cli_config is not None:
        workspace = Workspace(folder, cli_config, tree.environ)
        workspace.init()
        data = json.dumps(workspace.plan(*tree.arguments())).encode()
        reports["plan"] = check(["-"], stdin=data, policies=policies, environ={})
        reports["plan with source"] = check(
            ["-"], stdin=data, policies=policies, environ={}, source_dir=str(folder)
        )
    for kind, report in reports.items():
        yield from compare(world, kind, report)


def compare(world: World, kind: str, report: Report) -> Iterator[Compared]:
    """Yield every client and rule, and every reported client that does not exist."""
    assert not report.errors, report.errors
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for result in report.results:
        if result.kind is Kind.POLICY and result.address is not None:
            said[result.address, result.rule] = (str(result.verdict), result.message)
    used: set[tuple[str, str]] = set()
    for written in world.clients:
        client = written.seen.get(kind)
        address = written.nowhere if client is None else client.address
        if address is None:
            continue
        for rule in world.rules:
            own, block = (address, rule.id), (_block(address), rule.id)
            used |= {own, block}
            if client is not None and not client.exists and rule.addresses:
                continue  # the oracle cannot tell which addresses its instances will have
            found, message = said.get(own, (ABSENT, ""))
            if found == ABSENT:
                # A statement about a block applies to every instance that it may have.
                found, message = said.get(block, (ABSENT, ""))
            must = ABSENT if client is None else verdict(client, rule)
            styles = frozenset(written.styles)
            yield Compared(kind, address, rule.id, found, must, styles, message)
    for (address, name), (found, message) in said.items():
        if (address, name) not in used:
            yield Compared(kind, address, name, found, ABSENT, frozenset({"nowhere"}), message)


def _block(address: str) -> str:
    return re.sub(r"\[[^]]*\]", "", address)
