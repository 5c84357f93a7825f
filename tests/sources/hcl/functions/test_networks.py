"""The functions of IP networks, compared with Terraform; only OpenTofu has `cidrcontains`."""

from __future__ import annotations

import pytest

from tests.proof.arguments.networks import DRAWN
from tests.sources.hcl.functions.literals import differences, drawn_calls
from toolkit.sources.hcl.functions import library
from toolkit.sources.hcl.functions.signature import call
from toolkit.sources.hcl.values import EvaluationError, Value

#: Numbers at the limits of what Terraform's library compares.
_EDGES = [
    *(("cidrsubnet", f'"::/8", {bits}, {2**bits}') for bits in (0, 31, 32, 33, 63, 64, 65)),
    *(("cidrsubnet", f'"::/0", {bits}, {2**bits - 1}') for bits in (0, 31, 32, 33, 63, 64, 65)),
    ("cidrsubnet", '"10.0.0.0/8", -9, 0'),
    ("cidrsubnet", '"10.0.0.0/8", 9223372036854775807, 0'),
    ("cidrhost", '"10.0.0.0/8", 9223372036854775808'),
    ("cidrhost", '"::/64", 18446744073709551616'),
    ("cidrsubnets", '"::fffe:0:0/95", 1, 1'),
    ("cidrsubnets", '"::1:0:0:0/80", 1'),
    ("cidrsubnets", '"0.0.0.0/8", 1'),
]


@pytest.mark.terraform
def test_drawn_calls_come_to_what_terraform_makes_of_them() -> None:
    drawn = {name: draw for name, draw in DRAWN.items() if name != "cidrcontains"}
    assert differences([*drawn_calls(drawn, 300), *_EDGES]) == []


@pytest.mark.parametrize(
    ("prefix", "contained", "expected"),
    [
        ("192.168.2.0/20", "192.168.2.1", True),
        ("192.168.2.0/20", "192.168.16.0", False),
        ("192.168.2.0/20", "192.168.2.0/22", True),
        ("192.168.2.0/20", "192.168.2.0/19", False),
        ("010.0.0.0/8", "10.1.2.3", True),
        ("fe80::/48", "fe80::1", True),
        ("fe80::/48", "fe81::1", False),
        ("fe80::/48", "fe80::/49", True),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("::ffff:10.0.0.0/104", "10.1.2.3", True),
        # The second network's last address maps an IPv4 address; Go does not find it in an IPv6
        # network.
        ("::/0", "::/80", False),
    ],
)
def test_cidrcontains_says_whether_an_address_or_a_whole_network_is_inside(
    prefix: str, contained: str, expected: bool
) -> None:
    assert _contains(prefix, contained) is expected


@pytest.mark.parametrize(
    ("prefix", "contained"),
    [
        ("10.0.0.0/8", "fe80::1"),
        ("fe80::/48", "10.0.0.0/8"),
        ("10.0.0.0", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0"),
        ("10.0.0.0/8", ""),
        ("10.0.0.0/33", "10.0.0.1"),
    ],
)
def test_cidrcontains_refuses_what_is_no_address_and_two_families(
    prefix: str, contained: str
) -> None:
    with pytest.raises(EvaluationError):
        _contains(prefix, contained)


def _contains(prefix: str, contained: str) -> Value:
    function = library.find("cidrcontains")
    assert function is not None
    return call(function, [prefix, contained], files=None, has=bool)  # type: ignore[arg-type]
