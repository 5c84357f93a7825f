"""Regular expressions of policies, in the syntax of RE2.

Pattern and text may both be untrusted: the time that RE2 takes is linear in the text, whatever the
pattern is.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, Final

from toolkit.lazily import pattern

#: Syntax that RE2 does not support, because it requires backtracking.
_LEFT_OUT: Final = pattern(r"\(\?<?[=!]|\\[1-9]")


class PatternError(ValueError):
    """The text is not a valid regular expression; `hint` says how to fix it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def is_found(pattern: str, text: str) -> bool:
    """Whether the pattern matches anywhere in the text. Raises `PatternError`."""
    return compiled(pattern).search(text.encode("utf-8", "replace")) is not None


@cache
def compiled(pattern: str) -> Any:
    """Return the compiled RE2 pattern. Raises `PatternError`."""
    # Most policies have no pattern, so RE2 is imported only when needed.
    re2 = import_module("re2")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern.encode(), options)
    except UnicodeEncodeError as error:
        raise PatternError("it has an unpaired surrogate", "Write it as UTF-8.") from error
    except re2.error as error:
        hint = "A literal dot or bracket needs a backslash."
        if _LEFT_OUT.search(pattern):
            hint = "RE2 has no lookaround and no backreferences; list texts with one_of instead."
        raise PatternError(_message(error), hint) from error


def _message(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
