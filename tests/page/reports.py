"""Reports made by the workflows themselves, for a browser to show."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.generate import plan
from toolkit.genesys.credentials import SUBJECT_TOKEN
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running
from toolkit.model.report import Report
from toolkit.workflows import check, probe

EXAMPLES = Path("terraform/examples")
ONE_CLIENT = EXAMPLES / "missing-scope"


def examples() -> Report:
    """The examples of the repository, by the paths that a reader of the README types."""
    return check([str(path) for path in sorted(EXAMPLES.iterdir())], environ={})


def one_client() -> Report:
    return check([str(ONE_CLIENT)], environ={})


def misleading_probe() -> Report:
    """A start that is refused for the state of a session that is startable: a scope is missing."""
    return probed("scope-misleading")


def probed(scenario: str) -> Report:
    loaded = load_scenario(scenario)
    with running(loaded) as url:
        return probe(
            session_id=loaded.target.session,
            api_url=url,
            environ={SUBJECT_TOKEN: loaded.subjects.user.token},
        )


def many(folder: Path, clients: int = 1000, rules: int = 3) -> Report:
    """A plan of that many clients, a third of them at fault, under as many rules.

    Three rules are those of the shipped policy; more are rules of their own, of which some fail.
    """
    source = folder / "plan.json"
    source.write_text(json.dumps(plan(clients, 50)), encoding="utf-8")
    if rules == 3:
        return check([str(source)], environ={})
    policy = folder / "policy.json"
    policy.write_text(json.dumps(_policy(rules)), encoding="utf-8")
    return check([str(source)], policies=[str(policy)], environ={})


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
