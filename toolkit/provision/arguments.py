"""What TF_CLI_ARGS and its like put into the commands that Terraform is started with.

Terraform takes them before the arguments of the command line, so an option that both have is ours.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Final

#: Where Terraform looks for more arguments of a command.
OF_ALL: Final = "TF_CLI_ARGS"
OF_PLAN: Final = "TF_CLI_ARGS_plan"
OF_APPLY: Final = "TF_CLI_ARGS_apply"

#: As the library that Terraform reads its options with understands them.
_FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})
#: Those that Terraform repeats in other words, and are on without a value.
_SWITCHES: Final = frozenset({"destroy", "refresh", "refresh-only", "lock"})


def added(environ: Mapping[str, str], *names: str) -> dict[str, str]:
    """The options in these variables: what each is written as, by its name without dashes.

    The last of several of one name counts. Words that no shell could split are Terraform's to
    refuse, and are none here.
    """
    found: dict[str, str] = {}
    for name in names:
        try:
            words = shlex.split(environ.get(name, ""))
        except ValueError:
            continue
        for word in words:
            option = word.lstrip("-").partition("=")[0]
            if word.startswith("-") and option:
                found[option] = _written(word, option)
    return found


def on(options: Mapping[str, str], name: str) -> bool:
    """Whether a switch is given, and not as off."""
    return name in options and not off(options, name)


def off(options: Mapping[str, str], name: str) -> bool:
    """Whether a switch is given as off."""
    return options.get(name, "").partition("=")[2] in _FALSE


def _written(word: str, option: str) -> str:
    """An option as a message may show it: values, of variables above all, may be secrets."""
    value = word.partition("=")[2]
    return f"-{option}={value}" if option in _SWITCHES and value else f"-{option}"
