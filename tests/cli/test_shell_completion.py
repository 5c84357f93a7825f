"""Shell completion by Click over lazily imported commands."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def complete(words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit"],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "_RECORDING_TOOLKIT_COMPLETE": "bash_complete",
            "COMP_WORDS": f"recording-toolkit {words}",
            "COMP_CWORD": str(len(words.split(" "))),
            **environment,
        },
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [("ch", "check"), ("policy sc", "schema"), ("check --fail-on nev", "never"),
     ("check -f js", "json"), ("check --sou", "--source-dir")],
)  # fmt: skip
def test_offers_what_can_follow(words: str, offered: str) -> None:
    assert f"plain,{offered}\n" in complete(words)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_prints_a_script_for_each_shell(shell: str) -> None:
    script = complete("", _RECORDING_TOOLKIT_COMPLETE=f"{shell}_source")
    assert "_RECORDING_TOOLKIT_COMPLETE" in script
