"""Addresses of releases as they are kept: whole, without tracking parameters and fragment, in ASCII but for the host."""
from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from courlan import clean_url

#: Characters that stand for themselves in a path and in a query (RFC 3986 §3.3, §3.4), and «%», which is not quoted twice.
_PATH, _QUERY = "/%:@!$&'()*+,;=~-._", "/?%:@!$&'()*+,;=~-._"
#: What browsers drop from an address (WHATWG URL, basic parser).
_DROPPED = re.compile(r"[\t\n\r]")
_PORTS = {"http": 80, "https": 443}


def cleaned(link: str, base: str) -> str | None:
    """The address of a link on a page at `base`; None for what cannot be fetched (mail, scripts, no host)."""
    try:
        parts = urlsplit(urljoin(base, _DROPPED.sub("", link.strip())))
        host, port = (parts.hostname or "").rstrip("."), parts.port
        path = quote(parts.path or "/", safe=_PATH)
        query = quote("&".join(one for one in parts.query.split("&") if one and not _is_tracking(one)), safe=_QUERY)
    except ValueError:  # e.g. «http://[», a port that is no number, half a character
        return None
    if parts.scheme not in _PORTS or not host or parts.username is not None:
        return None
    place = f"[{host}]" if ":" in host else host
    place += f":{port}" if port is not None and port != _PORTS[parts.scheme] else ""
    return urlunsplit((parts.scheme, place, path, query, ""))


@lru_cache(maxsize=4096)
def _is_tracking(parameter: str) -> bool:
    """Whether a parameter tells who sent the reader and nothing of the page; courlan keeps the list of them."""
    return parameter.partition("=")[2] != "" and "?" not in (clean_url(f"https://site.test/?{parameter}") or "?")


def same(url: str) -> str:
    """What two addresses of one page share: http and https, and a slash at the end, make no other page."""
    return url.partition("://")[2].rstrip("/")


def site(url: str) -> str:
    """The host of an address without «www.»; hosts below it belong to the same site."""
    return (urlsplit(url).hostname or "").lower().removeprefix("www.")


def within(url: str, sites: tuple[str, ...]) -> bool:
    """Whether an address belongs to one of these sites."""
    host = site(url)
    return any(host == one or host.endswith(f".{one}") for one in sites)
