"""Reports made by the real workflows, for a browser to show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generate import plan
from toolkit.genesys.credentials import SUBJECT_TOKEN
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running
from toolkit.model.report import Report
from toolkit.workflows import OrgConnection, ProbeRequest, check, probe

EXAMPLES = Path("terraform/examples")
SHIPPED_RULES = ("REC001", "REC002", "REC003")
#: A fixed selection, so that a new check changes no test of the page.
SOME = (*SHIPPED_RULES, "wildcard-permission")
ONE_CLIENT = EXAMPLES / "missing-scope"


def examples(select: Sequence[str] = ()) -> Report:
    """Return the report on the repository's examples, with the paths as in the README."""
    return check([str(path) for path in sorted(EXAMPLES.iterdir())], select=select, environ={})


def one_client(select: Sequence[str] = ()) -> Report:
    return check([str(ONE_CLIENT)], select=select, environ={})


def misleading_probe() -> Report:
    """Return a start that is refused with the session's state, although a scope is missing."""
    return probed("scope-misleading")


def probed(scenario: str) -> Report:
    loaded = load_scenario(scenario)
    with running(loaded) as url:
        return probe(
            ProbeRequest(session_id=loaded.target.session),
            OrgConnection(api_url=url, environ={SUBJECT_TOKEN: loaded.subjects.user.token}),
        )


def many(folder: Path, clients: int = 1000, rules: int = 3) -> Report:
    """Return a plan with that many clients, a third of them at fault, under as many rules.

    Three rules are those of the shipped policy; more are rules of their own, of which some fail.
    """
    source = folder / "plan.json"
    source.write_text(json.dumps(plan(clients, 50)), encoding="utf-8")
    if rules == 3:
        return check([str(source)], select=SHIPPED_RULES, environ={})
    policy = folder / "policy.json"
    policy.write_text(json.dumps(_policy(rules)), encoding="utf-8")
    ids = [f"R{number:02}" for number in range(rules)]
    return check([str(source)], policies=[str(policy)], select=ids, environ={})


def _policy(rules: int) -> dict[str, object]:
    scopes = ["conversations", "users:readonly", "recordingSession", "analytics:readonly"]
    return {
        "version": 1,
        "name": "many",
        "rules": [
            {
                "id": f"R{number:02}",
                "title": f"Rule number {number}",
                "severity": ("error", "warning", "note")[number % 3],
                "require": {
                    "scopes": {"all_of": [scopes[number % 4]]},
                    "permissions": {
                        "all_of": [
                            ("conversation:call:record", "recording:session:write")[number % 2]
                        ]
                    },
                },
            }
            for number in range(rules)
        ],
    }
