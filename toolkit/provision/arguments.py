"""What TF_CLI_ARGS and its like put into the commands that Terraform is started with.

Terraform takes them before the arguments of the command line, so an option that both have is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Where Terraform looks for more arguments of a command.
OF_ALL: Final = "TF_CLI_ARGS"
OF_INIT: Final = "TF_CLI_ARGS_init"
OF_PLAN: Final = "TF_CLI_ARGS_plan"
OF_APPLY: Final = "TF_CLI_ARGS_apply"

#: As the library that Terraform reads its options with understands them.
_FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})
#: Those that Terraform repeats in other words, and are on without a value.
_SWITCHES: Final = frozenset({"destroy", "refresh", "refresh-only", "lock"})
_ON_BY_DEFAULT: Final = frozenset({"refresh", "lock"})
#: Where Terraform's splitter stops, or begins a command within the line, if they are not quoted.
_OF_A_SHELL: Final = frozenset(";|&<>`()")


def added(environ: Mapping[str, str], *names: str) -> dict[str, str]:
    """The options in these variables: what each is written as, by its name without dashes.

    The last of several of one name counts; but a switch that leaves something out does so given
    once, since a later one may be the value of an option before it. What is `unreadable` has none
    here.
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
    """Those of the variables of which it cannot be told what Terraform takes out of them."""
    return [name for name in names if split(environ.get(name, "")) is None]


def on(options: Mapping[str, str], name: str) -> bool:
    """Whether a switch is given, and not as off."""
    return name in options and not off(options, name)


def off(options: Mapping[str, str], name: str) -> bool:
    """Whether a switch is given as off."""
    return options.get(name, "").partition("=")[2] in _FALSE


def split(text: str) -> list[str] | None:
    """The words, as Terraform splits them; None for what it takes only a part of, or refuses."""
    words, whole = _split(text)
    return words if whole else None


def taken(text: str) -> list[str]:
    """The words as far as Terraform reads, the last of them perhaps not closed."""
    return _split(text)[0]


def _split(text: str) -> tuple[list[str], bool]:
    """The words, and whether these are all.

    Terraform is not a shell: it stops at the first sign of one, ignores all after that, and takes a
    backslash within double quotes away whatever follows. `shlex` does neither.
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
    """An option as a message may show it: values, of variables above all, may be secrets."""
    value = word.partition("=")[2]
    return f"-{option}={value}" if option in _SWITCHES and value else f"-{option}"
