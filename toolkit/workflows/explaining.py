"""The diagnosis of the probe, offline: from what someone recorded, or has as files."""

from __future__ import annotations

from toolkit.contracts.reader import SHIPPED_CONTRACTS, load_contract
from toolkit.errors import ProbeError, UsageError
from toolkit.model.inventory import Note
from toolkit.model.observations import Observation
from toolkit.model.report import Report
from toolkit.probe.har import exchanges_of
from toolkit.probe.recorded import mentions, observations_of, of_files
from toolkit.probe.stages import Mode
from toolkit.probe.target import Probed, explained
from toolkit.workflows.probing import DEFAULT_CONTRACT, read_json, report_of

#: A recording of a whole morning in a browser; larger ones can be cut with its filter.
_MAX_HAR = 256 << 20
_GIVE = "Give --har FILE, or --payload FILE with --response and --session if at hand."


def explain(
    *,
    contract: str = DEFAULT_CONTRACT,
    har: str | None = None,
    payload: str | None = None,
    response: str | None = None,
    session: str | None = None,
) -> Report:
    """Explain recorded requests (`har`), or a body with what else is at hand; all are paths.

    Raises UsageError, ProbeError or ContractError. No request is sent.
    """
    if har is not None and payload is None:
        if response is not None or session is not None:
            raise UsageError(
                "--response and --session go with --payload", hint="A HAR has the answers in it."
            )
    elif payload is None:
        raise UsageError("nothing to explain is given", hint=_GIVE)
    elif har is not None:
        raise UsageError("--har and --payload are both given", hint=_GIVE)
    what = explained(load_contract(contract))
    if payload is not None:
        seen = of_files(
            what,
            read_json(payload, "payload"),
            response=read_json(response, "response") if response else None,
            session=read_json(session, "session") if session else None,
        )
    else:
        seen = _recorded(what, str(har))
    return report_of("explain", what, seen, Mode.EXPLAIN, notes=_notes(what))


def _recorded(what: Probed, har: str) -> tuple[Observation, ...]:
    exchanges = exchanges_of(read_json(har, "recording", _MAX_HAR), har)
    if not mentions(what, exchanges):
        others = (explained(load_contract(name)) for name in SHIPPED_CONTRACTS)
        other = next((each for each in others if mentions(each, exchanges)), None)
        number = len(exchanges)
        raise ProbeError(
            f"{har}: no call of {what.contract.name} is among its {number} "
            f"request{'' if number == 1 else 's'}",
            hint=f"It has calls of another contract: --contract {other.contract.name}."
            if other
            else "Record while the start is tried, and export with the bodies.",
        )
    return observations_of(what, exchanges)


def _notes(what: Probed) -> tuple[Note, ...]:
    if what.contract.name != DEFAULT_CONTRACT:
        return ()
    return (
        Note(
            "unpublished-api",
            "The published Genesys Cloud API has no /api/v2/recording-sessions and none of its "
            "scopes; what is said here rests on the forum thread that describes them. The "
            "published way to start a recording is --contract call-recording.",
        ),
    )
