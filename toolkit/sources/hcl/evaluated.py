"""What tfparse makes of a root module: one record for each instance, by address.

Measured on tfparse 0.6.22: a value that it cannot decide is a placeholder (a dict with
``__attribute__``), an unresolved ``${...}`` inside a string, or a plain None; a computed id is a
random UUID; instances whose count or for_each is unknown vanish, or look certain. So a record is
only asked for values of which the syntactic pass has seen that the input decides them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from toolkit.errors import SourceError
from toolkit.sources.hcl.expansion import Key

_POSITION = re.compile(r"(?P<file>[^\s:]+\.tf(?:\.json)?):(?P<line>\d+),(?P<column>\d+)-[\d,]+: ")
_INDEX = re.compile(r'\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\]$')
_PROGRAM = Path(__file__).with_name("evaluator.py")
#: Seconds that an evaluation may take; large configurations need less than one.
TIME_LIMIT = 120
#: What stands for a value that tfparse does not give.
LOST = object()


class _Answer(msgspec.Struct):
    loaded: dict[str, list[dict[str, Any]]] = {}
    refused: str | None = None


class Evaluation:
    """A run of tfparse in a process of its own, begun at once; whoever asks first waits for it.

    `close` ends it where nobody is going to ask any more.
    """

    def __init__(self, directory: Path, variables: Mapping[str, str], shown: str) -> None:
        self._shown = shown
        self._problem: SourceError | None = None
        self._raw: dict[str, list[dict[str, Any]]] = {}
        self._records: dict[str, dict[str, Any]] | None = None
        self._keys: dict[str, list[Key]] = {}
        self._ids: set[str] = set()
        text = "".join(f"{name} = {value}\n" for name, value in variables.items())
        # Variables go through a pipe: their values may be secrets, which belong in no file.
        # tfparse joins a path of variables to the folder's, so it has to lead from there.
        path = os.path.relpath("/dev/stdin", os.path.realpath(directory)) if text else ""
        self._process = subprocess.Popen(  # noqa: S603 - our own file, run by our own interpreter
            [sys.executable, "-P", "-S", str(_PROGRAM), str(directory), path],
            # The packages of this program, however it found them, and nothing else of its
            # environment: tfparse would take variables from there by rules of its own.
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._thread = threading.Thread(target=self._wait, args=(text.encode(),), daemon=True)
        self._thread.start()

    def _wait(self, variables: bytes) -> None:
        try:
            output, _ = self._process.communicate(variables, timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            self.close()
            self._problem = SourceError(
                f"{self._shown}: could not be evaluated within {TIME_LIMIT} seconds",
                hint="Check a plan instead: terraform show -json PLAN | recording-toolkit check -",
            )
            return
        try:
            answer = msgspec.json.decode(output, type=_Answer)
        except msgspec.DecodeError:
            self._problem = SourceError(
                f"{self._shown}: the evaluation of this Terraform crashed",
                hint="Check a plan instead: terraform show -json PLAN | recording-toolkit check -",
            )
            return
        self._raw = answer.loaded
        if answer.refused is not None:
            self._problem = _source_error(answer.refused, self._shown)

    def close(self) -> None:
        """End the process, if it still runs."""
        self._process.kill()

    def problem(self) -> SourceError | None:
        """Why tfparse refuses the folder, naming files as reports do; None where it does not."""
        self._thread.join()
        return self._problem

    def record(self, address: str) -> dict[str, Any] | None:
        """The record of a resource instance; None where tfparse has none."""
        return self._index().get(address)

    def keys(self, address: str) -> tuple[Key, ...]:
        """The keys of the instances at an address that is given without one."""
        self._index()
        return tuple(self._keys.get(address, ()))

    def is_id(self, value: object) -> bool:
        """Whether a value is an id that tfparse made up."""
        self._index()
        return isinstance(value, str) and value in self._ids

    def value(self, found: object) -> object:
        """A value of a record, or `LOST` where it, or a part of it, is not a real one."""
        if isinstance(found, dict):
            if "__attribute__" in found:
                return LOST
            members = {k: self.value(v) for k, v in found.items() if k not in ("__tfmeta", "id")}
            return LOST if LOST in members.values() else members
        if isinstance(found, list):
            items = [self.value(item) for item in found]
            return LOST if any(item is LOST for item in items) else items
        if found is None or self.is_id(found) or (isinstance(found, str) and "${" in found):
            return LOST
        return found

    def _index(self) -> dict[str, dict[str, Any]]:
        self._thread.join()
        if self._records is None:
            self._records = {}
            for records in self._raw.values():
                for record in records:
                    self._add(record)
            self._raw = {}
        return self._records

    def _add(self, record: dict[str, Any]) -> None:
        assert self._records is not None  # noqa: S101 - for the type checker; _index made it
        meta = record.get("__tfmeta", {})
        address = meta.get("path", "")
        self._records[address] = record
        identity = record.get("id")
        if isinstance(identity, str):
            self._ids.add(identity)
        match = _INDEX.search(address)
        if match is not None:
            text = match[2]
            key: Key = int(match[1]) if match[1] is not None else _unquoted(text)
            self._keys.setdefault(address[: match.start()], []).append(key)


def _unquoted(text: str) -> str:
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def _source_error(message: str, shown: str) -> SourceError:
    text = message.removeprefix("unable to create TerraformConverter: ")
    text = re.sub(r", and \d+ other diagnostic\(s\)$", "", text)
    match = _POSITION.match(text)
    if match is None:
        return SourceError(
            f"{shown}: {text}", hint="Run `terraform validate` there to see what is wrong."
        )
    file = os.path.normpath(os.path.join(shown, match["file"]))  # noqa: PTH118 - a shown path
    title, _, detail = text[match.end() :].partition("; ")
    return SourceError(
        f"{file}:{match['line']}:{match['column']}: {title}",
        hint=detail or "Run `terraform validate` there to see what is wrong.",
    )
