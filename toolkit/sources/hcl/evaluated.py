"""What tfparse makes of a root module: one record for each instance, by address.

Measured on tfparse 0.6.22: a value that it cannot decide is a placeholder (a dict with
``__attribute__``), an unresolved ``${...}`` inside a string, or a plain None; a computed id is a
random UUID; instances whose for_each is unknown vanish, and a count that is unknown or no number
makes one. So a record is only asked for values of which the syntactic pass has seen that
the input decides them.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import tfparse

from toolkit.errors import SourceError
from toolkit.sources.hcl.expansion import Key
from toolkit.sources.hcl.literals import kept_text
from toolkit.sources.references import unquoted
from toolkit.threads import start

_POSITION = re.compile(r"(?P<file>[^\s:]+\.tf(?:\.json)?):(?P<line>\d+),(?P<column>\d+)-[\d,]+: ")
_INDEX = re.compile(r'\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\]$')
_LARGEST = 2**53
#: A double of more digits may be another number that was cut.
_DIGITS = 15
#: Escapes that HCL does not have, and two that are skipped so that none is seen within them.
_GO_ESCAPE = re.compile(r"\\(x[0-9a-f]{2}|[abfv\\\"])")
_GO_CODES = {"a": "\\u0007", "b": "\\u0008", "f": "\\u000c", "v": "\\u000b"}
_GO_CODES |= {"\\": "\\\\", '"': '\\"'}
#: What stands for a value that tfparse does not give.
LOST = object()


class Evaluation:
    """A run of tfparse, on a thread of its own: it is native code, so Python runs on meanwhile.

    One that is never started has nothing to say; nor has one that is not `allowed` to.
    """

    def __init__(self, directory: Path, shown: str, *, allowed: bool = True) -> None:
        self._directory = directory
        self._allowed = allowed
        self._variables = ""
        self._shown = shown
        self._error: tfparse.ParseError | None = None
        self._raw: dict[str, list[dict[str, Any]]] = {}
        self._records: dict[str, dict[str, Any]] | None = None
        self._keys: dict[str, list[Key]] = {}
        self._guessed: set[str] = set()
        self._ids: set[str] = set()
        self._started = False
        self._thread: threading.Thread | None = None

    def start(self, variables: Mapping[str, str]) -> None:
        """Begin, with values of variables as the text of a tfvars file; once, whoever asks."""
        if self._started or not self._allowed:
            return
        self._started = True
        self._variables = "".join(f"{name} = {text}\n" for name, text in variables.items())
        self._thread = threading.Thread(target=self._run, daemon=True)
        start(self._thread)

    def _run(self) -> None:
        try:
            if self._variables:
                self._raw = self._load_with_variables()
            else:
                self._raw = _load(self._directory, [])
        except tfparse.ParseError as error:
            self._error = error

    def _load_with_variables(self) -> dict[str, list[dict[str, Any]]]:
        # Through a pipe: values may be secrets, which belong in no file.
        reader, writer = os.pipe()
        feeder = threading.Thread(
            target=_feed, args=(writer, self._variables.encode(errors="replace")), daemon=True
        )
        start(feeder)
        try:
            # tfparse joins the path to the folder's, so it has to lead from there.
            path = os.path.relpath(f"/dev/fd/{reader}", os.path.realpath(self._directory))
            return _load(self._directory, [path])
        finally:
            os.close(reader)
            feeder.join()

    def _wait(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def problem(self) -> SourceError | None:
        """Why tfparse refuses the folder, naming files as reports do; None where it does not."""
        self._wait()
        return None if self._error is None else _source_error(str(self._error), self._shown)

    def record(self, address: str) -> dict[str, Any] | None:
        """The record of a resource instance; None where tfparse has none."""
        return self._index().get(address)

    def keys(self, address: str) -> tuple[Key, ...] | None:
        """The keys of the instances at an address that is given without one.

        None where it cannot say: it was not run, or could not tell how many there are.
        """
        if not self._started:
            return None
        self._index()
        return None if address in self._guessed else tuple(self._keys.get(address, ()))

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
        if isinstance(found, int | float) and not _is_exact(found):
            return LOST
        return kept_text(found) if isinstance(found, str) else found

    def _index(self) -> dict[str, dict[str, Any]]:
        self._wait()
        if self._records is None:
            self._records = {}
            for records in self._raw.values():
                for record in records:
                    # Of a block whose type is that of another part of its answer, it may make text.
                    if isinstance(record, dict):
                        self._add(record)
            self._raw = {}
        return self._records

    def _add(self, record: dict[str, Any]) -> None:
        assert self._records is not None  # noqa: S101 - for the type checker; _index made it
        meta = record.get("__tfmeta", {})
        address = _address(meta.get("path", ""))
        self._records[address] = record
        identity = record.get("id")
        if isinstance(identity, str):
            self._ids.add(identity)
        match = _INDEX.search(address) if address.endswith("]") else None
        if match is not None:
            text = match[2]
            key: Key = int(match[1]) if match[1] is not None else unquoted(text)
            base = address[: match.start()]
            self._keys.setdefault(base, []).append(key)
            if text is None and not isinstance(record.get("count"), int | float):
                self._guessed.add(base)


def _address(path: str) -> str:
    """An address as Terraform writes it.

    In a key tfparse has the escapes of Go, and leaves ``${`` and ``%{`` as they are.
    """
    if "\\" in path:
        path = _GO_ESCAPE.sub(lambda found: _GO_CODES.get(found[1], f"\\u00{found[1][1:]}"), path)
    return kept_text(path.replace("${", "$${").replace("%{", "%%{"))


def _is_exact(number: int | float) -> bool:
    """Whether Terraform writes a number with the same digits: tfparse has those of a double.

    And no sign of a zero.
    """
    if isinstance(number, bool):
        return True
    if isinstance(number, int):
        return 0 < abs(number) <= _LARGEST
    return len(Decimal(repr(number)).as_tuple().digits) <= _DIGITS


def _load(directory: Path, paths: list[str]) -> dict[str, list[dict[str, Any]]]:
    loaded: dict[str, list[dict[str, Any]]] = tfparse.load_from_path(
        str(directory), stop_on_hcl_error=True, allow_downloads=False, vars_paths=paths
    )
    return loaded


def _feed(writer: int, content: bytes) -> None:
    try:
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(content)
    except BrokenPipeError:
        # tfparse gave up before it read the values; its own error is the one to report.
        return


def _source_error(message: str, shown: str) -> SourceError:
    text = message.removeprefix("unable to create TerraformConverter: ")
    # Some of its explanations have paragraphs.
    text = " ".join(re.sub(r", and \d+ other diagnostic\(s\)$", "", text).split())
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
