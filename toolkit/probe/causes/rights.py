"""Causes about rights: scopes, permissions, and refusals that name neither."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.contracts.contract import PermissionMode, Phase
from toolkit.model import hcl
from toolkit.model.observations import Confidence, Diagnosis, Observation, RuledOut
from toolkit.model.permissions import scope_covers
from toolkit.probe.evidence import View, said
from toolkit.probe.stages import Stage

#: The path of the call that would rule out a cause.
_WHERE = {
    Stage.WHO_AM_I: "/api/v2/tokens/me",
    Stage.OWN_GRANTS: "/api/v2/authorization/subjects/me",
}
_WHAT = {Stage.WHO_AM_I: "the token's scopes", Stage.OWN_GRANTS: "the caller's grants"}
_ANY = "missing.any.permissions"
_EVERYWHERE = "*"
_NAMED = ("missing.permissions", _ANY)
#: A 403 about the participant, not about rights.
NOT_ACTIVE = "conversation.error.forbidden.not.active.participant"


def found(view: View) -> Iterator[Diagnosis]:
    scopes, permissions = list(_scopes(view)), list(_permissions(view))
    yield from scopes
    yield from permissions
    if not scopes and not permissions:
        yield from _denied(view)


def _scopes(view: View) -> Iterator[Diagnosis]:
    missing = view.missing_scopes
    who = view.ok(Stage.WHO_AM_I)
    if not missing or who is None:
        return
    held = tuple(view.fact(Stage.WHO_AM_I, "scopes") or ())
    names = _list(missing)
    message = f"The token lacks the scope{'s' if len(missing) > 1 else ''} {names}."
    evidence = [f"{said(who)}: authorizedScope lacks {names}"]
    # The client's current setting; an older token does not have it.
    own = view.fact(Stage.WHO_AM_I, "client_scopes") or ()
    only_log_in = all(any(scope_covers(have, need) for have in own) for need in missing)
    if only_log_in:
        them = "it" if len(missing) == 1 else "them"
        message += f" The client has {them}: the token is older, or was asked for without {them}."
    invented = view.invented_scopes
    if invented and not only_log_in:
        are = "is not a scope" if len(invented) == 1 else "are not scopes"
        message += (
            f" {_list(invented)} {are} of the published API, nor of this contract, and left out of "
            "the Terraform."
        )
    refused = view.refused
    if view.accepted:
        message += (
            f" The {view.act} {_went(view)} all the same: this org does not enforce scopes yet, "
            "and the client breaks on the day on which someone switches that on."
        )
    elif refused is not None:
        evidence.append(said(refused))
        misleading = refused.facts.get("case") == "session-not-startable"
        if misleading and view.phase is Phase.STARTABLE:
            message += (
                " The answer blames the session's state; the session is startable, and a missing "
                "scope is known to be answered with this misleading 400."
            )
    kept = tuple(scope for scope in held if scope not in invented)
    lacking = Diagnosis(
        "scope.missing",
        # A start that was refused for another reason was not refused for this one.
        Confidence.LIKELY if _refused_for_another(view) else view.assured(Stage.WHO_AM_I),
        message,
        tuple(evidence),
        "Log in again: a token keeps the scopes that it was made with."
        if only_log_in
        else f"Add {names} to the client's scopes, apply, and log in again: a token keeps the "
        "scopes that it was made with.",
        None if only_log_in else hcl.scopes(view.address, kept, missing),
    )
    yield view.by_contract(lacking)


def _went(view: View) -> str:
    """Return how an accepted start went."""
    return "worked" if view.confirmed else "was accepted"


def _refused_for_another(view: View) -> bool:
    """Whether the answer to the start names a reason other than scopes."""
    refused = view.refused
    if refused is None or refused.status in (401, 403):
        # A refusal that names a permission comes after the check of scopes.
        return refused is not None and refused.code in _NAMED
    return refused.facts.get("case") != "session-not-startable"


def _permissions(view: View) -> Iterator[Diagnosis]:
    refusals = [seen for seen in _refused_by_name(view) if seen.name == Stage.START.value]
    lacking = view.missing_permissions or ()
    if not refusals and not lacking:
        yield from _to_read(view)
        return
    named = [name for seen in refusals for name in view.permissions_named(seen)]
    declared = view.start.permissions.names if view.start.permissions else ()
    names = tuple(dict.fromkeys([*named, *lacking])) or declared
    which = _list(names) if names else "a permission that the answer does not name"
    # The platform's answer overrides the documents.
    any_of = (
        all(seen.code == _ANY for seen in refusals)
        if refusals
        else view.start.permissions is not None
        and view.start.permissions.mode is PermissionMode.ANY
    )
    unnamed = bool(refusals) and not named and not lacking
    if unnamed and names:
        message = (
            f"{_who(view)} lacks a permission that the answer does not name; a {view.act} needs "
            f"{_either(names) if any_of else which}."
        )
    elif any_of and len(names) > 1:
        message = f"{_who(view)} needs any one of the permissions {_either(names)}."
    else:
        message = f"{_who(view)} lacks the permission{'s' if len(names) > 1 else ''} {which}."
    # If an answer names several permissions, the contract may know which one is for recording.
    about = tuple(name for name in names if name in declared)
    if any_of and about and len(names) > len(about):
        message += f" {_list(about)} is the one about recording."
    grants = view.ok(Stage.OWN_GRANTS)
    evidence = [said(seen) for seen in refusals]
    if lacking and grants is not None:
        evidence.append(f"{said(grants)}: no granted role permits {_list(lacking)}")
    divisions = view.divisions_with(names, any_of=any_of) if refusals and names else ()
    if divisions:
        message = f"{_who(view)} holds {_either(names) if any_of else which} in "
        message += (
            "all divisions, and is refused for lack of it: a role that was changed takes up to "
            "five minutes, and what the org's licence lacks has no effect."
            if _EVERYWHERE in divisions
            else f"{_list(divisions)}; what is to be recorded is probably in another division."
        )
    if view.accepted:
        message += (
            f" The {view.act} {_went(view)} all the same, which this contract does not expect."
        )
    # If the contract knows none of the alternatives, the least of them is unknown.
    open_choice = any_of and len(names) > 1 and not about
    granted = about if any_of and about else lacking or names
    if any_of:
        granted = () if open_choice else granted[:1]
    fixable = tuple(n for n in granted if n.count(":") == 2 and "*" not in n)
    permit = _list(fixable) if fixable else _least_of(names) if open_choice else "it"
    if _EVERYWHERE in divisions:
        fix = "Probe again after five minutes; then see whether the org's licence has it."
    elif divisions:
        fix = "Grant the role in the division of the conversation, or in all of them. "
        fix += "A change takes up to five minutes."
    else:
        fix = f"Permit {permit} in a role of {_whose(view)}, in the division of the conversation. "
        fix += "A change takes up to five minutes; a permission that the org's licence lacks "
        fix += "cannot be granted."
    found = Diagnosis(
        "permission.missing",
        Confidence.PROVEN if refusals else view.assured(Stage.OWN_GRANTS),
        message,
        tuple(evidence),
        fix,
        _role(view, fixable) if fixable and not divisions else None,
    )
    if unnamed:
        yield view.by_reading(found)
    elif refusals:
        yield found
    elif view.holds_another_published_permission:
        yield view.by_reading(found)
    else:
        yield view.by_contract(found)


def _refused_by_name(view: View) -> Iterator[Observation]:
    """Yield the refusals that name permissions."""
    return (seen for seen in view.with_status(403) if seen.code in _NAMED and _counts(seen))


def _to_read(view: View) -> Iterator[Diagnosis]:
    """Yield a diagnosis for a refused read, which says nothing about the start."""
    refusals = list(_refused_by_name(view))
    if not refusals:
        return
    names = tuple(name for seen in refusals for name in view.permissions_named(seen))
    any_of = len(names) > 1 and all(seen.code == _ANY for seen in refusals)
    which = (_either(names) if any_of else _list(names)) if names else "it"
    permit = _least_of(names) if any_of else which
    lacks = f"{which}, which" if names else "a permission that the answer does not name and that"
    needs = "needs any one of" if any_of else "lacks"
    yield Diagnosis(
        "permission.missing",
        Confidence.PROVEN,
        f"{_who(view)} {needs} {lacks} a look at the {view.what.thing} needs. That says nothing "
        f"about the {view.act}.",
        tuple(said(seen) for seen in refusals),
        f"Permit {permit} in a role of {_whose(view)}, in the "
        "division of the conversation. A change takes up to five minutes.",
        _role(view, names) if names and not any_of else None,
    )


def _role(view: View, permissions: tuple[str, ...]) -> str:
    if view.logs_in_for_itself:
        return hcl.role_of_client(view.address, permissions)
    return hcl.role(permissions)


def _denied(view: View) -> Iterator[Diagnosis]:
    refusals = [
        seen
        for seen in view.with_status(403)
        if seen.code not in (*_NAMED, NOT_ACTIVE) and _counts(seen)
    ]
    if not refusals:
        return
    known = view.missing_scopes is not None and view.missing_permissions is not None
    yield Diagnosis(
        "permission.denied",
        Confidence.POSSIBLE,
        "The API refuses with a 403 that does not say what is missing. "
        + (
            f"The scopes and the permission for a {view.act} are held, so it is something about "
            "this conversation: its division, or what the org has licensed."
            if known
            else _may_be(view)
        ),
        tuple(said(seen) for seen in refusals),
        "Compare the division of the conversation with those of the grants."
        if known
        else f"Compare {_held(view)} with the contract: 'recording-toolkit check' does; "
        f"{view.start.id} is the operation.",
    )


def _may_be(view: View) -> str:
    if view.logs_in_for_itself:
        return "No scope is missing: scopes play no part for a client that logs in for itself."
    return "It may be a scope or a permission; the answer does not tell which."


def _held(view: View) -> str:
    """Return which of the caller's rights count, by its grant type."""
    return {
        True: "the permissions of the client's roles",
        False: "the scopes of the client, and the permissions of the user who logged in,",
        None: "the scopes of the client, or the permissions of its roles where it logs in for "
        "itself,",
    }[view.logs_in_for_itself]


def _counts(seen: Observation) -> bool:
    """Whether a refusal of the step matters: a start needs no right to read oneself."""
    return seen.name not in (Stage.WHO_AM_I.value, Stage.OWN_GRANTS.value, Stage.SESSIONS.value)


def _who(view: View) -> str:
    who = {True: "The client", False: "The user who logged in", None: "The caller"}
    return who[view.logs_in_for_itself]


def _whose(view: View) -> str:
    """Return whose roles count; both cases if the grant type is unknown."""
    return {
        True: "the client",
        False: "the user who logged in",
        None: "the client, where it logs in for itself, or else of the user who logged in",
    }[view.logs_in_for_itself]


def scopes_needed(view: View) -> str | None:
    """Return the scopes of a start, in words; None if it needs none or the contract has none."""
    ways = view.start.scopes or ()
    return " or ".join(map(_list, ways)) if all(ways) and ways else None


def _permission_needed(view: View) -> str:
    needed = view.start.permissions
    if needed is None or not needed.names:
        return f"the contract does not say which permission a {view.act} needs"
    if needed.mode is PermissionMode.ANY and len(needed.names) > 1:
        return f"a {view.act} needs one of {', '.join(needed.names)}"
    return f"a {view.act} needs {_list(needed.names)}"


def excluded(view: View) -> Iterator[RuledOut]:
    if view.logs_in_for_itself:
        yield RuledOut("scope.missing", "scopes play no part for a client that logs in for itself")
    elif view.missing_scopes == ():
        by = f"authorizedScope of the token has all that a {view.act} needs"
        yield RuledOut("scope.missing", by, step=Stage.WHO_AM_I.value)
    else:
        needed = scopes_needed(view)
        needs = (
            f"a {view.act} needs {needed}" if needed else "the contract does not say which it needs"
        )
        by = f"{needs}; {_not_known(view, Stage.WHO_AM_I)}"
        yield RuledOut("scope.missing", by, False)
    if view.missing_permissions == ():
        yield _permission_held(view)
    else:
        by = f"{_permission_needed(view)}; {_not_known(view, Stage.OWN_GRANTS)}"
        yield RuledOut("permission.missing", by, False)


def _permission_held(view: View) -> RuledOut:
    """Return the result for the permission; a grant in one division says nothing about a
    conversation in another one.
    """
    where = view.divisions_with_permission
    if not where:
        return RuledOut("permission.missing", f"a {view.act} asks for none")
    shown = _list(tuple("all divisions" if each == _EVERYWHERE else each for each in where))
    if _EVERYWHERE in where or view.accepted:
        return RuledOut("permission.missing", f"granted in {shown}", step=Stage.OWN_GRANTS.value)
    by = f"granted in {shown}; in which division the conversation is, a {view.act} tells"
    return RuledOut("permission.missing", by, False)


def _not_known(view: View, stage: Stage) -> str:
    seen, what = view.seen(stage), _WHAT[stage]
    if seen is None:
        return f"nothing shows {what}; GET {_WHERE[stage]} does"
    if stage is Stage.WHO_AM_I and seen.facts.get("scopes") is not None:
        return f"{said(seen)} has others, but no grant type, by which they count or do not"
    if seen.outcome == "ok":
        return f"{said(seen)} does not say all of {what}"
    return f"{what} cannot be read: {said(seen)}"


def _least_of(names: tuple[str, ...]) -> str:
    """Return the choice between permissions; no document says which of them grants least."""
    return f"one of {_either(names)}, the one that opens least ('catalog show NAME' tells),"


def _either(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _list(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
