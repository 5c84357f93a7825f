"""Policy rule `settings`: attributes of a client must have certain values.

Terraform converts between strings and numbers or booleans, so ``"600"`` is the same as 600. A known
value that an operator cannot hold for (a non-numeric string under `at_most`) is a violation. An
operator that cannot judge a list gives an unknown that names the operator that can.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import UNSET, Struct

from toolkit.judging.phrases import not_known
from toolkit.judging.verdict import Outcome, all_of, unique
from toolkit.lazily import pattern
from toolkit.model.clients import PROVIDER_DEFAULTS, SENSITIVE_ATTRIBUTES, Client
from toolkit.model.findings import SettingOutcome, Verdict
from toolkit.model.hiding import SENSITIVE
from toolkit.model.values import AttributeValue, Redacted, Unknown, ValueSet
from toolkit.policy.document import Setting
from toolkit.policy.patterns import is_found

Scalar: TypeAlias = str | int | float | bool
#: True and False are decided; a tuple has the reasons why the answer is unknown.
Answer: TypeAlias = bool | tuple[Unknown, ...]

#: Attributes that the provider computes: absent before apply does not mean unset.
COMPUTED = frozenset({"id", "client_id", "integration_credential_id"})
_NUMBER = pattern(r"\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*")


class _Judged(Struct, frozen=True):
    """The outcome of one attribute for all its operators."""

    verdict: Verdict
    outcome: SettingOutcome
    reasons: tuple[Unknown, ...]


class _Seen(Struct, frozen=True):
    """The value of an attribute; `kind` separates True from 1, which Python treats as equal."""

    value: AttributeValue
    kind: type
    default: bool
    sensitive: bool


class _Told(Struct, frozen=True):
    """The outcome for certain values, whichever client has them."""

    verdict: Verdict
    message: str
    reasons: tuple[Unknown, ...]
    setting: SettingOutcome | None
    fix: str | None
    attribute: str


def judging(settings: Mapping[str, Setting]) -> Callable[[Client], Outcome]:
    """Return a function that judges whether every attribute has the required value."""
    # Hundreds of clients share a few values, and the outcome depends only on the values.
    known: dict[tuple[_Seen, ...], _Told] = {}

    def judge(client: Client) -> Outcome:
        seen = tuple([_look(client, name) for name in settings])
        told = known.get(seen)
        if told is None:
            told = known[seen] = _tell(settings, seen)
        return Outcome(
            told.verdict,
            told.message,
            client.where(told.attribute),
            reasons=told.reasons,
            setting=told.setting,
            fix=told.fix,
        )

    return judge


def _look(client: Client, name: str) -> _Seen:
    value = _value(client, name)
    default = name in PROVIDER_DEFAULTS and client.attributes.get(name) is None
    return _Seen(value, type(value), default, name in client.sensitive)


def _tell(settings: Mapping[str, Setting], seen: tuple[_Seen, ...]) -> _Told:
    judged = [
        _judge(name, setting, value)
        for (name, setting), value in zip(settings.items(), seen, strict=True)
    ]
    verdict = all_of(each.verdict for each in judged)
    about = [each.outcome for each in judged if each.verdict is verdict]
    if not about:
        reason = Unknown("what the rule requires", "a rule that names settings")
        return _Told(Verdict.UNKNOWN, "The rule names no settings.", (reason,), None, None, "")
    reasons: tuple[Unknown, ...] = ()
    fix = None
    if verdict is Verdict.UNKNOWN:
        reasons = unique(reason for each in judged for reason in each.reasons)
        names = " and ".join(f"{each.name} is {each.expected}" for each in about)
        message = f"Cannot tell whether {names}, since {not_known(reasons)}."
    elif verdict is Verdict.FAIL:
        told = "; ".join(f"{each.name} is {each.actual}, not {each.expected}" for each in about)
        message = f"{told}."
        fix = f"S{'; s'.join(f'et {each.name} to {each.expected}' for each in about)}."
    else:
        told = "; ".join(f"{each.name} is {each.actual}: {each.expected}" for each in about)
        message = f"{told}."
    return _Told(verdict, message, reasons, _merged(about), fix, about[0].name)


def _merged(told: list[SettingOutcome]) -> SettingOutcome | None:
    """Merge the outcomes, so that a finding with one more setting differs from the previous one."""
    if len(told) < 2:
        return told[0] if told else None
    return SettingOutcome(
        ", ".join(each.name for each in told),
        "; ".join(each.expected for each in told),
        "; ".join(each.actual for each in told),
    )


def _judge(name: str, setting: Setting, seen: _Seen) -> _Judged:
    verdicts: list[Verdict] = []
    reasons: list[Unknown] = []
    expected: list[str] = []
    for operator in setting.__struct_fields__:
        bound = getattr(setting, operator)
        if bound is UNSET:
            continue
        expected.append(_expected(operator, bound))
        answer = _answer(operator, bound, seen.value, name)
        if isinstance(answer, bool):
            verdicts.append(Verdict.PASS if answer else Verdict.FAIL)
        else:
            verdicts.append(Verdict.UNKNOWN)
            reasons += answer
    if not verdicts:
        verdicts.append(Verdict.UNKNOWN)
        reasons.append(Unknown(f"what the rule requires of {name}", "a rule with an operator"))
    shown = SettingOutcome(name, " and ".join(expected), _actual(name, seen))
    return _Judged(all_of(verdicts), shown, tuple(reasons))


def _value(client: Client, name: str) -> AttributeValue:
    """Return the client's attribute, including those that the model keeps as fields."""
    value = client.attribute(name)
    if value is not None:
        return value
    match name:
        case "name":
            return client.name
        case "authorized_grant_type":
            return client.grant_type
        case "scopes":
            return client.scopes
        case _ if name in COMPUTED:
            return Unknown(name, "terraform apply: the provider computes it")
    return None


def _answer(operator: str, bound: object, value: AttributeValue, name: str) -> Answer:
    if isinstance(value, Unknown):
        return (value,)
    null = operator == "equals" and bound is None
    if isinstance(value, Redacted):
        return False if null else (Unknown(f"the value of {name}", "one that is not sensitive"),)
    if operator == "each_matches":
        return _each(str(bound), value)
    if isinstance(value, ValueSet):
        if null:
            return not value.members and (value.unknown or True)
        return (Unknown(f"{operator} on the list {name}", "each_matches, which judges lists"),)
    if value is None or bound is None:
        return value is None and null
    return _holds(operator, bound, value)


def _each(pattern: str, value: str | float | ValueSet | None) -> Answer:
    if value is None:
        return True
    members = value.members if isinstance(value, ValueSet) else (_text(value),)
    if not all(is_found(pattern, member) for member in members):
        return False
    return (isinstance(value, ValueSet) and value.unknown) or True


def _holds(operator: str, bound: object, value: Scalar) -> bool:
    match operator, bound:
        case "equals", str() | int() | float():
            return _same(value, bound)
        case "one_of", tuple():
            return any(_same(value, one) for one in bound)
        case "matches", str():
            return is_found(bound, _text(value))
        case "at_most", int() | float():
            number = _number(value)
            return number is not None and number <= bound
        case "at_least", int() | float():
            number = _number(value)
            return number is not None and number >= bound
    raise AssertionError(f"{operator} has no meaning for {bound!r}")


def _same(value: Scalar, wanted: Scalar) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return _text(value) == _text(wanted)
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted
    left, right = _number(value), _number(wanted)
    return left is not None and left == right


def _number(value: Scalar) -> float | None:
    """Return the number that Terraform converts the value to, or None if it does not."""
    if isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return value
    return float(value) if _NUMBER.fullmatch(value) else None


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _expected(operator: str, bound: object) -> str:
    match operator, bound:
        case "one_of", tuple():
            return f"one of {', '.join(map(_shown, bound))}"
        case "at_most", _:
            return f"at most {_shown(bound)}"
        case "at_least", _:
            return f"at least {_shown(bound)}"
        case "matches", _:
            return f"a match of {_shown(bound)}"
        case "each_matches", _:
            return f"a list of matches of {_shown(bound)}"
    return _shown(bound)


def _actual(name: str, seen: _Seen) -> str:
    value = seen.value
    if value is None:
        return "not set"
    if isinstance(value, Unknown):
        return f"not known ({value.reference})"
    if seen.sensitive or isinstance(value, Redacted) or name in SENSITIVE_ATTRIBUTES:
        return SENSITIVE
    if isinstance(value, ValueSet):
        more = ("and more that is not known",) if value.unknown else ()
        return f"[{', '.join((*map(_shown, value.members), *more))}]"
    return f"{_shown(value)}{' (the default)' if seen.default else ''}"
