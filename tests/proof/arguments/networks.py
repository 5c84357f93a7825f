"""Argument lists for the functions of IP networks."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final


def _ipv4(draw: random.Random) -> str:
    octets = [draw.choice((0, 0, 10, 128, 192, 255, draw.randrange(256))) for _ in range(4)]
    if draw.random() < 0.05:
        octets[draw.randrange(4)] = draw.choice((256, 999, 1000000000))
    zeros = draw.choice(("", "", "", "0", "000"))
    return ".".join(f"{zeros if draw.random() < 0.3 else ''}{octet}" for octet in octets)


def _ipv6(draw: random.Random) -> str:
    if draw.random() < 0.25:
        return draw.choice(
            (
                "::",
                "::1",
                "::ffff:0:0",
                "::ffff:255.0.0.0",
                "::1:0:0:0",
                "::fffe:0:0",
                "ffff::",
                "8000::",
            )
        )
    words = [
        draw.choice(("0", "0", "1", "ffff", "FFFE", "db8", f"{draw.randrange(1 << 16):x}", "00a"))
        for _ in range(8)
    ]
    if draw.random() < 0.25:
        words[5:] = [draw.choice(("ffff", "0", "FFFF")), _ipv4(draw)]
    if draw.random() < 0.7:
        start = draw.randrange(len(words))
        end = draw.randrange(start, len(words) + 1)
        text = f"{':'.join(words[:start])}::{':'.join(words[end:])}"
    else:
        text = ":".join(words)
    if draw.random() < 0.1:
        at = draw.randrange(len(text))
        text = text[:at] + draw.choice((":", "::", "", "g", "%e", ".", "00000", "1f")) + text[at:]
    return text


def _prefix(draw: random.Random) -> str:
    if draw.random() < 0.6:
        address, most = _ipv4(draw), 32
    else:
        address, most = _ipv6(draw), 128
    length = draw.choice(
        (str(draw.randrange(most + 1)), "8", "16", "0", "08", str(most), "96", "104")
    )
    if draw.random() < 0.08:
        length = draw.choice(
            ("", "33", "129", "-1", "8 ", "8/8", "+8", "00000032", "99999999999", "٣")
        )
    slash = "/" if draw.random() < 0.95 else draw.choice(("", "-", "//"))
    return f'"{address}{slash}{length}"'


def _number(draw: random.Random) -> str:
    kind = draw.randrange(8)
    if kind < 4:
        return str(draw.randrange(-3, 300))
    if kind == 4:
        return str(draw.choice((-1, 1)) * (2 ** draw.randrange(130) + draw.randrange(-2, 3)))
    if kind == 5:
        return str(draw.choice((0, 1, -1, 2, 255, 256)))
    if kind == 6:
        return str(draw.choice((-1, 1)) * draw.getrandbits(draw.randrange(1, 140)))
    return draw.choice(("1.5", "1/0", '"3"', '"x"', "null", "1e30", "9223372036854775808"))


def _bits(draw: random.Random) -> str:
    kind = draw.randrange(10)
    if kind < 6:
        return str(draw.randrange(1, 9))
    if kind < 8:
        return str(draw.randrange(-12, 70))
    if kind == 8:
        return str(draw.choice((0, 16, 24, 32, 33, 63, 64, 65, 128)))
    return draw.choice(
        ("1.5", '"4"', "null", "-9223372036854775808", "9223372036854775807", "1e20")
    )


def _host(draw: random.Random) -> str:
    return f"{_prefix(draw)}, {_number(draw)}"


def _subnet(draw: random.Random) -> str:
    number = _number(draw)
    if draw.random() < 0.4:
        number = str(draw.choice((0, 0, 1, 2, 3)))
    return f"{_prefix(draw)}, {_bits(draw)}, {number}"


def _subnets(draw: random.Random) -> str:
    if draw.random() < 0.5:
        few = [str(draw.randrange(2, 6)) for _ in range(draw.randrange(5))]
        return ", ".join((_prefix(draw), *few))
    return ", ".join((_prefix(draw), *(_bits(draw) for _ in range(draw.randrange(4)))))


def _contains(draw: random.Random) -> str:
    other = _prefix(draw) if draw.random() < 0.5 else f'"{draw.choice((_ipv4, _ipv6))(draw)}"'
    return f"{_prefix(draw)}, {other}"


DRAWN: Final[dict[str, Callable[[random.Random], str]]] = {
    "cidrcontains": _contains,
    "cidrhost": _host,
    "cidrnetmask": _prefix,
    "cidrsubnet": _subnet,
    "cidrsubnets": _subnets,
}
