"""Functions of timestamps, which keep their offset from UTC, and of durations.

Source: cty 1.16, stdlib/datetime.go; Terraform 1.11, lang/funcs/datetime.go; Go's time.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from toolkit.lazily import pattern
from toolkit.sources.hcl.functions.signature import Definitions
from toolkit.sources.hcl.syntax.scanner import normal
from toolkit.sources.hcl.values import NUMBER, STRING, EvaluationError, Int64, Value
from toolkit.sources.hcl.values.budget import OverBudget

define: Final = Definitions()

#: RFC 3339 as Go's time.Parse reads it: an hour may have one digit, a fraction may have a comma.
_TIMESTAMP: Final = pattern(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?"
    r"(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
#: The calendar repeats after this many years, weekdays included.
_CYCLE_YEARS: Final = 400
_CYCLE_DAYS: Final = 146_097
_FIRST_DAY: Final = date(_CYCLE_YEARS, 1, 1).toordinal()
_DAY: Final = 86_400
_SECOND: Final = 10**9
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
#: Nanoseconds for each unit; both characters for micro are accepted.
_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
}
_PART_OF_DURATION: Final = pattern(r"(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?([^0-9.]+)")
#: A part of a format: a verb, quoted text, or other text.
_PART_OF_FORMAT: Final = pattern(
    r"([A-Za-z])\1*|'(?:'|(?:[^']|'')*(?:'(?!')|\Z))|[^A-Za-z']+", re.S
)
#: The longest format that is formatted here: Go reads longer ones in pieces.
_LONGEST_FORMAT: Final = 4096


class _Time(Struct, frozen=True):
    #: Nanoseconds in UTC, and the seconds by which local time is ahead of UTC.
    instant: int
    offset: int

    @property
    def local(self) -> tuple[int, date, int]:
        """Return the year, a date that differs from the real one only in its year, and
        the second.
        """
        days, second = divmod(self.instant // _SECOND + self.offset, _DAY)
        cycles, day = divmod(days, _CYCLE_DAYS)
        found = date.fromordinal(_FIRST_DAY + day)
        return found.year + (cycles - 1) * _CYCLE_YEARS, found, second

    def zone(self, colon: str) -> str:
        hours, minutes = divmod(abs(self.offset) // 60, 60)
        return f"{'-' if self.offset < 0 else '+'}{hours:02}{colon}{minutes:02}"


def _parsed(text: str, *, strict: bool = True) -> _Time:
    """Return a timestamp; if not `strict`, accept everything that Go's time.Parse accepts."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None or (strict and (found.end(4) - found.start(4) == 1 or "," in text)):
        raise EvaluationError("a timestamp is written like 2020-02-29T12:00:00Z")
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    hours, minutes = int(found[9] or 0), int(found[10] or 0)
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59:
        raise EvaluationError("the month or the time is out of range")
    like = year % _CYCLE_YEARS + _CYCLE_YEARS
    if not 1 <= day <= monthrange(like, month)[1]:
        raise EvaluationError("the month has no such day")
    if hours + strict > 24 or minutes + strict > 60:
        raise EvaluationError("the offset from UTC is out of range")
    offset = (hours * 60 + minutes) * (-60 if found[8] == "-" else 60)
    days = date(like, month, day).toordinal() - _FIRST_DAY + year // _CYCLE_YEARS * _CYCLE_DAYS
    seconds = days * _DAY + hour * 3600 + minute * 60 + second - offset
    return _Time(seconds * _SECOND + int((found[7] or "")[:9].ljust(9, "0")), offset)


@define(STRING, STRING, returns=NUMBER)
def timecmp(one: str, other: str) -> Value:
    first, second = _parsed(one, strict=False), _parsed(other, strict=False)
    return Int64((first.instant > second.instant) - (first.instant < second.instant))


@define(STRING, STRING, returns=STRING)
def timeadd(timestamp: str, duration: str) -> Value:
    before = _parsed(timestamp)
    time = replace(before, instant=before.instant + _nanoseconds(duration))
    year, day, second = time.local
    minutes, seconds = divmod(second, 60)
    zone = time.zone(":") if time.offset else "Z"
    sign = "-" if year < 0 else ""
    return (
        f"{sign}{abs(year):04}-{day.month:02}-{day.day:02}"
        f"T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{zone}"
    )


def _nanoseconds(text: str) -> int:
    """Return the nanoseconds of a duration like ``-1h30.5m``, with Go's 64-bit arithmetic."""
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    total = at = 0
    while at < len(rest) or not at:
        found = _PART_OF_DURATION.match(rest, at)
        unit = _UNITS.get(found[3]) if found else None
        if found is None or unit is None:
            raise EvaluationError("a duration is written like 1h30m")
        total = (total + _part(found[1], found[2] or "", unit)) % 2**64
        if total > 2**63:
            raise EvaluationError("the duration is too long")
        at = found.end()
    if total == 2**63 and sign > 0:
        raise EvaluationError("the duration is too long")
    return sign * total


def _part(whole: str, fraction: str, unit: int) -> int:
    digits = whole.lstrip("0")
    number = int(digits[:20] or "0")
    if number > 2**63 // unit:
        raise EvaluationError("the duration is too long")
    counted, scale = 0, 1.0
    for digit in fraction:
        if counted > (2**63 - 1) // 10 or counted * 10 + int(digit) > 2**63:
            break
        counted = counted * 10 + int(digit)
        scale *= 10
    value = number * unit + int(float(counted) * (float(unit) / scale))
    if value > 2**63:
        raise EvaluationError("the duration is too long")
    return value


@define(STRING, STRING, returns=STRING)
def formatdate(template: str, timestamp: str) -> Value:
    if len(template.encode()) > _LONGEST_FORMAT:
        raise OverBudget
    verbs = _verbs(_parsed(timestamp))
    made: list[str] = []
    for part in _PART_OF_FORMAT.finditer(template):
        text = part[0]
        if part[1]:
            if text not in verbs:
                raise EvaluationError(f"there is no verb {text}")
            made.append(verbs[text])
        elif text.startswith("'"):
            made.append(_unquoted(text))
        else:
            made.append(text)
    return normal("".join(made))


def _unquoted(text: str) -> str:
    """Return the text between quotes; two quotes stand for one."""
    if text == "''":
        return "'"
    if len(text) == 1 or not text.endswith("'"):
        raise EvaluationError("the format has a quote that nothing closes")
    return text[1:-1].replace("''", "'")


def _verbs(time: _Time) -> dict[str, str]:
    """Return the text for each verb."""
    year, day, second = time.local
    hour, minute, second = second // 3600, second // 60 % 60, second % 60
    half = (hour + 11) % 12 + 1
    month, weekday = _MONTHS[day.month - 1], _WEEKDAYS[day.weekday()]
    return {
        "YY": f"{year % 100:02}",
        "YYYY": f"{year:04}",
        "M": str(day.month),
        "MM": f"{day.month:02}",
        "MMM": month[:3],
        "MMMM": month,
        "D": str(day.day),
        "DD": f"{day.day:02}",
        "EEE": weekday[:3],
        "EEEE": weekday,
        "h": str(hour),
        "hh": f"{hour:02}",
        "H": str(half),
        "HH": f"{half:02}",
        "AA": "PM" if hour > 11 else "AM",
        "aa": "pm" if hour > 11 else "am",
        "m": str(minute),
        "mm": f"{minute:02}",
        "s": str(second),
        "ss": f"{second:02}",
        "Z": time.zone(":") if time.offset else "Z",
        "ZZZ": time.zone("") if time.offset else "UTC",
        "ZZZZ": time.zone(""),
        "ZZZZZ": time.zone(":"),
    }
