"""Logs of Terraform and its provider, which hold the secrets of clients.

The provider logs what it sends and what it is answered. What passes through here is masked;
what goes into a file of theirs does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from toolkit.provision.secrets import PRIVATE, SHORTEST, Redaction
from toolkit.provision.supervision import Listener

#: Begins the names of what Terraform logs by, of the provider's part too.
_TF_LOG: Final = "TF_LOG"
#: Of these the one is a place, and the other has nothing of a provider's in it.
_HARMLESS: Final = frozenset({"TF_LOG_PATH", "TF_LOG_CORE"})
#: What the provider writes a trace of all its calls by.
_SDK_DEBUG: Final = "GENESYSCLOUD_SDK_DEBUG"
_OFF: Final = frozenset({"", "off", "0", "f", "false"})
#: A name and a value as Go's maps, headers, forms and JSON have them, JSON in JSON too.
_LOGGED: Final = (
    rf"(?i)((?:{PRIVATE.removeprefix('(?i)')}|authorization)[\w-]*[\\\"']*\s*[:=]\s*[\[\\\"']*(?:(?:bearer|basic)\s+)?)"
    r"([^\s\"'\\,\]}&;]+)"
)
_MOST_KEPT: Final = 1_000
_LONGEST_LINE: Final = 1 << 20


def leaking(environ: Mapping[str, str]) -> list[str]:
    """The variables that have secrets of clients written into logs, and into which file."""
    found = [
        name
        for name, value in sorted(environ.items())
        if (name.startswith(_TF_LOG) and name not in _HARMLESS) or name == _SDK_DEBUG
        if value.strip().lower() not in _OFF
    ]
    if any(name != _SDK_DEBUG for name in found) and environ.get("TF_LOG_PATH"):
        found.append("TF_LOG_PATH")
    return found


def in_logs(names: Sequence[str]) -> str:
    """What to say of these variables."""
    verb = "has" if len(names) == 1 else "have"
    return (
        f"{' and '.join(names)} {verb} the secrets of clients written into logs; they are masked "
        "in what is shown here, and not in a file. Unset what is not needed."
    )


class Masking:
    """A listener that passes on whole lines, without what they show of secrets.

    What is a secret once, by its name, is one wherever it stands from there on.
    """

    def __init__(self, out: Listener, redact: Redaction) -> None:
        self._out = out
        self._redact: Callable[[str], str] = redact
        self._line = bytearray()
        self._known: dict[str, None] = {}

    def __call__(self, data: bytes) -> None:
        self._line += data
        whole, end, rest = bytes(self._line).rpartition(b"\n")
        if end or len(rest) > _LONGEST_LINE:
            self._line = bytearray(rest if end else b"")
            for line in (whole if end else rest).splitlines(keepends=True):
                self._pass_on(line)
            if end:
                self._out(end)

    def end(self) -> None:
        """Pass on what has no end of a line."""
        if self._line:
            self._pass_on(bytes(self._line))
            self._line.clear()

    def _pass_on(self, line: bytes) -> None:
        text = line.decode("utf-8", "surrogateescape")
        for found in re.finditer(_LOGGED, text):
            if len(found[2]) >= SHORTEST and len(self._known) < _MOST_KEPT:
                self._known[found[2]] = None
        text = re.sub(_LOGGED, r"\1[redacted]", text)
        for secret in self._known:
            text = text.replace(secret, "[redacted]")
        self._out(self._redact(text).encode("utf-8", "surrogateescape"))
