"""Record Terraform's results of cases in a file, to judge later evaluations by them."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tests.proof.comparing import Truth
from tests.proof.drawn_root import Case

#: Attributes that are sets.
_SETS = ("scopes", "registered_redirect_uris", "permissions")


class Recorded(msgspec.Struct, frozen=True):
    """A case with Terraform's result for each completion."""

    case: Case
    truths: tuple[Truth, ...]


def write(path: Path, found: Iterable[Recorded]) -> None:
    """Write one line for each case. The same results give the same bytes."""
    lines = b"".join(msgspec.json.encode(each, order="deterministic") + b"\n" for each in found)
    path.write_bytes(gzip.compress(lines, mtime=0))


def read(path: Path) -> Iterator[Recorded]:
    for line in gzip.decompress(path.read_bytes()).splitlines():
        each = msgspec.json.decode(line, type=Recorded)
        truths = (truth._replace(resources=_resources(truth.resources)) for truth in each.truths)
        yield Recorded(each.case, tuple(truths))


def _resources(found: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    return {
        address: {name: _value(name, value) for name, value in values.items()}
        for address, values in found.items()
    }


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list) and name in _SETS:
        return frozenset(value)
    if isinstance(value, list) and name == "roles":
        return frozenset(map(_role, value))
    return value


def _role(pair: Sequence[Any]) -> tuple[frozenset[str], str | None]:
    return frozenset(pair[0]), pair[1]
