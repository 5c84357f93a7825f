"""Regular expressions of policies, as RE2 reads them.

Both the pattern and the text may be a stranger's: RE2 takes a time that grows with the text and no
faster, whatever the pattern is.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, Final

from toolkit.lazily import pattern

#: What RE2 leaves out because it would have to try every way to match.
_LEFT_OUT: Final = pattern(r"\(\?<?[=!]|\\[1-9]")


class PatternError(ValueError):
    """A text that is not a regular expression; `hint` says how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def is_found(pattern: str, text: str) -> bool:
    """Whether a pattern is found anywhere in a text. Raises `PatternError`."""
    return compiled(pattern).search(text.encode("utf-8", "replace")) is not None


@cache
def compiled(pattern: str) -> Any:
    """The pattern as RE2 has it. Raises `PatternError`."""
    # Most policies have no pattern, and then need no RE2.
    re2 = import_module("re2")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern.encode(), options)
    except UnicodeEncodeError as error:
        raise PatternError("it has half a character in it", "Write it as UTF-8.") from error
    except re2.error as error:
        hint = "A literal dot or bracket needs a backslash."
        if _LEFT_OUT.search(pattern):
            hint = "RE2 has no lookaround and no backreferences; list texts with one_of instead."
        raise PatternError(_message(error), hint) from error


def _message(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
