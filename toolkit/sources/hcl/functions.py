"""The functions that put lists and maps together, on values of which some may be missing.

Only these, and those of `text_functions`, are evaluated here, because a literal member must stay
visible beside an unknown one; every other function that the evaluator has is its own to say.
"""

from __future__ import annotations

from collections.abc import Callable

from toolkit.model.values import Unknown
from toolkit.sources.hcl.literals import kept_text
from toolkit.sources.hcl.text_functions import TEXT_FUNCTIONS
from toolkit.sources.hcl.values import (
    BY_APPLY,
    BY_NOT_SENSITIVE,
    BY_PLAN,
    Computed,
    Identifier,
    IdentifierSet,
    Missing,
    Partial,
    SetValue,
    Value,
    as_identifiers,
    as_text,
    combined,
    has_computed,
    is_mixed,
    is_plain,
    is_uneven,
    missing,
    reasons_of,
    shortened,
)

#: Functions whose result is another one in every run.
_IMPURE = frozenset({"timestamp", "plantimestamp", "uuid", "bcrypt"})
#: Functions of the folder that Terraform runs in, which need not be the one this runs in.
_PLACED = frozenset({"abspath", "pathexpand"})
#: The same functions under the name that tells them from a provider's.
BUILT_IN = "core::"
#: Functions that tfparse 0.6.22 evaluates as Terraform 1.11 does. One that it does not have is an
#: error to it, and what it makes of that looks like a value: in `try` the next argument, in `can`
#: a false, in `count` one instance.
_EVALUATED = """
    abs alltrue anytrue base64decode base64encode base64gzip base64sha256 base64sha512 basename
    can ceil chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist
    compact concat contains csvdecode dirname distinct element endswith file filebase64
    filebase64sha256 filebase64sha512 fileexists filemd5 fileset filesha1 filesha256 filesha512
    flatten floor format formatdate formatlist indent index join jsondecode jsonencode keys length
    log lookup lower matchkeys max md5 merge min nonsensitive one parseint pow range regex
    regexall replace reverse setintersection setproduct setsubtract setunion sha1 sha256 sha512
    signum slice sort split startswith strcontains strrev substr sum textdecodebase64
    textencodebase64 timeadd timecmp title tobool tolist tomap tonumber toset tostring transpose
    trim trimprefix trimspace trimsuffix try upper urlencode uuidv5 values yamldecode yamlencode
    zipmap
"""
EVALUATED = frozenset(_EVALUATED.split())


def call(name: str, arguments: list[Value], text: str) -> Value:
    """The value of a function call."""
    bare = name.removeprefix(BUILT_IN)
    if bare in _PLACED:
        return missing(f"{name}()", BY_PLAN)
    if bare in _IMPURE:
        return missing(f"{name}()", BY_APPLY)
    if bare == "sensitive":
        return missing("sensitive()", BY_NOT_SENSITIVE)
    function = _FUNCTIONS.get(bare)
    result = function(arguments) if function is not None else None
    if result is not None:
        return result
    return combined(arguments, text) if name in EVALUATED else missing(shortened(text), BY_PLAN)


def _union(arguments: list[Value]) -> Value | None:
    """The members of all arguments; None where the evaluator has to say."""
    items: list[Value] = []
    reasons: list[Unknown] = []
    computed = False
    for argument in arguments:
        if isinstance(argument, list):
            items += argument
        elif isinstance(argument, Partial):
            items += argument.items
            reasons += argument.reasons
        elif isinstance(argument, Missing):
            reasons += reasons_of(argument)
        elif isinstance(argument, IdentifierSet):
            items += argument.items
            reasons += reasons_of(argument)
        elif isinstance(argument, Computed):
            computed = True
            reasons.append(Unknown(argument.text, BY_PLAN))
        else:
            return None
    if computed and not any(reasons_of(argument) for argument in arguments):
        return None
    if is_mixed(items):
        return None
    return Partial(tuple(items), tuple(dict.fromkeys(reasons))) if reasons else items


def _concat(arguments: list[Value]) -> Value | None:
    """The members of lists; Terraform refuses a set."""
    return None if any(isinstance(each, SetValue) for each in arguments) else _union(arguments)


def _as_set(arguments: list[Value]) -> Value | None:
    if len(arguments) == 1 and isinstance(arguments[0], IdentifierSet):
        return arguments[0]
    members = _union(arguments)
    identifiers = as_identifiers(members) if isinstance(members, list) else None
    if identifiers is not None:
        return identifiers
    if isinstance(members, list) and is_plain(members):
        if all(isinstance(member, str) for member in members):
            return SetValue(sorted(set(members)))
        return None
    if isinstance(members, list) and not has_computed(members):
        # Two unknown members may turn out to be one: how many there are is not known.
        known = tuple(member for member in members if is_plain(member))
        return Partial(known, reasons_of(members))
    return members if isinstance(members, Partial) else None


def _subtracted(arguments: list[Value]) -> Value | None:
    """The members of one set that are not in another; only texts are told apart here."""
    sets = _sets(arguments)
    return SetValue(sorted(sets[0] - sets[1])) if sets and len(sets) == 2 else None


def _intersection(arguments: list[Value]) -> Value | None:
    sets = _sets(arguments)
    return SetValue(sorted(set.intersection(*sets))) if sets else None


def _sets(arguments: list[Value]) -> list[set[str]] | None:
    """The members of each argument, where all are lists or sets of texts."""
    sets: list[set[str]] = []
    for argument in arguments:
        if not isinstance(argument, list) or not all(isinstance(each, str) for each in argument):
            return None
        sets.append(set(argument))
    return sets


def _distinct(arguments: list[Value]) -> Value | None:
    members = _union(arguments)
    if isinstance(members, list) and all(isinstance(member, str) for member in members):
        return list(dict.fromkeys(members))
    return None if isinstance(members, list) and is_plain(members) else _as_set(arguments)


def _sort(arguments: list[Value]) -> Value | None:
    members = _union(arguments)
    if isinstance(members, list) and all(isinstance(member, str) for member in members):
        return sorted(members)
    return None if isinstance(members, list) and is_plain(members) else _as_set(arguments)


def _flatten(arguments: list[Value]) -> Value | None:
    if len(arguments) != 1:
        return None
    outer = arguments[0]
    items = outer if isinstance(outer, list) else None
    reasons: list[Unknown] = []
    if isinstance(outer, Partial):
        items, reasons = list(outer.items), list(outer.reasons)
    if items is None:
        return None
    flat: list[Value] = []
    for item in items:
        inner = _flatten([item]) if isinstance(item, list | Partial) else item
        if isinstance(inner, list):
            flat += inner
        elif isinstance(inner, Partial):
            flat += inner.items
            reasons += inner.reasons
        elif isinstance(inner, Missing | IdentifierSet):
            reasons += reasons_of(inner)
        elif isinstance(inner, Computed) or inner is None:
            return None
        else:
            flat.append(inner)
    return Partial(tuple(flat), tuple(dict.fromkeys(reasons))) if reasons else flat


def _compact(arguments: list[Value]) -> Value | None:
    members = _union(arguments)
    if isinstance(members, list) and is_plain(members):
        if not all(isinstance(member, str | None) for member in members):
            return None
        return [member for member in members if member not in (None, "")]
    if isinstance(members, Partial):
        return members._replace(items=tuple(m for m in members.items if m not in (None, "")))
    if isinstance(members, list) and not has_computed(members):
        known = tuple(m for m in members if is_plain(m) and m not in (None, ""))
        return Partial(known, reasons_of(members))
    return None


def _same(arguments: list[Value]) -> Value | None:
    return arguments[0] if len(arguments) == 1 else None


def _to_map(arguments: list[Value]) -> Value | None:
    (only,) = arguments if len(arguments) == 1 else (None,)
    settled = isinstance(only, dict) and not is_uneven(list(only.values()))
    return only if settled or isinstance(only, Missing) else None


def _to_list(arguments: list[Value]) -> Value | None:
    (only,) = arguments if len(arguments) == 1 else (None,)
    if isinstance(only, list) and not is_uneven(only):
        # A set in the order of its members is a list, whose `for` sees positions.
        return list(only)
    return only if isinstance(only, Missing | Partial | IdentifierSet) else None


def _merge(arguments: list[Value]) -> Value | None:
    merged: dict[str, Value] = {}
    for argument in arguments:
        if argument is None:
            continue
        if not isinstance(argument, dict):
            return None
        merged.update(argument)
    return merged


def _keys(arguments: list[Value]) -> Value | None:
    (only,) = arguments if len(arguments) == 1 else (None,)
    return sorted(only) if isinstance(only, dict) else None


def _values(arguments: list[Value]) -> Value | None:
    (only,) = arguments if len(arguments) == 1 else (None,)
    return [only[key] for key in sorted(only)] if isinstance(only, dict) else None


def _lookup(arguments: list[Value]) -> Value | None:
    if len(arguments) == 3 and isinstance(arguments[0], dict) and isinstance(arguments[1], str):
        return arguments[0].get(arguments[1], arguments[2])
    return None


def _length(arguments: list[Value]) -> Value | None:
    (only,) = arguments if len(arguments) == 1 else (None,)
    return len(only) if isinstance(only, list | dict) else None


def _contains(arguments: list[Value]) -> Value | None:
    if len(arguments) != 2 or not isinstance(arguments[1], str):
        return None
    members, wanted = arguments
    items = members.items if isinstance(members, Partial) else members
    if isinstance(items, list | tuple) and wanted in items:
        return True
    texts = isinstance(members, list) and all(isinstance(member, str) for member in members)
    return False if texts else None


def _coalesce(arguments: list[Value]) -> Value | None:
    if is_mixed(arguments):
        return None
    for argument in arguments:
        if argument in (None, ""):
            continue
        return argument if is_plain(argument) or isinstance(argument, Identifier) else None
    return None


def _element(arguments: list[Value]) -> Value | None:
    if len(arguments) != 2:
        return None
    members, index = arguments
    if isinstance(index, int) and index < 0:
        # Terraform 1.11 refuses it, and the evaluator counts from the end.
        return missing("element() of a negative index", BY_PLAN)
    if not isinstance(members, list) or isinstance(members, SetValue) or not members:
        return None
    if isinstance(index, int) and not isinstance(index, bool) and index >= 0:
        member: Value = members[index % len(members)]
        return member
    return None


def _coalesce_list(arguments: list[Value]) -> Value | None:
    for argument in arguments:
        if isinstance(argument, list) and not isinstance(argument, SetValue):
            if argument:
                return argument
        elif isinstance(argument, Partial) and argument.items:
            return argument
        else:
            return None
    return None


def _one(arguments: list[Value]) -> Value | None:
    (only,) = arguments if len(arguments) == 1 else (None,)
    if isinstance(only, list) and len(only) == 1:
        member: Value = only[0]
        return member
    return None


def _split(arguments: list[Value]) -> Value | None:
    if len(arguments) != 2:
        return None
    separator, text = arguments
    if isinstance(separator, str) and isinstance(text, str):
        return list(text.split(separator) if separator else text)
    return None


def _join(arguments: list[Value]) -> Value | None:
    if len(arguments) != 2:
        return None
    separator, members = arguments
    if not isinstance(separator, str) or not isinstance(members, list):
        return None
    texts = [text for member in members if (text := as_text(member)) is not None]
    return kept_text(separator.join(texts)) if len(texts) == len(members) else None


def _to_string(arguments: list[Value]) -> Value | None:
    return as_text(arguments[0]) if len(arguments) == 1 else None


_FUNCTIONS: dict[str, Callable[[list[Value]], Value | None]] = {
    "concat": _concat,
    "setunion": _as_set,
    "setsubtract": _subtracted,
    "setintersection": _intersection,
    "toset": _as_set,
    "distinct": _distinct,
    "sort": _sort,
    "tolist": _to_list,
    "tomap": _to_map,
    "nonsensitive": _same,
    "flatten": _flatten,
    "compact": _compact,
    "merge": _merge,
    "keys": _keys,
    "values": _values,
    "element": _element,
    "lookup": _lookup,
    "length": _length,
    "contains": _contains,
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "one": _one,
    "split": _split,
    "join": _join,
    "tostring": _to_string,
    **TEXT_FUNCTIONS,
}
