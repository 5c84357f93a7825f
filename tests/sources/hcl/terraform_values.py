"""Evaluate expressions with real Terraform, and convert the toolkit's values to the same form."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.needs import needed
from toolkit.sources.hcl.values import numbers
from toolkit.sources.hcl.values.numbers import Float
from toolkit.sources.hcl.values.types import Type
from toolkit.sources.hcl.values.values import (
    MAPPINGS,
    SEQUENCES,
    Marked,
    Null,
    Value,
    type_of,
)

_INFINITE = re.compile(r'serializing output value \\?"o(\d+)\\?": ([^\n\\]*)')
_NUMBER = re.compile(r"-?[0-9]")


class Truth(NamedTuple):
    """The result of an expression: `value` of `type`, both as in a state, or why it is refused."""

    type: Any = None
    value: Any = None
    refused: str | None = None


def truths(
    expressions: Sequence[str], files: Mapping[str, str | bytes] | None = None
) -> list[Truth]:
    """Return Terraform's result of each expression, in a root that also has `files`.

    Refused expressions are removed one run at a time, so that each has its own reason.
    """
    found: dict[int, Truth] = {}
    left = dict(enumerate(expressions))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, content in (files or {}).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        while left:
            starts = _write(folder / "outputs.tf", left)
            done = _terraform(folder, "apply", "-auto-approve", "-json", "-input=false")
            if done.returncode == 0:
                found.update(_applied(folder, left))
                break
            refused = _refused(done.stdout, list(left), starts)
            assert refused, done.stdout[-3000:] + done.stderr[-1000:]
            for at, why in refused.items():
                found[at] = Truth(refused=why)
                del left[at]
    return [found[at] for at in range(len(expressions))]


def described(value: Value) -> Truth:
    """Return a known value as a state has it, without marks."""
    return Truth(_type(type_of(value)), _json(value))


def _write(file: Path, expressions: Mapping[int, str]) -> list[int]:
    starts: list[int] = []
    text = ""
    line = 1
    for at, expression in expressions.items():
        block = f'output "o{at}" {{\n  value = {expression}\n}}\n'
        starts.append(line)
        line += block.count("\n")
        text += block
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    return starts


def _terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [needed("terraform"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _applied(folder: Path, left: Mapping[int, str]) -> dict[int, Truth]:
    state = json.loads(
        (folder / "terraform.tfstate").read_text("utf-8"), parse_int=_number, parse_float=_number
    )
    outputs = state["outputs"]
    return {
        at: Truth(outputs[f"o{at}"]["type"], outputs[f"o{at}"]["value"])
        if f"o{at}" in outputs
        else Truth("dynamic", None)
        for at in left
    }


def _number(text: str) -> str:
    """Keep all digits of numbers, and keep them distinct from strings."""
    value = numbers.number(text)
    assert value is not None
    return f"#{numbers.text(value)}"


def _refused(printed: str, numbers_left: Sequence[int], starts: Sequence[int]) -> dict[int, str]:
    refused: dict[int, str] = {}
    for line in printed.splitlines():
        if not line.startswith("{"):
            continue
        message = json.loads(line)
        diagnostic = message.get("diagnostic", {})
        place = diagnostic.get("range", {})
        if message.get("@level") == "error" and place.get("filename") == "outputs.tf":
            at = sum(start <= place["start"]["line"] for start in starts) - 1
            why = f"{diagnostic['summary']}: {diagnostic.get('detail', '')}"
            refused.setdefault(numbers_left[at], why)
    if not refused:
        # An infinite number is valid, but no state can hold it.
        refused = {int(at): f"INFINITE {why}" for at, why in _INFINITE.findall(printed)}
    return refused


def _type(kind: Type) -> Any:
    if kind.is_collection:
        return [kind.kind, _type(kind.element)]
    if kind.kind == "tuple":
        return ["tuple", [_type(each) for each in kind.elements]]
    if kind.kind == "object":
        return ["object", {name: _type(each) for name, each in sorted(kind.attributes.items())}]
    return kind.kind


def _json(value: Value) -> Any:
    if isinstance(value, Marked):
        return _json(value.value)
    if isinstance(value, Null):
        return None
    if isinstance(value, SEQUENCES):
        return [_json(each) for each in value.items]
    if isinstance(value, MAPPINGS):
        return {name: _json(each) for name, each in value.items.items()}
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Float):
        # A state also loses the sign of zero.
        return "#0" if numbers.compare(value, 0) == 0 else f"#{numbers.text(value)}"
    return str(value)


sys.set_int_max_str_digits(0)
