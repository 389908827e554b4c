"""Which addresses count as public."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.core.addresses import embedded, why_holds_other, why_not_public


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.31.0.1",
        "192.0.0.8",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.19.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:7f00:1",
        "::ffff:808:808",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "2600::5efe:7f00:1",
        "3fff::1",
        "4000::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_address_that_is_not_public_is_told_why(text: str) -> None:
    """Special-purpose ranges, multicast, cloud metadata, and every IPv6 dress of them."""
    assert why_not_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808"]
)
def test_public_address_passes(text: str) -> None:
    """Also one behind NAT64, the way of a network without IPv4."""
    assert why_not_public(ip_address(text)) == ""


NOT_PUBLIC = st.integers(0, 2**32 - 1).map(IPv4Address).filter(lambda address: bool(why_not_public(address)))
DRESSES = [
    lambda number: number,
    lambda number: 0xFFFF << 32 | number,
    lambda number: 0xFFFF << 48 | number,
    lambda number: 0x64FF9B << 96 | number,
    lambda number: 0x2002 << 112 | number << 80,
    lambda number: 0x20010000 << 96 | number << 64,
    lambda number: 0x20010000 << 96 | number ^ 0xFFFFFFFF,
    lambda number: 0x2600 << 112 | 0x5EFE << 32 | number,
    lambda number: 0x2600 << 112 | 0x02005EFE << 32 | number,
]


@given(NOT_PUBLIC, st.sampled_from(DRESSES))
def test_no_ipv6_dress_makes_an_address_public(inner: IPv4Address, dress) -> None:  # type: ignore[no-untyped-def]
    """Mapped, compatible, translated, NAT64, 6to4, Teredo (server and client), ISATAP."""
    outer = IPv6Address(dress(int(inner)))
    assert why_not_public(outer)
    if int(outer) > 1:
        assert inner in embedded(outer)
        assert why_holds_other(outer)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_public_is_never_more_than_the_standard_library_says(address: IPv6Address) -> None:
    """Our lists only take away."""
    assert why_not_public(address) or (address.is_global and not address.is_multicast)
