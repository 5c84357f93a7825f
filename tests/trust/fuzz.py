"""Throws inputs at every reader, and says what came of them: a report or an error in one line.

Each input is a real file of this repository, changed a few times: in its text (bytes turned, cut,
doubled, taken from another file) or in its structure (a value replaced by another kind, a key lost,
doubled or renamed). The same seed makes the same inputs. What is neither a report nor a
`ToolkitError` is a finding: it is written to build/fuzz, with its traceback.

Run it as a module: ``python -m tests.trust.fuzz --inputs 100000``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import sys
import tempfile
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from toolkit.checks.registry import BUILT_INS
from toolkit.contracts.reader import load_contract, read_contract
from toolkit.errors import ToolkitError
from toolkit.genesys.replies import Reply
from toolkit.model.inventory import Inventory
from toolkit.model.report import Report
from toolkit.policy.loader import load_policy
from toolkit.probe import reading
from toolkit.probe.stages import Mode
from toolkit.probe.target import explained
from toolkit.reporters import json_report, text
from toolkit.sources.json_input import read_json
from toolkit.sources.readers import Readers
from toolkit.sources.requests import Read
from toolkit.workflows import explain
from toolkit.workflows.policy_check import check_inventories
from toolkit.workflows.probing import report_of

ROOT = Path(__file__).parent.parent.parent
FINDINGS = ROOT / "build" / "fuzz"
#: Seeds larger than this only make every input slow.
_LARGEST = 20_000
_ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 10**40, "", "*", "\0", "é\u2028", "${x}", "%{ if }", [], {}, [[]],
    {"": None}, "x" * 5000, "2026-02-30", "..", "[", "(?P<a", "a:b:c",
)  # fmt: skip
_WORDS = (
    b'"', b"{", b"}", b"[", b"]", b"${", b"%{", b"<<EOT\n", b"\n", b"\0", b"\xff", b"...", b": ",
    b"- ", b"&a ", b"*a", b"!!x ", b"<<: ", b"for", b"each.value", b"count = 3\n", b"null",
    b"dynamic", b"module", b"\\u0000", b"\xe2\x80\xa8", b"(", b")", b"/*", b"#",
)  # fmt: skip


class Target(NamedTuple):
    """A reader, and the real files that inputs are made of.

    `structured` says how a document is read and written, where it has a structure to change.
    """

    name: str
    seeds: Callable[[], Iterator[bytes]]
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


def _recordings() -> Iterator[bytes]:
    """HAR files and Postman collections around the calls of the shipped contract."""
    what = explained(load_contract("recording-session"))
    url = "https://api.mypurecloud.com/api/v2/recording-sessions"
    for status, body in itertools.product((200, 400, 403, 404), _bodies()):
        entries = []
        for method, path in (("GET", "/s"), ("POST", "/s/recordings"), ("POST", "/s/start")):
            sent = {"mimeType": "application/json", "text": '{"recordingType": "call"}'}
            content = {"mimeType": "application/json", "text": body.decode()}
            request = {"method": method, "url": url + path, "postData": sent}
            answer = {"status": status, "content": content}
            entries.append({"startedDateTime": "2026", "request": request, "response": answer})
        yield json.dumps({"log": {"entries": entries}, "what": what.contract.name}).encode()


def _bodies() -> Iterator[bytes]:
    for body in (
        {"access_token": "x", "expires_in": 86399, "token_type": "bearer"},
        {"OAuthClient": {"id": "c", "authorizedGrantType": "CODE", "state": "active"}},
        {"organization": {"id": "o"}, "authorizedScope": ["recording:session:write"]},
        {"grants": [{"division": {"id": "d"}, "role": {"policies": [{"domain": "recording",
            "entityName": "session", "actions": ["write"]}]}}]},
        {"id": "s", "status": "active", "conversation": {"id": "k"}, "mediaTypes": ["audio"]},
        {"status": 400, "code": "bad.request", "message": "Not in a state.", "errors": [{}]},
        {"status": 403, "code": "missing.permissions", "messageParams": {"permissions": "[a:b:c]"}},
        {"entities": [{"id": "s", "status": "active"}], "total": 1},
    ):  # fmt: skip
        yield json.dumps(body).encode()


def _shown(report: Report) -> None:
    text.render(report)
    json.loads(json_report.render(report))


def _policy(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    file = folder / "p.yaml"
    ids = [check.id for check in BUILT_INS]

    def run(data: bytes) -> None:
        file.write_bytes(data)
        load_policy(str(file), checks=ids)

    return run


def _json(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    loaded = load_policy("recording-session", checks=[check.id for check in BUILT_INS])

    def run(data: bytes) -> None:
        found = read_json(data, "input.json")
        _shown(check_inventories([found], [loaded.policy], operations=loaded.operations))

    return run


def _har(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    file = folder / "x.har"

    def run(data: bytes) -> None:
        file.write_bytes(data)
        _shown(explain(har=str(file)))

    return run


def _decoded(data: bytes) -> Any:
    """JSON as the transport decodes it; what is none is refused before anything else sees it."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise ToolkitError("not JSON") from None


def _contract(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    file = folder / "c.yaml"

    def run(data: bytes) -> None:
        file.write_bytes(data)
        read_contract(file, "c")

    return run


def _answers(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    what = explained(load_contract("recording-session"))
    statuses = itertools.cycle((200, 201, 400, 401, 403, 404, 409, 415, 429, 500, 503, 299))

    def run(data: bytes) -> None:
        reply = Reply("GET", "https://api.example.com/x", next(statuses), _decoded(data))
        seen = [
            reading.of_token(reply, {}),
            reading.of_owner(reply),
            reading.of_grants(reply),
            reading.of_listing(reply),
            reading.of_start(reply, what.start),
        ]
        _shown(report_of("probe", what, seen, Mode.START))

    return run


def _hcl(folder: Path, stack: ExitStack) -> Callable[[bytes], object]:
    loaded = load_policy("recording-session", checks=[check.id for check in BUILT_INS])
    crew = stack.enter_context(Readers())
    (folder / ".git").mkdir()

    def run(data: bytes) -> object:
        (folder / "main.tf").write_bytes(data)
        (answer,) = crew.read([Read(str(folder))])
        if not isinstance(answer, Inventory):
            raise answer
        _shown(check_inventories([answer], [loaded.policy], operations=loaded.operations))
        return None

    return run


def _dumped(document: Any) -> str:
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))


_AS_JSON = (json.loads, json.dumps)
_AS_YAML = (yaml.safe_load, _dumped)
TARGETS = (
    Target("policy", _files("policies/*.yaml", "tests/cases/*/policy.yaml"), _policy, _AS_YAML),
    Target("hcl", _files("tests/cases/**/*.tf", "terraform/**/*.tf"), _hcl, None),
    Target("plan and state", _plans, _json, _AS_JSON),
    Target("har", _recordings, _har, _AS_JSON),
    Target("contract", _files("toolkit/contracts/*.yaml"), _contract, _AS_YAML),
    Target("api answer", _bodies, _answers, _AS_JSON),
)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Each container in a document, with each of its keys."""
    keys = (
        list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    )
    for key in keys:
        yield node, key
        yield from _places(node[key])


def _restructured(chance: random.Random, document: Any) -> Any:
    for _ in range(chance.randint(1, 4)):
        places = list(_places(document))
        if not places:
            return chance.choice(_ODD)
        node, key = chance.choice(places)
        match chance.randrange(6):
            case 0:
                del node[key]
            case 1:
                node[key] = [node[key]] if chance.random() < 0.5 else {"x": node[key]}
            case 2:
                other, at = chance.choice(places)
                # A copy: a document that contains itself is none.
                with_ = (
                    json.loads(json.dumps(other[at]))
                    if at in other or (isinstance(other, list) and at < len(other))
                    else None
                )
                node[key] = with_
            case 3 if isinstance(node, dict):
                node[str(chance.choice(_ODD))] = node.pop(key)
            case 4 if isinstance(node, list):
                node.extend([node[key]] * chance.choice((1, 50)))
            case _:
                node[key] = chance.choice(_ODD)
    return document


def _retyped(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 2, 8, 40, 400)))
        match chance.randrange(7):
            case 0:
                data = data[:at] + data[end:]
            case 1:
                data = data[:at] + chance.choice(_WORDS) + data[at:]
            case 2:
                data = data[:at] + bytes([chance.randrange(256)]) + data[end:]
            case 3:
                data = data[:end] + data[at:end] * chance.choice((1, 2, 30)) + data[end:]
            case 4:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                data = data[:at] + other[start : start + 200] + data[at:]
            case 5:
                data = data[:at] + chance.choice(_WORDS) * chance.choice((2, 500)) + data[at:]
            case _:
                data = data[:at] if chance.random() < 0.2 else data
    return data


def inputs(target: Target, seed: int) -> Iterator[bytes]:
    """Inputs without end; the same ones for the same seed."""
    chance = random.Random(f"{target.name} {seed}")
    seeds = list(target.seeds())
    assert seeds, f"no files to begin with: {target.name}"
    while True:
        data = chance.choice(seeds)
        if target.structured is not None and chance.random() < 0.7:
            read, write = target.structured
            try:
                data = write(_restructured(chance, read(data))).encode("utf-8", "replace")
            except (yaml.YAMLError, ValueError, RecursionError, KeyError, IndexError):
                continue
        else:
            data = _retyped(chance, data, seeds)
        yield data


def fuzz(target: Target, count: int, seed: int) -> Counter[str]:
    """What came of `count` inputs; findings are written down."""
    came: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        run = target.prepare(Path(folder), stack)
        for data in itertools.islice(inputs(target, seed), count):
            begin = time.perf_counter()
            try:
                run(data)
            except ToolkitError as error:
                lines = f"{error.message}{error.hint or ''}"
                crashed = "crashed" in lines or "could not be evaluated within" in lines
                came["lost process" if crashed else "error"] += 1
                if crashed:
                    _keep(target, data, lines)
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                came["finding"] += 1
                _keep(target, data, traceback.format_exc())
            else:
                came["report"] += 1
            came["slowest ms"] = max(
                came["slowest ms"], round((time.perf_counter() - begin) * 1000)
            )
    return came


def _keep(target: Target, data: bytes, why: str) -> None:
    FINDINGS.mkdir(parents=True, exist_ok=True)
    name = f"{target.name.replace(' ', '-')}-{zlib.crc32(data):08x}"
    (FINDINGS / f"{name}.input").write_bytes(data)
    (FINDINGS / f"{name}.txt").write_text(why)


_COLUMNS = ("report", "error", "lost process", "finding")


def _share(task: tuple[int, int, int]) -> tuple[int, int, Counter[str]]:
    at, count, seed = task
    return at, count, fuzz(TARGETS[at], count, seed)


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz every reader.")
    parser.add_argument("--inputs", type=int, default=100_000, help="for each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=[target.name for target in TARGETS])
    arguments = parser.parse_args()
    chosen = [at for at, t in enumerate(TARGETS) if arguments.only in (None, t.name)]
    share = min(arguments.inputs, 2_000)
    tasks = [
        (at, min(share, arguments.inputs - done), arguments.seed + done)
        for at in chosen
        for done in range(0, arguments.inputs, share)
    ]
    came: dict[int, Counter[str]] = {at: Counter() for at in chosen}
    spent: dict[int, int] = dict.fromkeys(chosen, 0)
    begin = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for at, count, found in pool.map(_share, tasks):
            slowest = max(came[at]["slowest ms"], found.pop("slowest ms", 0))
            came[at].update(found)
            came[at]["slowest ms"] = slowest
            spent[at] += count
            if sys.stderr.isatty():
                done = sum(spent.values())
                sys.stderr.write(f"\r{TARGETS[at].name}: {spent[at]:,}; {done:,} in all")
    sys.stdout.write(f"\n| input | tried | {' | '.join(_COLUMNS)} | slowest ms |\n")
    sys.stdout.write("|---|---|" + "---|" * (len(_COLUMNS) + 1) + "\n")
    for at in chosen:
        counts = " | ".join(f"{came[at][column]:,}" for column in _COLUMNS)
        name, slowest = TARGETS[at].name, came[at]["slowest ms"]
        sys.stdout.write(f"| {name} | {spent[at]:,} | {counts} | {slowest:,} |\n")
    sys.stdout.write(f"\nIn {time.monotonic() - begin:.0f} s, seed {arguments.seed}.\n")
    return int(any(came[at]["finding"] for at in chosen))


if __name__ == "__main__":
    raise SystemExit(main())
