"""What Terraform said about a failure, in one line, and explained where it is known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

#: The frame that Terraform draws around an error.
_FRAME: Final = re.compile(r"^[\s\u2500-\u257f]+|\s+$")
_ESCAPE: Final = re.compile(r"\x1b\[[0-9;]*m")
_SHOWN_AT_MOST: Final = 300
_ERROR: Final = "Error: "
_INIT: Final = "Error: Terraform encountered problems during initialisation"
_LOCKED: Final = "Error acquiring the state lock"
_LOCK_INFO: Final = re.compile(r"(ID|Who): +(\S+)")
#: As the platform writes it at the end of its message.
_PERMISSION: Final = re.compile(r"(?<![\w:/])[A-Za-z][\w-]*:[\w*-]+:[\w*-]+(?![\w:/])")
#: Refuses a client that it does not know with 400.
_LOG_IN: Final = "/oauth/token"
_OBJECT: Final = re.compile(r"\{")


class Refusal(NamedTuple):
    """A call that the platform refused, as the provider tells it.

    `permissions` are those that the message names.
    """

    method: str
    path: str
    status: int
    message: str
    resource: str

    @property
    def permissions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_PERMISSION.findall(self.message)))

    @property
    def call(self) -> str:
        what = f" for {self.resource}" if self.resource else ""
        return f"{self.method} {self.path} answered {self.status}{what}"


class Explanation(NamedTuple):
    """What went wrong, and what to do about it."""

    message: str
    hint: str


def in_one_line(output: bytes) -> str:
    """The errors that Terraform reported, without their frame, or all that it said."""
    lines = _lines(output)
    starts = [at for at, line in enumerate(lines) if line.startswith(_ERROR)]
    # Before what is wrong with the configuration, init says that something is.
    if len(starts) > 1 and lines[starts[0]].startswith(_INIT):
        del starts[0]
    paragraphs: list[list[str]] = [[]]
    for line in lines[starts[0] if starts else 0 :]:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    title, *rest = [" ".join(paragraph) for paragraph in paragraphs if paragraph] or [""]
    words = f"{title}: {' '.join(rest)}" if rest else title
    words = words.removeprefix(_ERROR)
    if len(words) > _SHOWN_AT_MOST:
        words = words[:_SHOWN_AT_MOST].rsplit(" ", 1)[0] + " ..."
    return f"Terraform says: {words or 'nothing'}" + ("" if words.endswith(".") else ".")


def explained(output: bytes) -> Explanation | None:
    """What is known about this failure; None where it has to speak for itself."""
    lines = _lines(output)
    if any(_LOCKED in line for line in lines):
        held = {found[1]: found[2] for line in lines if (found := _LOCK_INFO.fullmatch(line))}
        # Without them, it may be the place of the lock that cannot be reached.
        if held.keys() >= {"ID", "Who"}:
            return Explanation(
                f"another run holds the lock of this state, {held['Who']}",
                f"Wait until it has ended. If it is gone: terraform force-unlock {held['ID']}",
            )
    refused = list(dict.fromkeys(_refusals(" ".join(lines))))
    if not refused:
        return None
    return _rights(refused) or Explanation(
        "the platform refused a call",
        " ".join(f"{each.call}: {each.message.rstrip('.')}." for each in refused),
    )


def _rights(refused: list[Refusal]) -> Explanation | None:
    calls = "; ".join(each.call for each in refused)
    if any(each.status == 401 or each.path.endswith(_LOG_IN) for each in refused):
        return Explanation(
            "the platform does not accept the operator's credentials",
            f"{calls}. Set GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET to "
            "those of a client in the region of GENESYSCLOUD_REGION.",
        )
    forbidden = [each for each in refused if each.status == 403]
    named = list(dict.fromkeys(name for each in forbidden for name in each.permissions))
    if named:
        these = "the permission" if len(named) == 1 else "the permissions"
        return Explanation(
            f"the operator, as whom Terraform runs, lacks {these} {', '.join(named)}",
            f"{calls}. Grant a role with {'it' if len(named) == 1 else 'them'} to the client of "
            "GENESYSCLOUD_OAUTHCLIENT_ID; it takes up to five minutes.",
        )
    if forbidden:
        return Explanation(
            "the operator, as whom Terraform runs, may not do this",
            f"{calls}; the platform does not say which permission is missing.",
        )
    return None


def _refusals(text: str) -> Iterator[Refusal]:
    """The objects in the text that are the provider's details about a call.

    Terraform breaks lines at spaces, and they are put together with one.
    """
    decoder = json.JSONDecoder()
    for start in _OBJECT.finditer(text):
        try:
            found, _ = decoder.raw_decode(text, start.start())
        except ValueError:
            continue
        if isinstance(found, dict) and isinstance(found.get("statusCode"), int):
            yield Refusal(
                str(found.get("method", "a call")),
                str(found.get("path", "")),
                found["statusCode"],
                str(found.get("errorMessage", "")),
                str(found.get("resourceType", "")),
            )


def _lines(output: bytes) -> list[str]:
    text = _ESCAPE.sub("", output.decode("utf-8", "replace"))
    return [_FRAME.sub("", line) for line in text.splitlines()]
