"""Which addresses may be asked at all: no page of the web may lead the fetcher into the network it runs in.

Two gates. `check` looks at the address as written, before anything is asked. `addresses` resolves the name, once a
connection, and looks at every address it stands for; the connection then goes to what was looked at, so that a name
which answers differently the next time gains nothing.
"""
from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Collection

import httpx2

from pipelines.fetch.failures import Failed, Failure

#: Name → its addresses; raises OSError where there are none.
Resolver = Callable[[str], list[str]]
#: An address longer than this (bytes) is no address of a page.
LONGEST = 2_000
_PORTS = {"http": 80, "https": 443}
#: Names, also those of machines that break the rules of names, and addresses.
_HOST = re.compile(r"[a-zA-Z0-9._-]+|[0-9a-fA-F:.]+")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Prefixes whose addresses carry an IPv4 address in their last 32 bits: RFC 6052 (NAT64) and RFC 8215.
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def system_resolver(name: str) -> list[str]:
    """What the machine's resolver says."""
    return list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)))


class Guard:
    """`granted` are exact (address, port) pairs that may be reached although they are not public, for tests alone."""

    def __init__(self, resolve: Resolver = system_resolver, granted: Collection[tuple[str, int]] = ()) -> None:
        self._resolve = resolve
        self._granted = frozenset(granted)

    def check(self, url: str) -> httpx2.URL:
        """The parsed address, without its fragment.

        Raises Failed where it is malformed, or where it shows that it must not be asked.
        """
        if len(url.encode("utf-8", "replace")) > LONGEST:
            raise Failed(Failure.BAD_ADDRESS, f"longer than {LONGEST} bytes")
        if any(ord(c) < 33 or ord(c) == 127 or 0xD800 <= ord(c) < 0xE000 for c in url):
            raise Failed(Failure.BAD_ADDRESS, "holds a space or control character")
        try:
            parsed = httpx2.URL(url)
        except httpx2.InvalidURL as error:
            raise Failed(Failure.BAD_ADDRESS, str(error)) from error
        if parsed.scheme not in _PORTS or not parsed.host:
            raise Failed(Failure.BAD_ADDRESS, "needs http:// or https:// and a host")
        if parsed.userinfo:
            raise Failed(Failure.BAD_ADDRESS, "carries a user's name or password")
        host, port = parsed.raw_host.decode("ascii"), parsed.port or _PORTS[parsed.scheme]
        if not _HOST.fullmatch(host):
            raise Failed(Failure.BAD_ADDRESS, f"{host!r} is no name of a host")
        self._check_port(host, port)
        if (literal := _literal(host)) is not None:
            self._check_address(host, literal, port)
        return parsed.copy_with(fragment=None)

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses that a connection to a name may go to, in the resolver's order.

        Raises Failed where the name has none, or where one of them must not be reached.
        """
        self._check_port(host, port)
        if (literal := _literal(host)) is not None:
            self._check_address(host, literal, port)
            return [str(literal)]
        try:
            found = self._resolve(host)
        except (OSError, UnicodeError) as error:
            raise Failed(Failure.NAME_UNKNOWN, f"{host}: {error}") from error
        if not found:
            raise Failed(Failure.NAME_UNKNOWN, f"{host}: no address")
        for one in found:
            if (literal := _literal(one)) is None:
                raise Failed(Failure.BLOCKED_ADDRESS, f"{host} resolves to {one}, which is no address")
            self._check_address(host, literal, port)
        return found

    def _check_port(self, host: str, port: int) -> None:
        if port > 65_535:
            raise Failed(Failure.BAD_ADDRESS, f"there is no port {port}")
        # below 1024 live services that are no web servers
        if port not in _PORTS.values() and port < 1024:
            raise Failed(Failure.BLOCKED_ADDRESS, f"port {port} of {host}")

    def _check_address(self, host: str, address: _Address, port: int) -> None:
        if (str(address), port) in self._granted or is_public(address):
            return
        said = f"{host} is {address}" if host != str(address) else host
        raise Failed(Failure.BLOCKED_ADDRESS, f"{said}, port {port}")


def is_public(address: _Address) -> bool:
    """Whether an address is one of the open internet, seen through every way of writing IPv4 within IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in network for network in _TRANSLATED) or address in ipaddress.IPv6Network("::/96"):
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.scope_id is not None or any(one is not None and not is_public(one) for one in inner):
            return False
        if address.ipv4_mapped is not None:
            return True
        if address.is_site_local:  # fec0::/10, given up by RFC 3879 and still routed within some networks
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified
                                      or address.is_loopback or address.is_link_local or address.is_private)


def _literal(host: str) -> _Address | None:
    """The address that a host is written as, in any way that a system's resolver takes for one; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    # 127.1, 0x7f000001, 2130706433 and 0177.0.0.1 are addresses to `inet_aton`
    if host and all(part and part[0].isdigit() for part in host.rstrip(".").split(".")):
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
        except OSError:
            return None
    return None
