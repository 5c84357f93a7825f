"""Which credentials a run uses: the operator's, or those of the client under test.

They are kept apart: in a pipeline the operator is an administrator, and a start that the
administrator may make proves nothing about the client that was provisioned. There is no fallback
from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.errors import UsageError

#: The operator's, as the Terraform provider and Genesys's own tools read them.
OPERATOR_ID = "GENESYSCLOUD_OAUTHCLIENT_ID"
OPERATOR_SECRET = "GENESYSCLOUD_OAUTHCLIENT_SECRET"  # noqa: S105 - a name
OPERATOR_TOKEN = "GENESYSCLOUD_ACCESS_TOKEN"  # noqa: S105 - a name
#: Those of the client under test.
SUBJECT_ID = "RECORDING_TOOLKIT_CLIENT_ID"
SUBJECT_SECRET = "RECORDING_TOOLKIT_CLIENT_SECRET"  # noqa: S105 - a name
SUBJECT_TOKEN = "RECORDING_TOOLKIT_ACCESS_TOKEN"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A client that logs in for itself."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token that exists already, such as one from the login of a user-grant client."""

    text: str = field(repr=False)


Credentials = ClientSecret | GivenToken


def subject_credentials(
    environ: Mapping[str, str], *, else_: str = " If the operator itself is meant: --as-operator."
) -> Credentials:
    """Return those of the client under test. Raises UsageError if there are none, or two kinds.

    `else_` is the hint for a user who has only the operator's credentials.
    """
    client_id, secret = _value(environ, SUBJECT_ID), _value(environ, SUBJECT_SECRET)
    token = _value(environ, SUBJECT_TOKEN)
    if token and (client_id or secret):
        raise UsageError(
            f"both {SUBJECT_TOKEN} and {SUBJECT_ID if client_id else SUBJECT_SECRET} are set",
            hint="Keep the token to probe a user grant, or the id and secret to probe a client "
            "that logs in for itself.",
        )
    found = _chosen(client_id, secret, token, (SUBJECT_ID, SUBJECT_SECRET))
    if found is not None:
        return found
    need = f"Set {SUBJECT_ID} and {SUBJECT_SECRET}, or {SUBJECT_TOKEN} for a user grant"
    if any(_value(environ, name) for name in (OPERATOR_ID, OPERATOR_SECRET, OPERATOR_TOKEN)):
        raise UsageError(
            "only the operator's credentials are set (GENESYSCLOUD_...), not those of the client "
            "under test",
            hint=f"{need}.{else_}",
        )
    raise UsageError("the credentials of the client under test are not set", hint=f"{need}.")


def names_subject(environ: Mapping[str, str]) -> bool:
    """Whether any variable of the client under test is set, complete or not."""
    return any(_value(environ, name) for name in (SUBJECT_ID, SUBJECT_SECRET, SUBJECT_TOKEN))


def operator_credentials(environ: Mapping[str, str]) -> Credentials:
    """Return the operator's; a token wins over an id and secret, as in the Terraform provider."""
    found = _chosen(
        _value(environ, OPERATOR_ID),
        _value(environ, OPERATOR_SECRET),
        _value(environ, OPERATOR_TOKEN),
        (OPERATOR_ID, OPERATOR_SECRET),
    )
    if found is None:
        raise UsageError(
            "the operator's credentials are not set",
            hint=f"Set {OPERATOR_ID} and {OPERATOR_SECRET}, or {OPERATOR_TOKEN}.",
        )
    return found


def _chosen(client_id: str, secret: str, token: str, names: tuple[str, str]) -> Credentials | None:
    if token:
        return GivenToken(token)
    if client_id and secret:
        return ClientSecret(client_id, secret)
    if client_id or secret:
        have, lack = names if client_id else names[::-1]
        raise UsageError(f"{have} is set, but {lack} is not", hint=f"Set {lack} too.")
    return None


def _value(environ: Mapping[str, str], name: str) -> str:
    """Return the variable's value, without surrounding spaces: files add them."""
    text = environ.get(name, "").strip()
    # A value that is invalid in a header would fail later, in an error that may repeat it.
    if text and not (text.isascii() and text.isprintable() and " " not in text):
        raise UsageError(
            f"{name} holds a character that no credential has",
            hint="Set it again, without quotes, blanks or line breaks.",
        )
    return text
