"""Runs every fault of the mock, alone and in pairs, and compares the probe's findings.

``make accuracy`` prints the table. A pair combines a fault of the configuration (the client and its
rights) with a fault of the session or the payload: these can occur together, and neither hides the
other from a probe that reads everything before it starts.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from msgspec.structs import replace

from toolkit.genesys.credentials import SUBJECT_ID, SUBJECT_SECRET, SUBJECT_TOKEN
from toolkit.genesys.transport import Limits
from toolkit.mock.scenario import Scenario
from toolkit.mock.scenarios import list_scenarios, load_scenario
from toolkit.mock.server import running
from toolkit.model.report import Report
from toolkit.workflows import OrgConnection, ProbeRequest, probe

#: No result depends on a machine's speed; only the pauses between tries are shortened.
LIMITS = Limits(connect=30.0, read=60.0, start=60.0, waiting=8.0)
#: How long to wait for a start with an answer that the mock delays for a minute.
_IMPATIENT = replace(LIMITS, start=1.5)
CONTRACTS = ("recording-session", "call-recording")
#: Faults that exist in one of the contracts only.
_SESSIONS_ONLY = {
    "conversation-mismatch",
    "endpoint-unknown",
    "media-mismatch",
    "payload-incomplete",
    "payload-misleading",
    "session-completed",
    "session-never-ready",
    "session-pending",
}
_CALLS_ONLY = {
    "participant-alerting",
    "participant-disconnected",
    "recorded-by-policy",
    "recording-paused",
}

_CONFIGURATION = ("scope.missing", "permission.missing", "auth.wrong-client")
_SITUATION = ("payload.", "session.", "participant.")
#: If several scenarios have the same cause, this one represents them in the pairs.
_IN_PAIRS = {
    "scope-misleading",
    "permission-missing",
    "wrong-client",
    "conversation-mismatch",
    "media-mismatch",
    "participant-disconnected",
    "payload-incomplete",
    "session-completed",
    "session-never-ready",
    "session-not-found",
    "session-recording",
}
#: Faults that end a probe before it reads the session; it still validates the payload.
_AT_THE_DOOR = ("bad-credentials", "client-inactive", "grant-not-supported", "token-rejected")


@dataclass(frozen=True)
class Case:
    """One run: the merged scenarios, the kind of grant, and the contract."""

    scenarios: tuple[str, ...]
    grant: str
    contract: str

    @property
    def expected(self) -> tuple[str, ...]:
        return load_scenario(*self.scenarios).causes

    def __str__(self) -> str:
        return f"{' + '.join(self.scenarios)} ({self.grant}, {self.contract})"


def singles() -> Iterator[Case]:
    """Yield every fault alone."""
    for info in list_scenarios():
        for grant, contract in product(info.grants, CONTRACTS):
            if _fits(info.name, contract):
                yield Case((info.name,), grant, contract)


def pairs() -> Iterator[Case]:
    """Yield every cause of the configuration with every cause of the session or the payload."""
    infos = [info for info in list_scenarios() if info.name in _IN_PAIRS]
    by_name = {info.name: info for info in list_scenarios()}
    for name in _AT_THE_DOOR:
        for grant in by_name[name].grants:
            yield Case((name, "payload-incomplete"), grant, "recording-session")
    first = [info for info in infos if info.causes[0] in _CONFIGURATION]
    second = [info for info in infos if info.causes[0].startswith(_SITUATION)]
    for one, other in product(first, second):
        for grant in sorted({*one.grants} & {*other.grants}):
            for contract in CONTRACTS:
                if _fits(one.name, contract) and _fits(other.name, contract):
                    # A call cannot be read without the scope, so its state is unknown.
                    hidden = contract == "call-recording" and one.causes[0] == "scope.missing"
                    if not hidden:
                        yield Case((one.name, other.name), grant, contract)


def _fits(name: str, contract: str) -> bool:
    other = _SESSIONS_ONLY if contract == "call-recording" else _CALLS_ONLY
    return name not in other


def environment(scenario: Scenario, grant: str) -> dict[str, str]:
    """Return the credentials of the client under test."""
    subjects = scenario.subjects
    if grant == "user":
        return {SUBJECT_TOKEN: subjects.user.token}
    who = subjects.client_credentials
    return {SUBJECT_ID: who.client, SUBJECT_SECRET: who.secret}


def run_case(case: Case, folder: Path, *, hurried: bool = False) -> Report:
    """Probe as a user would; `folder` is for the user's files.

    With `hurried`, faults that are only slow take less time.
    """
    scenario = load_scenario(*case.scenarios)
    if hurried:
        faults = [
            replace(f, seconds=min(f.seconds, 0.01)) if f.seconds < 30 else f
            for f in scenario.faults
        ]
        scenario = replace(scenario, faults=tuple(faults))
    target = scenario.target
    payload = None
    if target.payload is not None:
        path = folder / "payload.json"
        path.write_text(json.dumps(target.payload))
        payload = str(path)
    by_session = case.contract == "recording-session"
    # Another client is recognised only if the user says which client is meant.
    meant = "wrong-client" in case.scenarios
    held_back = any(fault.kind == "latency" and fault.seconds > 30 for fault in scenario.faults)
    # The clock stands still: what is not ready stays so, even if the probe is late.
    with running(scenario, clock=lambda: 0.0) as url:
        request = ProbeRequest(
            contract=case.contract,
            session_id=target.session if by_session else None,
            conversation_id=None if by_session else target.conversation,
            participant_id=None if by_session else target.participant,
            payload=payload if by_session else None,
            client="genesyscloud_oauth_client.recorder" if meant else None,
            source=state_of(folder, case.grant) if meant else None,
        )
        org = OrgConnection(
            api_url=url,
            environ=environment(scenario, case.grant),
            limits=_IMPATIENT if held_back else LIMITS,
            sleep=lambda seconds: time.sleep(min(seconds, 0.02)),
        )
        return probe(request, org)


def state_of(folder: Path, grant: str) -> Path:
    """Return a state with the intended client: the one of the scenario `ready`."""
    ready = load_scenario("ready")
    identifier = getattr(ready.subjects, "user" if grant == "user" else "client_credentials").client
    attributes = {
        "id": identifier,
        "client_id": identifier,
        "name": "recorder",
        "authorized_grant_type": "CODE" if grant == "user" else "CLIENT-CREDENTIALS",
    }
    resource = {
        "mode": "managed",
        "type": "genesyscloud_oauth_client",
        "name": "recorder",
        "provider": 'provider["registry.terraform.io/mypurecloud/genesyscloud"]',
        "instances": [{"schema_version": 1, "attributes": attributes}],
    }
    path = folder / f"{grant}.tfstate"
    path.write_text(
        json.dumps(
            {
                "version": 4,
                "terraform_version": "1.9.0",
                "serial": 1,
                "lineage": "00000000-0000-4000-8000-000000000000",
                "outputs": {},
                "resources": [resource],
            }
        )
    )
    return path


def right(case: Case, report: Report) -> bool:
    """Whether the first diagnosis is right for one fault, or both are named for two."""
    causes = [each.cause for each in report.diagnoses]
    if len(case.scenarios) == 1:
        return bool(causes) and causes[0] in case.expected
    return set(case.expected) <= set(causes)


def rows(cases: Sequence[Case]) -> Iterator[tuple[Case, Report]]:
    """Yield each case and its report, several in parallel: most of a run is waiting."""

    def run(case: Case) -> Report:
        with tempfile.TemporaryDirectory() as folder:
            return run_case(case, Path(folder))

    with ThreadPoolExecutor(8) as pool:
        yield from zip(cases, pool.map(run, cases), strict=True)


def table(found: Sequence[tuple[Case, Report]]) -> str:
    """Return the causes by fault, in Markdown: a line for each fault, with its number of runs."""
    lines = ["| fault | causes found, the answer first | runs | right |", "|---|---|---|---|"]
    grouped: dict[tuple[tuple[str, ...], str], list[bool]] = {}
    for case, report in found:
        causes = ", ".join(f"`{each.cause}`" for each in report.diagnoses)
        grouped.setdefault((case.scenarios, causes), []).append(right(case, report))
    for (scenarios, causes), verdicts in grouped.items():
        runs, good = len(verdicts), sum(verdicts)
        lines.append(f"| {' + '.join(scenarios)} | {causes or '-'} | {runs} | {good} |")
    return "\n".join(lines)


def main() -> int:
    """Print the tables; return 1 if a diagnosis is wrong."""
    alone, together = list(rows(list(singles()))), list(rows(list(pairs())))
    print(f"## One fault\n\n{table(alone)}\n\n## Two at once\n\n{table(together)}\n")
    wrong = [(c, r) for c, r in [*alone, *together] if not right(c, r)]
    for case, report in wrong:
        print(f"wrong: {case}: {[each.cause for each in report.diagnoses]}", file=sys.stderr)
    print(f"{len(alone)} runs of one fault, {len(together)} of two; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
