"""Removes secrets from Terraform's error messages, for reports.

Secret values are recognised by the names of variables. Values from a variables file, which is not
read here, are recognised where Terraform shows the value of an expression.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Final

from toolkit.provision.arguments import taken

#: The names of variables with secret values, and the least length of a secret. The patterns are
#: compiled on first use: every check imports them, and few need them.
PRIVATE: Final = (
    r"(?i)secret|token|passw|passphrase|private[ _-]?key|access[ _-]?key|api[ _-]?key|credential"
)
SHORTEST: Final = 8
_BLOT: Final = "[redacted]"
_QUOTED: Final = r'"((?:[^"\\]|\\.)*)(?:"|\\?$)'
#: ``var.name is "value"``, as Terraform shows the values in a failed expression.
_SHOWN: Final = rf"(?s)(?<!\S)(\S+) is {_QUOTED}"
#: ``cannot convert "value" to number``.
_CONVERTED: Final = rf"(?s)(cannot convert ){_QUOTED}"
_ASSIGNED: Final = rf'(?s)(?<![\w-])([\w-]+"?\s*[=:]\s*){_QUOTED}'
#: Secrets that are recognised by their form; the first group is shown.
_KNOWN_BY_SHAPE: Final = (
    r"(?i)(\bbearer\s+)[\w.~+/=-]{8,}",
    r"(?i)(\bbasic\s+)[a-z0-9+/]{16,}=*",
    # A JSON Web Token.
    r"()(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?",
    # The user part of a URL; over http even a user without a password is a secret.
    r"(?i)(\bhttps?://)[^\s/?#\"'\\<>]+(?=@)",
    r"(?i)(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/?#\"'\\<>:]*:[^\s/?#\"'\\<>]+(?=@)",
    r"(?s)()-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----END).)*(?:-----END[A-Z ]*-----)?",
)
#: The arguments that take an assignment.
_ASSIGNING: Final = frozenset({"var", "backend-config"})


class Redaction:
    """Removes the secrets of these variables from a text, and other values that Terraform shows."""

    def __init__(self, environ: Mapping[str, str], given: Iterable[tuple[str, str]] = ()) -> None:
        self._secrets = frozenset(_secrets((*environ.items(), *_arguments(environ), *given)))

    def __call__(self, text: str) -> str:
        """Return the text without secrets; its lines may be joined with spaces."""
        known = {*self._secrets, *_shown(text)}
        every = {form for secret in known for form in forms(secret)}
        # Longest first: one secret may be a prefix of another.
        for form in sorted(every, key=len, reverse=True):
            # Terraform breaks lines at spaces, and a blank line after the title becomes a colon.
            text = re.sub(r":?\s+".join(map(re.escape, form.split())), _BLOT, text)
        text = re.sub(
            _SHOWN,
            lambda found: f"{found[1]} is {_BLOT}" if _is_expression(found[1]) else found[0],
            text,
        )
        for shape in _KNOWN_BY_SHAPE:
            text = re.sub(shape, rf"\1{_BLOT}", text)
        text = re.sub(_CONVERTED, rf"\1{_BLOT}", text)
        return re.sub(
            _ASSIGNED,
            lambda found: f"{found[1]}{_BLOT}" if re.search(PRIVATE, found[1]) else found[0],
            text,
        )


def _shown(text: str) -> Iterator[str]:
    """Yield the values of expressions; Terraform may repeat one in its explanation."""
    for found in re.finditer(_SHOWN, text):
        if _is_expression(found[1]) and len(found[2]) >= SHORTEST:
            yield found[2]
            with suppress(ValueError):
                yield str(json.loads(f'"{found[2]}"'))


def _is_expression(word: str) -> bool:
    return "." in word or word.endswith("]")


def _secrets(variables: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in variables:
        if re.search(PRIVATE, name) and len(value.strip()) >= SHORTEST:
            # Decode it as Terraform's output is decoded.
            decoded = os.fsencode(value).decode("utf-8", "replace")
            yield decoded
            # A log prints each line of a value separately.
            yield from (line for line in decoded.splitlines() if len(line.strip()) >= SHORTEST)


def _arguments(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the assignments in TF_CLI_ARGS and TF_CLI_ARGS_COMMAND."""
    for name, value in environ.items():
        if name.startswith("TF_CLI_ARGS"):
            yield from _assignments(taken(value))


def _assignments(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word, following in pairwise((*words, "")):
        option, equals, text = word.partition("=")
        if word.startswith("-") and option.lstrip("-") in _ASSIGNING:
            name, _, value = (text if equals else following).partition("=")
            yield name, value


def forms(secret: str) -> set[str]:
    """Return the secret as it is, and as HCL and JSON write it, also nested."""
    found = {secret, secret.replace("${", "$${").replace("%{", "%%{")}
    for _ in range(2):
        found |= {escaped for each in found for escaped in _escaped(each)}
    return {form for form in found if form.strip()}


def _escaped(text: str) -> Iterator[str]:
    for ascii_only in (False, True):
        yield json.dumps(text, ensure_ascii=ascii_only)[1:-1]
    # Go's JSON encoder also escapes these characters.
    go = json.dumps(text, ensure_ascii=False)[1:-1]
    for sign in "<>&":
        go = go.replace(sign, f"\\u{ord(sign):04x}")
    yield go
