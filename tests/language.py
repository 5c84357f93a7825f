"""Finds words and phrases that are hard to read: python -m tests.language.

`make lint` runs it over messages, help, docstrings, comments and pages. Each entry says what to
write instead. It prevents the worst from returning; it does not replace reading aloud.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
#: The texts that people read: the program and the pages.
READ: Final = ("*.md", "*.yml", "toolkit", "docs", "Makefile", "pyproject.toml")
#: Files with words that are not ours, or with these patterns.
NOT_OURS: Final = re.compile(
    r"\.(png|gz|xz|schema\.json|css|js)$|LICENSE$|^toolkit/catalog/catalog|compiled\.json$"
    r"|^tests/|\.json$"
)
INSTEAD: Final = {
    r"\banew\b": "again",
    r"\bheed(s|ed)\b": "use, follow, obey",
    r"\bblot(s|ted|ting)? (it )?out\b": "mask",
    r"\bby way of\b": "through",
    r"\bin the place of\b": "instead of",
    r"\bbehind which a user logs in\b": "a user-grant client",
    r"\b(that|which|it|file|text|itself) is (?-i:none)\b": "is not a ..., or: is missing",
    r"\bof which nothing\b": "turn it round: nothing is known of ...",
    r"(?<!\bthere.)\b(is|are) no (?!longer|more|such|other|one\b|reason|secret|room)\w+": "not a",
    r"\b(there|where)(of|in|upon|from|to)\b": "of it, in it: say what `it` is",
    r"\bwhat (one|somebody|someone) has to\b": "what you must",
    r"\bone'?s own\b": "your own",
    r"(?m)(^|[.:] )(?-i:Of) (a|an|the|what) ": "put the subject first",
    r"(?m)(^|[.:;] )(?-i:In) (HCL|a plan|the plan|a state) what ": "put the subject first",
    r"\bwere (the|a|an|it) \w+ (believed|taken|given|read)\b": "if ... were",
    r"\blikewise\b": "also",
    r"\bon account of\b": "because of",
    r"\bmoreover\b": "also, or a new sentence",
    r"\butili[sz]e": "use",
    r"\bin order to\b": "to",
    r"\bsimply\b|\bobviously\b": "leave it out",
}


def complaints(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the words found, and what to write instead."""
    for wrong, instead in _COMPILED:
        for found in wrong.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield line, " ".join(found[0].split()), instead


_COMPILED: Final = [
    # A line may break between any two words, also in a comment.
    (re.compile(wrong.replace(" ", r"(?:[ ]|[ ]*\n[ ]*(?:\#:?[ ]?)?)"), re.IGNORECASE), instead)
    for wrong, instead in INSTEAD.items()
]


def files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *READ], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if not NOT_OURS.search(name)]


def main() -> int:
    found = 0
    for path in files():
        if not path.is_file():
            continue
        for line, words, instead in complaints(path.read_text(encoding="utf-8", errors="replace")):
            found += 1
            sys.stdout.write(f'{path.relative_to(ROOT)}:{line}: "{words}": {instead}\n')
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
