"""Turns Terraform's errors into one line, and explains the known ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

#: The frame that Terraform draws around an error.
_FRAME: Final = r"^[\s\u2500-\u257f]+|\s+$"
_ESCAPE: Final = r"\x1b\[[0-9;]*m"
_SHOWN_AT_MOST: Final = 300
_ERROR: Final = "Error: "
_INIT: Final = "Error: Terraform encountered problems during initialisation"
_LOCKED: Final = "Error acquiring the state lock"
_LOCK_INFO: Final = r"(ID|Who): +(\S+)"
#: A permission, as the platform writes it at the end of its message.
_PERMISSION: Final = r"(?<![\w:/])[A-Za-z][\w-]*:[\w*-]+:[\w*-]+(?![\w:/])"
#: The token endpoint; it refuses an unknown client with 400.
_LOG_IN: Final = "/oauth/token"
_TOO_MANY_LOG_INS: Final = "rate limit exceeded"
_OBJECT: Final = r"\{"
#: The provider's message if it could not log in or its token was refused, without further details.
_AUTH: Final = r"Auth Error: (\d+) - (.*?)(?:: with | with provider\[|$)"
_UNAUTHORIZED: Final = r"API Error: 401 - "
#: The message of a data source if the org has no role of that name.
_NO_ROLE: Final = r"no authorization roles found with name (.+?)\s+\[\]"
#: The resource that an error is about, and the line of its block.
_WHERE: Final = r"with ((?:module|data|genesyscloud_)[^,]*), on (\S+ line \d+)"
_ROLE_FIELD: Final = r"role\w*(?:\[\d+\])?\.?roleId"


class Refusal(Struct, frozen=True):
    """A call that the platform refused, as the provider reports it.

    `permissions` are those that the message names, `fields` the invalid parts of the request.
    """

    method: str
    path: str
    status: int
    message: str
    resource: str
    fields: tuple[str, ...] = ()

    @property
    def permissions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(re.findall(_PERMISSION, self.message)))

    @property
    def call(self) -> str:
        what = f" for {self.resource}" if self.resource else ""
        how = f"answered {self.status}" if self.status else "was not answered"
        return f"{self.method} {self.path} {how}{what}"

    @property
    def limited(self) -> bool:
        """Whether it is a rate limit; for the token endpoint that is a 400."""
        log_in = self.path.endswith(_LOG_IN) and self.message.lower().startswith(_TOO_MANY_LOG_INS)
        return self.status == 429 or log_in

    @property
    def failed(self) -> bool:
        """Whether the platform failed, or the connection to it."""
        return self.status == 0 or self.status >= 500


#: Removes secrets from joined lines, before they are cut: part of a secret is not recognised.
Redact = Callable[[str], str]
#: Returns a clause that names what a call (method, path) needs; empty if that is unknown.
Asks = Callable[[str, str], str]


def _nothing(_method: str, _path: str) -> str:
    """Return nothing: without a table, the needs of a call are unknown."""
    return ""


class Explanation(Struct, frozen=True):
    """What went wrong, and what to do about it."""

    message: str
    hint: str


def in_one_line(output: bytes, redact: Redact) -> str:
    """Return the errors that Terraform reported, without their frame, or else all its output."""
    lines = _lines(output)
    starts = [at for at, line in enumerate(lines) if line.startswith(_ERROR)]
    # init reports first that there is an error in the configuration, and then the error.
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
    words = _short(redact(words.removeprefix(_ERROR)))
    return f"Terraform says: {words or 'nothing'}" + ("" if words.endswith(".") else ".")


def explained(output: bytes, redact: Redact, asks: Asks = _nothing) -> Explanation | None:
    """Return an explanation of a known failure; None for others."""
    found = _explained(output, redact, asks)
    return found and Explanation(redact(found.message), redact(found.hint))


def _explained(output: bytes, redact: Redact, asks: Asks) -> Explanation | None:
    lines = _lines(output)
    if any(_LOCKED in line for line in lines):
        held = {found[1]: found[2] for line in lines if (found := re.fullmatch(_LOCK_INFO, line))}
        # Without these fields, the storage of the lock may be unreachable.
        if held.keys() >= {"ID", "Who"}:
            return Explanation(
                f"another run holds the lock of this state, {held['Who']}",
                f"Wait until it has ended. If it is gone: terraform force-unlock {held['ID']}",
            )
    text = " ".join(lines)
    told = dict.fromkeys(_refusals(text))
    refused = [replace(each, message=redact(each.message)) for each in told]
    rights = _rights(refused, asks) or _missing_role(text, refused, redact)
    if not any(each.status == 0 or each.status >= 400 for each in refused):
        return rights or _log_in(text, redact)
    return (
        rights or _passing(refused) or Explanation("the platform refused a call", _words(refused))
    )


def _rights(refused: list[Refusal], asks: Asks) -> Explanation | None:
    """Return what the operator lacks, if the refusals are about rights."""
    answers = [each for each in refused if not each.limited and not each.failed]
    if any(each.status == 401 or each.path.endswith(_LOG_IN) for each in answers):
        return Explanation(
            "the platform does not accept the operator's credentials",
            f"{_calls(refused)}. Set GENESYSCLOUD_OAUTHCLIENT_ID and "
            "GENESYSCLOUD_OAUTHCLIENT_SECRET to those of a client in the region of "
            "GENESYSCLOUD_REGION.",
        )
    forbidden = [each for each in answers if each.status == 403]
    named = list(dict.fromkeys(name for each in forbidden for name in each.permissions))
    if named:
        these = "the permission" if len(named) == 1 else "the permissions"
        return Explanation(
            f"the operator, as whom Terraform runs, lacks {these} {', '.join(named)}",
            f"{_calls(refused)}. Grant a role with {'it' if len(named) == 1 else 'them'} to the "
            "client of GENESYSCLOUD_OAUTHCLIENT_ID; it takes up to five minutes.",
        )
    if forbidden:
        told = {f"{each.method} {each.path}": asks(each.method, each.path) for each in forbidden}
        known = "".join(f" {call} asks for {what}." for call, what in told.items() if what)
        return Explanation(
            "the operator, as whom Terraform runs, may not do this",
            f"{_calls(refused)}; the platform does not say which permission is missing.{known}",
        )
    return None


def _log_in(text: str, redact: Redact) -> Explanation | None:
    """Return why the provider could not log in; it reports only a sentence."""
    refused = re.search(_AUTH, text)
    if refused is not None:
        return Explanation(
            "the platform does not accept the operator's credentials",
            f"It answered {refused[1]} ({_short(redact(refused[2].strip()))}) to the log-in. Set "
            "GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET to those of a "
            "CLIENT-CREDENTIALS client in the region of GENESYSCLOUD_REGION.",
        )
    if re.search(_UNAUTHORIZED, text):
        return Explanation(
            "the platform does not accept the operator's token",
            "Unset GENESYSCLOUD_ACCESS_TOKEN, or set it to one that has not expired, of the region "
            "of GENESYSCLOUD_REGION.",
        )
    return None


def _missing_role(text: str, refused: list[Refusal], redact: Redact) -> Explanation | None:
    """Explain a role that is looked up or granted, and that the org does not have."""
    where = re.search(_WHERE, text)
    place = f"{where[1]} ({where[2]})" if where is not None else "the Terraform"
    unnamed = re.search(_NO_ROLE, text)
    if unnamed is not None:
        return Explanation(
            f'the org has no role named "{_short(redact(unnamed[1].strip()))}"',
            f"{place} looks it up. Name a role that is there, or define it as a "
            "genesyscloud_auth_role.",
        )
    if any(re.search(_ROLE_FIELD, name) for each in refused for name in each.fields):
        return Explanation(
            "a role_id is the id of no role of this org",
            f"{place} grants it; {_calls(refused)}. Refer to the role's id, as in "
            "data.genesyscloud_auth_role.NAME.id; a role's name is none.",
        )
    return None


def _passing(refused: list[Refusal]) -> Explanation | None:
    """Explain refusals that may pass with time."""
    if any(each.limited for each in refused):
        return Explanation(
            "the platform takes no more calls for now, of this client or of this user",
            f"{_calls(refused)}. Wait a minute and run it again; fewer at a time is -parallelism "
            "in TF_CLI_ARGS_plan and TF_CLI_ARGS_apply.",
        )
    if any(each.failed for each in refused):
        if any(each.failed and each.status for each in refused):
            return Explanation("the platform failed", f"{_words(refused)} Run it again later.")
        return Explanation(
            "the platform was not reached",
            f"{_words(refused)} Look at the way there, and at GENESYSCLOUD_REGION.",
        )
    return None


def _short(words: str) -> str:
    if len(words) <= _SHOWN_AT_MOST:
        return words
    return words[:_SHOWN_AT_MOST].rsplit(" ", 1)[0] + " ..."


def _calls(refused: list[Refusal]) -> str:
    return "; ".join(each.call for each in refused)


def _words(refused: list[Refusal]) -> str:
    """Return the calls, each with the platform's message."""
    told = (f"{each.call}: {_short(each.message)}".rstrip(": ") for each in refused)
    return " ".join(each if each.endswith(".") else f"{each}." for each in told)


def _refusals(text: str) -> Iterator[Refusal]:
    """Yield the provider's details of calls, which are JSON objects in the text.

    Terraform breaks lines at spaces, so the lines are joined with a space.
    """
    decoder = json.JSONDecoder()
    for start in re.finditer(_OBJECT, text):
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
                tuple(_fields(found.get("errorMessageDetails"))),
            )


def _fields(details: object) -> Iterator[str]:
    for each in details if isinstance(details, list) else ():
        if isinstance(each, dict) and isinstance(each.get("fieldName"), str):
            yield each["fieldName"]


def _lines(output: bytes) -> list[str]:
    text = re.sub(_ESCAPE, "", output.decode("utf-8", "replace"))
    lines = [re.sub(_FRAME, "", line) for line in text.splitlines()]
    return [part for line in lines for part in _from_json(line) or [line]]


def _from_json(line: str) -> list[str]:
    """Return the lines of an error that Terraform reports as JSON, because of -json."""
    if not line.startswith('{"@level":"error"'):
        return []
    try:
        told = json.loads(line).get("diagnostic")
    except ValueError:
        return []
    if not isinstance(told, dict):
        return []
    detail = [re.sub(_FRAME, "", each) for each in str(told.get("detail", "")).splitlines()]
    return [f"{_ERROR}{told.get('summary', '')}", "", *detail]
