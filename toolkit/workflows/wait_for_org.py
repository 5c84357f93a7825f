"""Reads a state's clients from an org until a change of permissions has taken effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, repeat

from msgspec import Struct
from msgspec.structs import replace

from toolkit.judging.drift import drift, unreadable
from toolkit.model.clients import Client
from toolkit.model.findings import Result, Severity, Verdict
from toolkit.model.inventory import Inventory, Note
from toolkit.model.observations import ProbeVerdict
from toolkit.model.report import Org, Report
from toolkit.model.values import Unknown
from toolkit.probe.stages import Mode
from toolkit.sources.live.api_bodies import TERRAFORM_ONLY
from toolkit.sources.live.org_reader import OrgReader
from toolkit.sources.remedies import READABLE_STATE
from toolkit.sources.resources import absent_client
from toolkit.workflows.live import LiveOrg
from toolkit.workflows.run_probe import Prepared

#: Pauses between reads of an org with changing permissions, in seconds; the last repeats.
_PAUSES = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)
#: The causes that a probe may report while a change of permissions has not taken effect.
_SETTLING = frozenset(
    {
        "auth.bad-credentials",
        "client.inactive",
        "scope.missing",
        "permission.missing",
        "permission.denied",
    }
)


class Look(Struct, frozen=True):
    """A state's clients as the org has them at one moment, and the differences."""

    granted: Inventory
    results: tuple[Result, ...]

    @property
    def drifted(self) -> int:
        """Return the number of differences that stop recordings."""
        return sum(
            each.verdict is Verdict.FAIL and each.severity is Severity.ERROR
            for each in self.results
        )


class Settling(Struct, frozen=True):
    """How long to wait for the org, in seconds, and functions to report and to wait."""

    seconds: float
    tell: Callable[[str], None]
    clock: Callable[[], float]
    sleep: Callable[[float], None]


def settled(
    org: LiveOrg,
    state: Inventory,
    prepared: Prepared | None,
    run: Callable[[Prepared], Report],
    settling: Settling,
) -> tuple[Look, tuple[Note, ...], Org]:
    """Wait until the org agrees with the state or the time is up. Returns the last look at the org,
    notes, and the org for the report.
    """
    began, looks = settling.clock(), 0
    with org.reading() as reader:
        asked = org.connection.asked(reader.identity())
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            look, looks = _look(reader, state, settling.tell), looks + 1
            differs = _differences(look, prepared, run) if settling.seconds else ""
            elapsed = settling.clock() - began
            left = settling.seconds - elapsed
            if not differs or left <= 0:
                break
            settling.tell(f"{differs}; reading again, for up to {left:.0f} s")
            settling.sleep(min(pause, left))
            reader = reader.restarted()
    notes = reader.notes
    if not look.granted.clients:
        text = (
            f"None of the clients in the state exists in {reader.name}: is this the org "
            "and region of the state?"
        )
        notes += (Note("other-org", text),)
    if settling.seconds and differs:
        text = f"After {elapsed:.1f} s and {looks} reads, the org still differs: {differs}."
        notes += (Note("not-settled", text),)
    elif looks > 1:
        text = f"The org matched the state after {elapsed:.1f} s and {looks} reads."
        notes += (Note("settled", text),)
    return look, notes, asked


def _differences(look: Look, prepared: Prepared | None, run: Callable[[Prepared], Report]) -> str:
    """Return the differences that may still go away, in words, or "".

    The client's own token may get new rights later than the operator sees them, so the client is
    probed as well; no start is sent for that.
    """
    if look.drifted:
        one = look.drifted == 1
        return f"{look.drifted} {'thing differs' if one else 'things differ'} from the state"
    if prepared is None:
        return ""
    plan = replace(prepared.plan, mode=Mode.PREFLIGHT)
    report = run(replace(prepared, plan=plan))
    if report.verdict is not ProbeVerdict.MISCONFIGURED or not report.diagnoses:
        return ""
    cause = report.diagnoses[0].cause
    return f"the client is answered {cause}" if cause in _SETTLING else ""


def _look(org: OrgReader, state: Inventory, tell: Callable[[str], None]) -> Look:
    granted: list[Client] = []
    results: list[Result] = []
    for number, client in enumerate(state.clients, 1):
        tell(f"reading client {number} of {len(state.clients)}")
        found, differences = _compare(org, state, client)
        results += differences
        granted += found
    return Look(
        replace(state, clients=tuple(granted), roles=()),
        tuple(results),
    )


def _compare(
    org: OrgReader, state: Inventory, client: Client
) -> tuple[Sequence[Client], tuple[Result, ...]]:
    """Return the client as the org has it, if it does, and its differences from the state."""
    client_id = client.platform_id
    if client_id is None:
        reason = client.existence or Unknown(f"{client.address}.client_id", READABLE_STATE)
        absent = absent_client(client.root, client.address, reason)
        return (absent,), (unreadable(client, (reason,)),)
    own = {name: client.attributes.get(name) for name in TERRAFORM_ONLY}
    live = org.client(client_id, client.root, client.address, own)
    if live is None:
        return (), drift(client, None, org.home)
    # If a role is both a resource and a data source, the resource comes last and wins.
    roles = sorted(state.roles, key=lambda role: role.origin == "resource")
    addresses = {role.id: role.address for role in roles if role.id is not None}
    live = replace(
        live,
        grants=tuple(
            replace(grant, role=replace(grant.role, address=addresses.get(grant.role.id or "")))
            for grant in live.grants
        ),
        location=client.location,
        attribute_locations=client.attribute_locations,
    )
    differences = drift(client, live, org.home)
    # Rules select the client by its provisioned name, even if it was renamed since.
    return (replace(live, name=client.name),), differences
