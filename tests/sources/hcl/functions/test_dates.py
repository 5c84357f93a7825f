"""The functions of timestamps, against Terraform."""

from __future__ import annotations

import pytest

from tests.proof.arguments.dates import DRAWN
from tests.proof.arguments.strings import quoted
from tests.sources.hcl.functions.literals import differences, drawn_calls
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.values import STRING, Reason, UnknownVal, Value, doubts
from toolkit.sources.hcl.values.budget import OverBudget

_UNKNOWN = UnknownVal(STRING, [Reason("var.x", "a value")])
_LEAP = "2020-02-29T05:04:09Z"
#: Timestamps that only timecmp() accepts, and texts that no function accepts.
_TIMESTAMPS = (
    "2020-02-29T5:04:05Z", "2020-02-29T05:04:05,5Z", "2020-02-29T05:04:05+24:00",
    "2020-02-29T05:04:05+23:60", "2020-02-29T05:04:05+24:01", "2020-02-29T05:04:05+25:00",
    "2020-02-29T05:04:05+00:61", "2020-02-29T05:04:05-00:00", "2020-02-29T05:04:60Z",
    "2020-02-29T24:00:00Z", "2021-02-29T05:04:05Z", "1900-02-29T05:04:05Z", "0000-02-29T05:04:05Z",
    "2020-02-29T05:04:05.Z", "2020-02-29T05:04:05.1234567891Z", "2020-02-29t05:04:05z",
    "2020-02-29T05:04:05", "2020-02-29", "", "2020-02-29T05:04:05Z\n", "٢020-02-29T05:04:05Z",
)  # fmt: skip
_DURATIONS = (
    "0", "-0", "+0", "00", "", "+", ".5s", "5.s", ".s", "1h30m-5s", "1d", "1.5h", "0.1ns", "1 s",
    "9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns",
    "-9223372036854775808ns1ns", "9223372036854775808ns9223372036854775808ns",
    "9223372036854775808ns9223372036854775808ns1h", "2562047h47m16.854775807s",
    "2562047h47m16.854775808s", "-2562047h47m16.854775808s", "2562048h", "0.9223372036854775807s",
    "0.9223372036854775808s", "0.99999999999999999999999999h", "18446744073709551616ns",
    "0000000000000000000000000000001s", "1\u00b5s", "1\u03bcs", "1us", "-0.3s", "0.3s",
)  # fmt: skip
_FORMATS = (
    "'abc'", "'abc", "'abc''", "'abc'' YYYY", "'a''b' MM", "'a'''", "''", "'''", "''''", "'''''",
    "'' MM", "''a", "YYYY'", "YYYY''", "é'日' D", "'x''''y' D", "e'\u0301'", "\n", "",
    "YYYYMMDDhhmmss", "MMMMM", "YYYMM", "HhAAaa", "1-2/3 %",
)  # fmt: skip


def _called(name: str, *values: Value) -> Value:
    function = library.find(name)
    assert function is not None
    return call(function, values, files=None, has=bool)  # type: ignore[arg-type]


@pytest.mark.terraform
def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    assert differences(drawn_calls(DRAWN, 500)) == []


@pytest.mark.terraform
def test_edges_come_to_what_terraform_makes_of_them() -> None:
    leap, all_verbs = quoted(_LEAP), quoted("YYYY-MM-DD hh:mm:ss Z")
    calls = [
        *(("timecmp", f"{quoted(each)}, {leap}") for each in _TIMESTAMPS),
        *(("timeadd", f"{quoted(each)}, {quoted('-1h')}") for each in _TIMESTAMPS),
        *(("formatdate", f"{all_verbs}, {quoted(each)}") for each in _TIMESTAMPS),
        *(("timeadd", f"{leap}, {quoted(each)}") for each in _DURATIONS),
        *(("formatdate", f"{quoted(each)}, {leap}") for each in _FORMATS),
    ]
    assert differences(calls) == []


@pytest.mark.parametrize(
    ("timestamp", "duration", "found"),
    [
        ("0000-01-01T00:00:00Z", "-1ns", "-0001-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59.999999999Z", "1ns", "10000-01-01T00:00:00Z"),
        ("2020-02-28T23:30:00-01:00", "30m", "2020-02-29T00:00:00-01:00"),
    ],
)
def test_a_year_may_have_more_digits_or_a_sign(timestamp: str, duration: str, found: str) -> None:
    assert _called("timeadd", timestamp, duration) == found


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("formatdate", ["YYYY", _UNKNOWN]),
        ("timeadd", [_UNKNOWN, "1h"]),
        ("timecmp", [_LEAP, _UNKNOWN]),
    ],
)
def test_an_unknown_timestamp_may_be_refused(name: str, arguments: list[Value]) -> None:
    before = doubts.count
    assert isinstance(_called(name, *arguments), UnknownVal)
    assert doubts.count > before


def test_a_format_that_go_reads_in_pieces_is_over_budget() -> None:
    with pytest.raises(OverBudget):
        _called("formatdate", "-" * 5000, _LEAP)
