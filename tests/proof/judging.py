"""Worlds through the real program: what it says, against what must come out."""

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

_SENSITIVE: Final = "what Terraform calls sensitive is never read, so that no report can show it"
_BESIDE: Final = (
    "beside a missing value of the same module call or table, the evaluator is not asked"
)
_OTHERWISE: Final = "what the evaluator would start from other values for, it is not asked"
_COUNTED: Final = "how many instances there are is believed only where both evaluations see it"
_NOT_EVALUATED: Final = "what `templatefile` and `templatestring` make of a text is not evaluated"
_DIVISION: Final = "of a role that the plan does not name, a known division is not made use of"
#: Styles in which something stays unknown though the input has it, and why; by kind of input where
#: it is so in some only. `docs/trust.md` says the same.
LIMITS: Final[dict[str, dict[str, str]]] = {
    "hcl": {
        "sensitive": _SENSITIVE,
        "heredoc": _BESIDE,
        "try": _BESIDE,
        "arithmetic": _BESIDE,
        "templatestring": _NOT_EVALUATED,
        "foreign function": _BESIDE,
        "module output": _BESIDE,
        "chain of locals": _OTHERWISE,
        "like an argument": _OTHERWISE,
        "null for a default": _OTHERWISE,
        "instances by": _COUNTED,
        "role: actions without value": "a role with one open list of actions is open as a whole",
    },
    "plan": {"sensitive": _SENSITIVE, "roles: ": _DIVISION},
}
_SOURCE: Final = "scopes that are known in part only are those of the plan, with its source too"
LIMITS["plan with source"] = LIMITS["hcl"] | LIMITS["plan"] | {"partly known": _SOURCE}


class Compared(NamedTuple):
    """One client and rule in one kind of input: what was said, and what must be."""

    kind: str
    address: str
    rule: str
    said: str
    must: str
    styles: frozenset[str]
    message: str = ""

    @property
    def wrong(self) -> bool:
        """Decided otherwise than it is, or decided though it cannot be, or not looked at."""
        # That a rule is not about a client, or cannot concern it, comes to the same.
        silent = (self.said, self.must) == (NOT_APPLICABLE, ABSENT)
        return self.said not in (self.must, UNKNOWN) and not silent

    @property
    def needless(self) -> bool:
        """Unknown, though the input has all that decides it."""
        return self.said == UNKNOWN != self.must

    @property
    def limit(self) -> str | None:
        """Why it is unknown without need, where that is known and written down."""
        for part, reason in LIMITS[self.kind].items():
            if any(part in style for style in self.styles):
                return reason
        return None


def run(world: World, folder: Path, cli_config: Path | None) -> Iterator[Compared]:
    """Write the world and check it as HCL, and with `cli_config` as terraform's plan as well."""
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
    """Every client and rule, and whatever the report says of clients that there are not."""
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
                continue  # which addresses its instances will have is no question for the oracle
            found, message = said.get(own, (ABSENT, ""))
            if found == ABSENT:
                # What is said of a block is said of every instance that it may have.
                found, message = said.get(block, (ABSENT, ""))
            must = ABSENT if client is None else verdict(client, rule)
            styles = frozenset(written.styles)
            yield Compared(kind, address, rule.id, found, must, styles, message)
    for (address, name), (found, message) in said.items():
        if (address, name) not in used:
            yield Compared(kind, address, name, found, ABSENT, frozenset({"nowhere"}), message)


def _block(address: str) -> str:
    return re.sub(r"\[[^]]*\]", "", address)
