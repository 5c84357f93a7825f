"""The readers to fuzz: their real files, their generators, and how an input is run.

Everything that can be read is also used: a policy judges, a contract explains and derives, and the
result is written in every format.
"""

from __future__ import annotations

import itertools
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple

import yaml
from msgspec.structs import replace

from tests.trust.making import contracts, plans, policies, recordings, terraform
from tests.trust.making.chance import Chance
from tests.trust.outputs import check_report
from toolkit.catalog.catalog import SHIPPED
from toolkit.checks.registry import CHECK_IDS
from toolkit.contracts.contract import Step
from toolkit.contracts.reader import load_contract
from toolkit.errors import ToolkitError
from toolkit.genesys.replies import Reply
from toolkit.model.inventory import Inventory
from toolkit.model.report import Report
from toolkit.policy.document import LoadedPolicy
from toolkit.policy.loader import load_policy
from toolkit.probe import responses
from toolkit.probe.stages import Mode, Stage
from toolkit.probe.target import explained
from toolkit.sources.folders import Folders
from toolkit.sources.json_input import read_json
from toolkit.sources.read_requests import Read
from toolkit.workflows import explain
from toolkit.workflows.run_check import check_inventories
from toolkit.workflows.run_derive import derive
from toolkit.workflows.run_probe import report_of

ROOT = Path(__file__).parent.parent.parent
#: Larger real files only slow every input down.
_LARGEST = 20_000
#: An input with a hundred thousand instances is stopped before the 120 s of a real run.
_SECONDS = 10.0
#: The process that reads HCL caches every folder that it has read.
_FOLDERS_OF_A_PROCESS = 500


class Target(NamedTuple):
    """A reader: `real` files to mutate, `make` for generated ones, and `prepare` for the run of
    each.

    `structured` reads and writes a document, if it has a structure to mutate.
    """

    name: str
    real: Callable[[], Iterator[bytes]]
    make: Callable[[Chance], bytes]
    prepare: Callable[[Path, ExitStack], Callable[[bytes], object]]
    structured: tuple[Callable[[bytes], Any], Callable[[Any], str]] | None


def _files(*patterns: str) -> Callable[[], Iterator[bytes]]:
    def read() -> Iterator[bytes]:
        for path in sorted(itertools.chain.from_iterable(ROOT.glob(each) for each in patterns)):
            if path.is_file() and path.stat().st_size <= _LARGEST:
                yield path.read_bytes()

    return read


def _plans() -> Iterator[bytes]:
    for path in sorted((ROOT / "tests/sources/fixtures").glob("*.json")):
        document = json.loads(path.read_bytes())
        document.pop("provider_schemas", None)
        yield json.dumps(document).encode()
    yield from _files("tests/cases/**/plan*.json", "tests/cases/**/*.tfstate")()


def _no_files() -> Iterator[bytes]:
    """Yield nothing: no repository contains recordings or answers."""
    yield from ()


def _loaded(name: str) -> LoadedPolicy:
    return load_policy(name, checks=CHECK_IDS)


def _judged(data: bytes, inventories: list[Inventory], by: LoadedPolicy) -> None:
    operations = {**by.published, **by.operations}
    report = check_inventories(inventories, [by.policy], operations=operations, catalog=SHIPPED)
    _shown(data, report)


def _shown(data: bytes, report: Report) -> None:
    """Write the report: each in the quick formats, one of eight in the others too."""
    check_report(report, every=_number(data) % 8 == 0)


def _number(data: bytes) -> int:
    """Return a number for choices, the same for the same input."""
    return zlib.crc32(data)


def _policy(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    file = folder / "p.yaml"
    judged = []
    for name in ("changed", "target"):
        data = (ROOT / f"tests/sources/fixtures/{name}.json").read_bytes()
        inventory = read_json(data, name)
        judged.append(replace(inventory, clients=inventory.clients[::9]))

    def run(data: bytes) -> None:
        file.write_bytes(data)
        _judged(data, judged, _loaded(str(file)))

    return run


def _json(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    loaded = _loaded("recording-session")

    def run(data: bytes) -> None:
        _judged(data, [read_json(data, "input.json")], loaded)

    return run


def _hcl(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    loaded = _loaded("recording-session")
    (folder / ".git").mkdir()
    numbers = itertools.count(1)

    def run(data: bytes) -> None:
        # A new folder each time, because readers cache the previous one.
        root = folder / str(next(numbers))
        root.mkdir()
        terraform.unfold(data, root)
        (answer,) = Folders().read([Read(str(root))])
        rmtree(root)
        if not isinstance(answer, Inventory):
            assert str(root) in answer.message, f"the file is not named: {answer.message}"
            raise answer
        _judged(data, [answer], loaded)

    return run


def _har(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    file = folder / "x.har"

    def run(data: bytes) -> None:
        file.write_bytes(data)
        _shown(data, explain(har=str(file)))

    return run


def _contract(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    file, payload, har = folder / "c.yaml", folder / "payload.json", folder / "x.har"
    payload.write_text('{"recordingType": "call", "mediaTypes": ["audio"], "sessionUri": "x"}')

    def run(data: bytes) -> None:
        file.write_bytes(data)
        contract = load_contract(str(file))
        start = contract.step(Step.START)
        path = "/" if start is None else start.path.replace("{", "").replace("}", "")
        sent = {"mimeType": "application/json", "text": payload.read_text()}
        url = f"https://api.mypurecloud.com{path}"
        request = {"method": "POST", "url": url, "postData": sent}
        har.write_text(json.dumps({"log": {"entries": [{"request": request}]}}))
        names = [operation.id for operation in contract.operations]
        match _number(data) % 3:
            case 0:
                derive(names, contracts=[str(file)], folder=str(folder))
            case 1:
                _shown(data, explain(contract=str(file), har=str(har)))
            case _:
                _shown(data, explain(contract=str(file), payload=str(payload)))

    return run


def _decoded(data: bytes) -> Any:
    """Return JSON as the transport decodes it; other text is refused before anything
    else sees it.
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise ToolkitError("not JSON") from None


def _answers(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    what = explained(load_contract("recording-session"))
    states = what.contract.session_states
    assert states is not None

    def run(data: bytes) -> None:
        document, default = _decoded(data), (200, 400, 403)[_number(data) % 3]

        def reply(step: str) -> Reply:
            method, path, _ = recordings.STEPS[step]
            told = document.get(step) if isinstance(document, dict) else None
            told = told if isinstance(told, dict) else {"body": document}
            status = told.get("status")
            # The status is from HTTP itself, so it is a number whatever the body is.
            status = status if isinstance(status, int) and 100 <= status < 600 else default
            return Reply(method, f"https://api.example.com{path}", status, told.get("body"))

        seen = [
            responses.of_token(reply("token"), {}),
            responses.of_owner(reply("owner")),
            responses.of_grants(reply("grants")),
            responses.of_listing(reply("listing")),
            responses.of_session(Stage.SESSION, reply("session"), states),
            responses.of_start(reply("start"), what.start),
            responses.of_session(Stage.CONFIRM, reply("confirm"), states),
        ]
        _shown(data, report_of("probe", what, seen, Mode.START))

    return run


def _dumped(document: Any) -> str:
    return str(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True))


def _read_yaml(data: bytes) -> Any:
    return yaml.load(data, yaml.CSafeLoader)


_AS_JSON = (json.loads, json.dumps)
_AS_YAML = (_read_yaml, _dumped)
_POLICIES = _files("policies/*.yaml", "tests/cases/*/policy.yaml")
_TERRAFORM = _files("tests/cases/**/*.tf", "terraform/**/*.tf")
_CONTRACTS = _files("toolkit/contracts/*.yaml")
TARGETS = (
    Target("policy", _POLICIES, policies.policy, _policy, _AS_YAML),
    Target("hcl", _TERRAFORM, terraform.folder, _hcl, None),
    Target("plan and state", _plans, plans.plan_or_state, _json, _AS_JSON),
    Target("har", _no_files, recordings.recording, _har, _AS_JSON),
    Target("contract", _CONTRACTS, contracts.contract, _contract, _AS_YAML),
    Target("api answer", _no_files, recordings.answers, _answers, _AS_JSON),
)
