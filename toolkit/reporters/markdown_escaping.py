"""Texts of other people inside Markdown: shown as they are, and able to do nothing.

A comment on a pull request is rendered with the rights of the bot that posts it. A client named
`@everyone`, `</details>` or `[log in](https://evil.example)` must stay a name.
"""

from __future__ import annotations

import re

from toolkit.lazily import pattern
from toolkit.reporters.terminal import visible

#: As a character reference, none of it has a meaning in Markdown or HTML; the first group only
#: where a line begins.
_SPECIAL = pattern(r"^[-+=/\d]|[!#$&*<>@\[\\\]_`{|}~]")
#: Mentions and references are looked for in the rendered text, where a character reference is the
#: character again; a space of no width behind it ends them. Code is not searched for them.
_REFERENCE = pattern(r"[@#!$%~&^](?=\S)|GH-(?=\d)|://|www(?=\.)", re.IGNORECASE)
_CODE = pattern(r"`([^`\s](?:[^`]*[^`\s])?)`")
_NO_WIDTH = "&#8203;"


def marked(text: str) -> str:
    """`text` on one line as prose; what it has between backticks is code."""
    parts = []
    end = 0
    safe = visible(text)
    for found in _CODE.finditer(safe):
        parts += [_prose(safe[end : found.start()]), code(found[1])]
        end = found.end()
    return "".join([*parts, _prose(safe[end:])])


def _prose(safe: str) -> str:
    parts = []
    end = 0
    for found in _REFERENCE.finditer(safe):
        parts += [_inert(safe[end : found.end()]), _NO_WIDTH]
        end = found.end()
    return "".join([*parts, _inert(safe[end:])])


def code(text: str) -> str:
    """`text` on one line as code, for names: nothing is put into it, so it can be copied."""
    return f"<code>{_inert(visible(text))}</code>"


def fenced(text: str, language: str = "") -> list[str]:
    """`text` as the lines of a code block that it cannot end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *(visible(line) for line in text.split("\n")), fence]


def _inert(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
