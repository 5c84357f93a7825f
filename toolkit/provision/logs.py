"""Masks the secrets of clients in the logs of Terraform and its provider.

The provider logs its requests and their answers, and Terraform its arguments. Output that passes
through this module is masked; their log files are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from toolkit.provision.masks import masked
from toolkit.provision.secrets import SHORTEST, Redaction, forms
from toolkit.provision.supervision import Listener

#: The prefix of the variables that turn Terraform's logs on, the provider's part included.
_TF_LOG: Final = "TF_LOG"
#: The variable with the log's file; it does not turn logging on.
_PLACE: Final = "TF_LOG_PATH"
#: The variable that makes the provider write a trace of all its calls.
_SDK_DEBUG: Final = "GENESYSCLOUD_SDK_DEBUG"
#: The variable that makes Go programs log the headers of their calls.
_GO_DEBUG: Final = "GODEBUG"
_OF_HEADERS: Final = r"\bhttp2debug=[^0]"
_OFF: Final = frozenset({"", "off", "0", "f", "false"})
_MOST_KEPT: Final = 1_000
_LONGEST_LINE: Final = 1 << 20
_KEY_BEGINS: Final = r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?!.*-----END)"
_OF_A_KEY: Final = r"[\s|]*(?:[A-Za-z0-9+/=]*|[\w-]+: [\w,-]+|-----END[A-Z ]*-----)\s*"


def leaking(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that cause secrets to be logged, and the one with the file."""
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
    """Return a message about these variables."""
    verb = "has" if len(names) == 1 else "have"
    return (
        f"{' and '.join(names)} {verb} the secrets of clients written into logs; they are masked "
        "in what is shown here, and not in a file. Unset what is not needed."
    )


class Masking:
    """A listener that passes on whole lines, with their secrets masked.

    A secret that was found once by its name is masked everywhere after that. A line that is too
    long to be buffered is not shown.
    """

    def __init__(self, out: Listener, redact: Redaction) -> None:
        self._out = out
        self._redact: Callable[[str], str] = redact
        self._line = bytearray()
        self._is_too_long = False
        self._is_in_key = False
        self._known: list[str] = []

    def redact(self, text: str) -> str:
        """Return a text made from earlier output, with its secrets masked."""
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
        """Pass on the last line if it has no end."""
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
            # Longest first: one secret may be a prefix of another.
            self._known = sorted(new.union(self._known), key=len, reverse=True)
