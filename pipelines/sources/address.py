"""Addresses of releases as they are kept: whole, without tracking parameters and fragment."""
from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from courlan import clean_url


def cleaned(link: str, base: str) -> str | None:
    """The address of a link on a page at `base`; None for what cannot be fetched (mail, scripts, no host)."""
    try:
        whole = urljoin(base, link.strip())
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return clean_url(urldefrag(whole).url) or None
    except ValueError:  # e.g. «http://[», a port that is no number
        return None


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
