"""Compare what an org grants with Terraform's state of the same client.

The state is the expectation, so every difference is a failure; the drift check sets its severity. A
difference without effect on the client is a note: scopes of a CLIENT-CREDENTIALS client, roles of a
user-grant client. Data that the operator may not read is unknown, never in sync.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.judging.difference import Difference, no_effect, some
from toolkit.judging.drift_checks import (
    CLIENT_ACTIVATED,
    CLIENT_DEACTIVATED,
    CLIENT_MISSING,
    GRANT_TYPE_CHANGED,
    IN_SYNC,
    SCOPE_ADDED,
    SCOPE_REMOVED,
    SETTING_CHANGED,
)
from toolkit.judging.grant_types import kinds_of
from toolkit.judging.phrases import not_known
from toolkit.judging.role_differences import not_compared, role_differences
from toolkit.model.clients import Client
from toolkit.model.findings import Kind, Missing, Result, SettingOutcome, Severity, Verdict
from toolkit.model.hiding import SENSITIVE
from toolkit.model.values import AttributeValue, Redacted, Unknown, ValueSet

#: Settings that are reported when they differ. The description has no effect, so it is left out.
_SETTINGS: Final = ("name", "access_token_validity_seconds", "registered_redirect_uris")


def drift(state: Client, org: Client | None, home: str | None) -> tuple[Result, ...]:
    """Return the results for a client of the state; `org` is the same client in the org.

    `home` is the id of the home division; the state may name that division by omitting it.
    """
    if org is None:
        found = [Difference(CLIENT_MISSING, "The state has this client; the org does not.")]
    else:
        found = [
            *_active(state, org),
            *_grant_type(state, org),
            *_scopes(state, org),
            *role_differences(state, org, home),
            *_settings(state, org),
        ]
    if not found:
        message = f"The org grants what the state says{not_compared(state)}."
        return (_result(state, Difference(IN_SYNC, message), Verdict.PASS),)
    return tuple(
        _result(state, each, Verdict.UNKNOWN if each.reasons else Verdict.FAIL) for each in found
    )


def unreadable(state: Client, reasons: tuple[Unknown, ...]) -> Result:
    """Return the result for a client that cannot be identified in the org from the state."""
    message = f"Cannot tell which client of the org this is, since {not_known(reasons)}."
    return _result(state, Difference(CLIENT_MISSING, message, reasons), Verdict.UNKNOWN)


def _result(client: Client, found: Difference, verdict: Verdict) -> Result:
    check = found.check
    grant_type = client.grant_type if isinstance(client.grant_type, str) else None
    return Result(
        rule=check.id,
        kind=Kind.DRIFT,
        verdict=verdict,
        severity=check.severity if found.effect else Severity.NOTE,
        root=client.root,
        address=client.address,
        client=client.label,
        grant_type=grant_type,
        message=found.message,
        title=check.title,
        missing=found.missing,
        reasons=found.reasons,
        setting=found.setting,
        location=client.where(found.attribute),
        fix=(check.fix or None) if verdict is Verdict.FAIL else None,
        in_state=True,
    )


def _active(state: Client, org: Client) -> Iterator[Difference]:
    was, is_now = state.attribute("state"), org.attribute("state")
    doubts = tuple(each for each in (was, is_now) if isinstance(each, Unknown))
    if doubts:
        message = f"Cannot tell whether it is active, since {not_known(doubts)}."
        yield Difference(CLIENT_DEACTIVATED, message, doubts, attribute="state")
    elif was != is_now:
        setting = _setting("state", was, is_now)
        if is_now == "active":
            message = f"Is active; the state says {_shown(was)}."
            yield Difference(CLIENT_ACTIVATED, message, setting=setting, attribute="state")
        else:
            message = f"Is {_shown(is_now)} and gets no tokens; the state says {_shown(was)}."
            message += org.deletion
            yield Difference(CLIENT_DEACTIVATED, message, setting=setting, attribute="state")


def _grant_type(state: Client, org: Client) -> Iterator[Difference]:
    name = "authorized_grant_type"
    was, is_now = state.grant_type, org.grant_type
    doubts = tuple(each for each in (was, is_now) if isinstance(each, Unknown))
    if doubts:
        message = f"Cannot tell whether the grant type is the same, since {not_known(doubts)}."
        yield Difference(GRANT_TYPE_CHANGED, message, doubts, attribute=name)
    elif _one_spelling(was) != _one_spelling(is_now):
        message = f"Is {_shown(is_now)}; the state says {_shown(was)}."
        setting = _setting(name, was, is_now)
        yield Difference(GRANT_TYPE_CHANGED, message, setting=setting, attribute=name)


def _scopes(state: Client, org: Client) -> Iterator[Difference]:
    was, is_now = state.scopes, org.scopes
    effect = not kinds_of(org.grant_type).surely_credentials
    doubts = (*was.unknown, *is_now.unknown)
    setting = _setting("scopes", was, is_now)
    lost = tuple(scope for scope in was.members if scope not in is_now.members)
    new = tuple(scope for scope in is_now.members if scope not in was.members)
    if doubts:
        message = f"Cannot tell whether the scopes are the same, since {not_known(doubts)}."
        yield Difference(SCOPE_REMOVED, message, doubts, attribute="scopes", effect=effect)
        return
    if lost:
        yield Difference(
            SCOPE_REMOVED,
            f"Lost the {some('scope', lost)}{no_effect(effect, 'scopes')}.",
            missing=tuple(Missing("scope", (scope,)) for scope in lost),
            setting=setting,
            attribute="scopes",
            effect=effect,
        )
    if new:
        message = f"Was given the {some('scope', new)}{no_effect(effect, 'scopes')}."
        yield Difference(SCOPE_ADDED, message, setting=setting, attribute="scopes", effect=effect)


def _settings(state: Client, org: Client) -> Iterator[Difference]:
    for name in _SETTINGS:
        was: AttributeValue = state.name if name == "name" else state.attribute(name)
        is_now: AttributeValue = org.name if name == "name" else org.attribute(name)
        if isinstance(was, Redacted):
            continue  # The state hides this value, so no report shows it.
        doubts = (*_doubts(was), *_doubts(is_now))
        if doubts:
            message = f"Cannot tell whether {name} is the same, since {not_known(doubts)}."
            yield Difference(SETTING_CHANGED, message, doubts, attribute=name)
        elif _members(was) != _members(is_now):
            message = f"{name} is {_shown(is_now)}; the state says {_shown(was)}."
            setting = _setting(name, was, is_now)
            yield Difference(SETTING_CHANGED, message, setting=setting, attribute=name)


def _doubts(value: AttributeValue) -> tuple[Unknown, ...]:
    if isinstance(value, Unknown):
        return (value,)
    return value.unknown if isinstance(value, ValueSet) else ()


def _members(value: AttributeValue) -> AttributeValue | tuple[str, ...]:
    """Return the value to compare; an absent set counts as empty."""
    if isinstance(value, ValueSet):
        return value.members
    return () if value is None else value


def _setting(name: str, was: AttributeValue, is_now: AttributeValue) -> SettingOutcome:
    return SettingOutcome(name, _shown(was), _shown(is_now))


def _shown(value: AttributeValue) -> str:
    """Return the value as a person would write it."""
    if isinstance(value, ValueSet):
        return ", ".join(value.members) or "none"
    if isinstance(value, Redacted):
        return SENSITIVE
    if value is None or isinstance(value, Unknown):
        return "not set"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _one_spelling(grant_type: str | Unknown) -> str:
    """Return one spelling: the provider accepts both SAML2-BEARER and SAML2BEARER."""
    return grant_type.replace("-", "") if isinstance(grant_type, str) else ""
