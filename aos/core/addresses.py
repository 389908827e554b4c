"""Which addresses are on the public internet, and which only look as if they were.

`ipaddress.is_global` is not enough: on Python 3.11 it is true for NAT64 and 6to4 addresses that hold 127.0.0.1, for
multicast and for parts of 192.0.0.0/24. The lists are those of the IANA special-purpose registries (RFC 6890).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_V4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared by carriers",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "a cloud's own service",
    "169.254.0.0/16": "link-local, where clouds keep their metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "kept for protocols",
    "192.0.2.0/24": "documentation",
    "192.88.99.0/24": "a 6to4 relay",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "kept for benchmarks",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
_V6 = {
    "::/128": "unspecified",
    "::1/128": "loopback",
    "fc00::/7": "private",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local",
    "ff00::/8": "multicast",
    "64:ff9b:1::/48": "a local NAT64 prefix",
    "2001::/23": "kept for protocols and tunnels",
    "2001:db8::/32": "documentation",
    "2002::/16": "a 6to4 tunnel",
    "3fff::/20": "documentation",
}
_DENIED: list[tuple[Network, str]] = [(ip_network(text), why) for text, why in (_V4 | _V6).items()]
_UNICAST = IPv6Network("2000::/3")  # all that is assigned of the public IPv6 space
_NAT64 = IPv6Network("64:ff9b::/96")
_LAST_32_BITS = (IPv6Network("::ffff:0:0/96"), IPv6Network("::ffff:0:0:0/96"), IPv6Network("::/96"), _NAT64)
_ISATAP = (0x00005EFE, 0x02005EFE)


def why_not_public(address: Address) -> str:
    """What kind of address this is when it is not public unicast; empty when it is.

    An IPv6 address that holds an IPv4 one is judged by both. Only NAT64 (RFC 6052) is a way to the public internet;
    mapped addresses and the tunnels 6to4 and Teredo never are.
    """
    for network, why in _DENIED:
        if address.version == network.version and address in network:
            return why
    if isinstance(address, IPv4Address):
        return "" if address.is_global else "not public"
    if held := why_holds_other(address):
        return held
    return "" if address in _NAT64 or (address in _UNICAST and address.is_global) else "not public"


def why_holds_other(address: Address) -> str:
    """What is wrong with an IPv4 address inside an IPv6 one: no list of allowed networks makes such a spelling good."""
    for held in embedded(address):
        if why := why_not_public(held):
            return f"{held} in another spelling, {why}"
    return ""


def embedded(address: Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address holds: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP."""
    if isinstance(address, IPv4Address) or int(address) <= 1:
        return []
    number, found = int(address), []
    if any(address in network for network in _LAST_32_BITS) or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        found.append(IPv4Address(number & 0xFFFFFFFF))
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found += address.teredo
    return found
