"""The options that TF_CLI_ARGS and TF_CLI_ARGS_COMMAND add to Terraform's commands.

Terraform puts them before the arguments of the command line, so for an option in both places, the
command line wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: The variable with additional arguments for every command.
OF_ALL: Final = "TF_CLI_ARGS"
OF_INIT: Final = "TF_CLI_ARGS_init"
OF_PLAN: Final = "TF_CLI_ARGS_plan"
OF_APPLY: Final = "TF_CLI_ARGS_apply"

#: The values for false of the library with which Terraform parses its options.
_FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})
#: Switches that messages repeat with their value; without a value they are on.
_SWITCHES: Final = frozenset({"destroy", "refresh", "refresh-only", "lock"})
_ON_BY_DEFAULT: Final = frozenset({"refresh", "lock"})
#: The characters at which Terraform's splitter stops, or starts a nested command, unless quoted.
_OF_A_SHELL: Final = frozenset(";|&<>`()")


def added(environ: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return the options in these variables: their text by their name without dashes.

    The last of several options of one name counts, except for a switch that leaves something out:
    it counts once given, since a later one may be the value of the option before it. Variables that
    are `unreadable` have no options here.
    """
    found: dict[str, str] = {}
    for name in names:
        for word in split(environ.get(name, "")) or ():
            option = word.lstrip("-").partition("=")[0]
            if word.startswith("-") and option and not _leaves_out(found, option):
                found[option] = _written(word, option)
    return found


def _leaves_out(found: Mapping[str, str], option: str) -> bool:
    if option not in _SWITCHES or option not in found:
        return False
    return off(found, option) == (option in _ON_BY_DEFAULT)


def unreadable(environ: Mapping[str, str], *names: str) -> list[str]:
    """Return the variables for which it is unknown what Terraform reads from them."""
    return [name for name in names if split(environ.get(name, "")) is None]


def on(options: Mapping[str, str], name: str) -> bool:
    """Whether a switch is given, and not as off."""
    return name in options and not off(options, name)


def off(options: Mapping[str, str], name: str) -> bool:
    """Whether a switch is given as off."""
    return options.get(name, "").partition("=")[2] in _FALSE


def split(text: str) -> list[str] | None:
    """Return the words as Terraform splits them; None if it reads only a part of the text."""
    words, whole = _split(text)
    return words if whole else None


def taken(text: str) -> list[str]:
    """Return the words as far as Terraform reads; the last may have an unclosed quote."""
    return _split(text)[0]


def _split(text: str) -> tuple[list[str], bool]:
    """Return the words, and whether they are complete.

    Terraform is not a shell: it stops at the first shell operator and ignores the rest, and within
    double quotes it removes a backslash before any character. `shlex` does neither.
    """
    words: list[str] = []
    word: str | None = None
    quote, escaped, whole = "", False, True
    for each in text:
        if escaped:
            word, escaped = (word or "") + each, False
        elif each == "\\" and quote != "'":
            escaped = True
        elif each == quote:
            quote = ""
        elif quote:
            word = (word or "") + each
        elif each in "'\"":
            word, quote = word or "", each
        elif each in " \t\r\n":
            words += [] if word is None else [word]
            word = None
        elif each in _OF_A_SHELL:
            whole = False
            break
        else:
            word = (word or "") + each
    words += [] if word is None else [word]
    return words, whole and not quote and not escaped


def _written(word: str, option: str) -> str:
    """Return an option as a message may show it: without its value, which may be secret."""
    value = word.partition("=")[2]
    return f"-{option}={value}" if option in _SWITCHES and value else f"-{option}"
