"""Logs of Terraform and its provider, which hold the secrets of clients.

The provider logs what it sends and what it is answered, Terraform what it is called with. What
passes through here is masked; what goes into a file of theirs does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from toolkit.provision.masks import masked
from toolkit.provision.secrets import SHORTEST, Redaction, forms
from toolkit.provision.supervision import Listener

#: Begins the names of what Terraform logs by, of the provider's part too.
_TF_LOG: Final = "TF_LOG"
#: Says where, and has nothing logged by itself.
_PLACE: Final = "TF_LOG_PATH"
#: What the provider writes a trace of all its calls by.
_SDK_DEBUG: Final = "GENESYSCLOUD_SDK_DEBUG"
#: What programs in Go log the headers of their calls by.
_GO_DEBUG: Final = "GODEBUG"
_OF_HEADERS: Final = r"\bhttp2debug=[^0]"
_OFF: Final = frozenset({"", "off", "0", "f", "false"})
_MOST_KEPT: Final = 1_000
_LONGEST_LINE: Final = 1 << 20
_KEY_BEGINS: Final = r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?!.*-----END)"
_OF_A_KEY: Final = r"[\s|]*(?:[A-Za-z0-9+/=]*|[\w-]+: [\w,-]+|-----END[A-Z ]*-----)\s*"


def leaking(environ: Mapping[str, str]) -> list[str]:
    """The variables that have secrets of clients written into logs, and into which file."""
    found = [
        name
        for name, value in sorted(environ.items())
        if (name.startswith(_TF_LOG) and name != _PLACE) or name == _SDK_DEBUG
        if value.strip().lower() not in _OFF
    ]
    if any(name != _SDK_DEBUG for name in found) and environ.get(_PLACE):
        found.append(_PLACE)
    if re.search(_OF_HEADERS, environ.get(_GO_DEBUG, "")):
        found.append(_GO_DEBUG)
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

    What is a secret once, by its name, is one wherever it stands from there on. A line that is too
    long to be kept until it ends is not shown.
    """

    def __init__(self, out: Listener, redact: Redaction) -> None:
        self._out = out
        self._redact: Callable[[str], str] = redact
        self._line = bytearray()
        self._is_too_long = False
        self._is_in_key = False
        self._known: list[str] = []

    def redact(self, text: str) -> str:
        """A text that was put together of what passed through, without what it shows of secrets."""
        return self._redact(masked(self._without_known(text))[0])

    def __call__(self, data: bytes) -> None:
        for part in data.splitlines(keepends=True):
            if not self._is_too_long:
                self._line += part
            if len(self._line) > _LONGEST_LINE:
                self._line.clear()
                self._is_too_long = True
            if part.endswith(b"\n"):
                self.end()

    def end(self) -> None:
        """Pass on what has no end of a line."""
        if self._is_too_long:
            self._out(b"[redacted: a line of more than 1 MiB]\n")
            self._is_too_long = False
        elif self._line:
            self._pass_on(bytes(self._line))
            self._line.clear()

    def _pass_on(self, line: bytes) -> None:
        text = line.decode("utf-8", "surrogateescape")
        if self._is_in_key and re.fullmatch(_OF_A_KEY, text):
            self._is_in_key = "-----END" not in text
            self._out(b"[redacted]\n")
            return
        self._is_in_key = re.search(_KEY_BEGINS, text) is not None
        text, secrets = masked(text)
        self._learn(secrets)
        self._out(self._redact(self._without_known(text)).encode("utf-8", "surrogateescape"))

    def _without_known(self, text: str) -> str:
        for secret in self._known:
            text = text.replace(secret, "[redacted]")
        return text

    def _learn(self, secrets: Sequence[str]) -> None:
        lines = (line for secret in secrets for line in (secret, *secret.splitlines()))
        new = {form for line in lines if len(line.strip()) >= SHORTEST for form in forms(line)}
        if not new.issubset(self._known) and len(self._known) < _MOST_KEPT:
            # The longest first: one secret may begin with another.
            self._known = sorted(new.union(self._known), key=len, reverse=True)
