"""Terraform's functions of IP networks.

A negative or too large number gives the same result as in Terraform's library. `cidrcontains`
exists only in OpenTofu. Source: Terraform 1.11, ipaddr; go-cidr 1.1; Go's net.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.sources.hcl.functions.signature import Definitions
from toolkit.sources.hcl.values import budget, numbers
from toolkit.sources.hcl.values.numbers import Number
from toolkit.sources.hcl.values.types import BOOL, NUMBER, STRING, list_of
from toolkit.sources.hcl.values.values import EvaluationError, ListVal, Value

define: Final = Definitions()

_DECIMAL: Final = pattern(r"0*([0-9]{1,3})")
_HEXADECIMAL: Final = pattern(r"0*([0-9A-Fa-f]{1,4})")
#: The bits before the IPv4 part of an IPv6 address that maps an IPv4 address.
_MAPPED: Final = 0xFFFF
_MOST_NEW_BITS: Final = 32


class _Network(Struct, frozen=True):
    """The first address, the prefix length, and the address length in bits: 32 or 128."""

    address: int
    length: int
    bits: int

    @property
    def last(self) -> int:
        return self.address | ((1 << (self.bits - self.length)) - 1)


@define(STRING, NUMBER, returns=STRING)
def cidrhost(prefix: str, number: Number) -> Value:
    network = _network(prefix)
    host = _whole(number)
    most = (1 << (network.bits - network.length)) - 1
    if host < 0:
        count = -host - 1
        host = most - count
    else:
        # The library checks the lowest 64 bits, as a signed number.
        count = _signed(host)
    if count > most:
        raise EvaluationError(f"a prefix of {network.length} bits has no host of that number")
    shift = 96 if network.bits == 128 and _is_ipv4(network.address, 128) else 0
    return _address(_inserted(network, host, shift), network.bits)


@define(STRING, returns=STRING)
def cidrnetmask(prefix: str) -> Value:
    network = _network(prefix)
    if not _is_ipv4(network.address, network.bits):
        raise EvaluationError("a network of IPv6 has no netmask")
    return _address(
        _Network(0, network.length, network.bits).last ^ _ones(network.bits), network.bits
    )


@define(STRING, NUMBER, NUMBER, returns=STRING)
def cidrsubnet(prefix: str, newbits: Number, netnum: Number) -> Value:
    network = _network(prefix)
    more, number = _int64(newbits), _whole(netnum)
    length = _signed(network.length + more)
    if length > network.bits:
        raise EvaluationError(f"an address has {network.bits} bits, not {length}")
    # The library compares 64-bit numbers.
    most = (1 << more) - 1 if 0 <= more < 64 else _ones(64)
    if abs(number) & _ones(64) > most:
        raise EvaluationError(f"{more} more bits are too few for a network of that number")
    address = _inserted(network, number, network.bits - length)
    return "<nil>" if length < 0 else _prefix(address, length, network.bits)


@define(STRING, rest=NUMBER, returns=list_of(STRING))
def cidrsubnets(prefix: str, *newbits: Number) -> Value:
    network = _network(prefix)
    budget.check_elements(len(newbits))
    found: list[Value] = []
    # The library starts after the address before the network.
    last = (network.address - 1) & _ones(network.bits)
    for each in newbits:
        more = _int64(each)
        if not 1 <= more <= _MOST_NEW_BITS:
            raise EvaluationError("each number of new bits must be from 1 to 32")
        length = network.length + more
        if length > network.bits:
            raise EvaluationError(f"an address has {network.bits} bits, not {length}")
        before = _Network(last, length, network.bits).last
        following = (before + 1) & _ones(network.bits)
        if (
            following == 0
            or not network.address <= following <= network.last
            or (network.bits == 128 and (_is_ipv4(before, 128) or _is_ipv4(following, 128)))
        ):
            raise EvaluationError("there is no room for all of the networks")
        found.append(_prefix(following, length, network.bits))
        last = _Network(following, length, network.bits).last
    return ListVal(found, STRING)


@define(STRING, STRING, returns=BOOL)
def cidrcontains(prefix: str, contained: str) -> Value:
    network = _network(prefix)
    address = _ip(contained)
    other = _network(contained) if address is None else _Network(*address, address[1])
    is_ipv4 = _is_ipv4(network.address, network.bits)
    if _is_ipv4(other.address, other.bits) != is_ipv4:
        raise EvaluationError("the addresses must be both of IPv4 or both of IPv6")
    mask = _ones(32) if is_ipv4 else _ones(128)
    first, last = network.address & mask, network.last & mask
    return all(
        _is_ipv4(each, other.bits) == is_ipv4 and first <= each & mask <= last
        for each in (other.address, other.last)
    )


def _network(text: str) -> _Network:
    """Parse ``ADDRESS/LENGTH``. Raises `EvaluationError`."""
    address, _, length = text.partition("/")
    ipv4 = _ipv4(address)
    bits = 128 if ipv4 is None else 32
    value = _ipv6(address) if ipv4 is None else ipv4
    size = _DECIMAL.fullmatch(length)
    if value is None or size is None or int(size[1]) > bits:
        raise EvaluationError("the prefix must be an address, a slash and a number of bits")
    hosts = _ones(bits - int(size[1]))
    return _Network(value & ~hosts, int(size[1]), bits)


def _ip(text: str) -> tuple[int, int] | None:
    """Return an address and its length in bits; None if the text is not an address."""
    separator = re.search(r"[.:]", text)
    if separator is None:
        return None
    value, bits = (_ipv4(text), 32) if separator[0] == "." else (_ipv6(text), 128)
    return None if value is None else (value, bits)


def _ipv4(text: str) -> int | None:
    parts = [_DECIMAL.fullmatch(part) for part in text.split(".")]
    octets = [int(part[1]) for part in parts if part is not None]
    if len(parts) != 4 or len(octets) != 4 or max(octets) > 255:
        return None
    return int.from_bytes(bytes(octets), "big")


def _ipv6(text: str) -> int | None:
    head, ellipsis, tail = text.partition("::")
    before = _words(head, is_end=not ellipsis)
    after = _words(tail, is_end=True)
    if before is None or after is None:
        return None
    missing = 8 - len(before) - len(after)
    if (missing < 1) if ellipsis else missing:
        return None
    address = 0
    for word in (*before, *([0] * missing), *after):
        address = address << 16 | word
    return address


def _words(text: str, *, is_end: bool) -> list[int] | None:
    """Return the 16-bit words between colons; the last part may be an IPv4 address."""
    parts = text.split(":") if text else []
    ipv4 = _ipv4(parts[-1]) if parts and is_end else None
    groups = [_HEXADECIMAL.fullmatch(part) for part in (parts if ipv4 is None else parts[:-1])]
    words = [int(group[1], 16) for group in groups if group is not None]
    if len(words) < len(groups):
        return None
    return words if ipv4 is None else [*words, ipv4 >> 16, ipv4 & 0xFFFF]


def _is_ipv4(address: int, bits: int) -> bool:
    """Whether Go treats the address as IPv4; it also does so for an IPv6 address that maps one."""
    return bits == 32 or address >> 32 == _MAPPED


def _address(address: int, bits: int) -> str:
    if _is_ipv4(address, bits):
        return str(IPv4Address(address & _ones(32)))
    return str(IPv6Address(address))


def _prefix(address: int, length: int, bits: int) -> str:
    if bits == 128 and _is_ipv4(address, bits):
        length = max(length - 96, 0)
    return f"{_address(address, bits)}/{length}"


def _inserted(network: _Network, number: int, shift: int) -> int:
    """Return the address with a number inserted; it may be negative. Raises `EvaluationError`."""
    if number and shift > network.bits:
        raise EvaluationError("the number does not fit into an address")
    address = abs(network.address | (number << shift if number else 0))
    if address.bit_length() > network.bits:
        raise EvaluationError("the number does not fit into an address")
    return address


def _whole(value: Number) -> int:
    found = numbers.whole(value)
    if found is None:
        raise EvaluationError("a whole number is required")
    return found


def _int64(value: Number) -> int:
    found = _whole(value)
    if _signed(found) != found:
        raise EvaluationError("a whole number of at most 64 bits is required")
    return found


def _signed(value: int) -> int:
    """Return the lowest 64 bits as a signed number."""
    low = value & _ones(64)
    return low - (1 << 64) if low >> 63 else low


def _ones(bits: int) -> int:
    return (1 << bits) - 1
