"""Parse the reference lists of a plan's `configuration` back into the written references.

Terraform lists each reference of an expression followed by its shorter forms (``x.r["a"].id``,
``x.r["a"]``, ``x.r``), and cuts a reference off at an index that it cannot evaluate:
``x.r[each.key].id`` becomes ``x.r`` and ``each.key``. Repeated references are listed repeatedly.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, TypeAlias

from msgspec import Struct

from toolkit.lazily import pattern

#: A step after a reference's name: an attribute, a map key or a list index.
Step: TypeAlias = str | int

_TOKEN: Final = pattern(
    r'\.?(?P<name>[^.\[\]"]+)|\[(?P<index>-?\d+)\]|\["(?P<key>(?:[^"\\]|\\.)*)"\]'
)

_ESCAPE: Final = pattern(r'\\(n|r|t|"|\\|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|(\$|%)\2\{')
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPES: Final = {sign: f"\\{code}" for code, sign in _ESCAPED.items()}
_SPECIAL: Final = pattern(r'["\\{]')
#: The last Unicode code point.
_LAST: Final = 0x10FFFF

#: One step of a module instance's address: ``module.a["x"].``.
MODULE_STEP: Final = pattern(
    r'module\.(?P<name>[^.\[]+)(?P<key>\[(?:-?\d+|"(?:[^"\\]|\\.)*")\])?\.?'
)


class Reference(Struct, frozen=True):
    """One reference: its text and the steps in it."""

    text: str
    steps: tuple[Step, ...]

    @property
    def head(self) -> Step:
        return self.steps[0]


@lru_cache(maxsize=4096)
def parse_steps(text: str) -> tuple[Step, ...]:
    """Return the steps of a reference or an address; any other text is one step."""
    steps: list[Step] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return (text,)
        if match["index"] is not None:
            steps.append(int(match["index"]))
        elif match["key"] is not None:
            steps.append(unquoted(match["key"]))
        else:
            steps.append(match["name"])
        position = match.end()
    return tuple(steps)


def unquoted(quoted: str) -> str:
    """Return the text between quotes with HCL's escapes resolved."""
    if "\\" not in quoted and "{" not in quoted:
        return quoted
    return _ESCAPE.sub(_unescaped, quoted)


def _unescaped(match: re.Match[str]) -> str:
    code: str | None = match[1]
    if code is None:
        return f"{match[2]}{{"
    if code in _ESCAPED:
        return _ESCAPED[code]
    number = int(code[1:], 16)
    return "\ufffd" if number > _LAST or 0xD800 <= number <= 0xDFFF else chr(number)


def written_references(listed: list[str]) -> list[Reference]:
    """Return the references that the author wrote, without the shorter forms after each."""
    written: list[Reference] = []
    previous: Reference | None = None
    for text in filter(None, listed):
        reference = Reference(text, parse_steps(text))
        if previous is None or _is_base(previous) or not _shortens(reference, previous):
            written.append(reference)
        previous = reference
    return written


def _shortens(shorter: Reference, longer: Reference) -> bool:
    return (
        len(shorter.steps) < len(longer.steps)
        and longer.steps[: len(shorter.steps)] == shorter.steps
    )


def _is_base(reference: Reference) -> bool:
    """Whether Terraform lists no shorter form of the reference; a module call includes its key."""
    return reference.head == "module" and len(reference.steps) <= (
        3 if reference.text.endswith("]") else 2
    )


def index_text(key: Step | None) -> str:
    """Return an instance key in the form of an address."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    return f'["{quoted(key)}"]'


def quoted(text: str) -> str:
    """Return a text as HCL quotes it: unprintable characters are escaped as in Go."""
    if text.isascii() and text.isprintable() and not _SPECIAL.search(text):
        return text
    shown = "".join(map(_escaped, text))
    return shown.replace("${", "$${").replace("%{", "%%{")


def _escaped(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign == " " or unicodedata.category(sign)[0] in "LMNPS":
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"


def module_text(path: tuple[tuple[str, Step | None], ...]) -> str:
    """Return a module instance's address: ``module.a["x"].module.b``; '' for the root module."""
    return ".".join(f"module.{name}{index_text(key)}" for name, key in path)


def module_names(address: str) -> tuple[str, ...]:
    """Return the names of the module calls in a module instance's address, without their keys."""
    return tuple(match["name"] for match in MODULE_STEP.finditer(address))
