"""Telling somebody elsewhere that something is wrong: JSON to KAKEHASHI_ALERT_URL. Nothing waits for it or fails by it."""
from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import httpx2

#: Seconds for the whole of one message.
_PATIENCE = 10.0
#: Characters of a text at most.
_LONGEST = 1_000
_USER = re.compile(r"(?<=://)[^/\s@]+@")
_PASSWORD = re.compile(r"://[^:/@]*:(.+)@")
#: Variables whose values are never said, and those in whose addresses a password may stand.
_SECRETS = ("NEO4J_PASSWORD", "POSTGRES_PASSWORD", "KAKEHASHI_ALERT_URL")
_ADDRESSES = ("KAKEHASHI_LEDGER_URL", "KAKEHASHI_BROKER_URL", "KAKEHASHI_RESULTS_URL", "KAKEHASHI_ARCHIVE_URL")
_log = logging.getLogger(__name__)


def discreet(text: str, environment: Mapping[str, str]) -> str:
    """A text without users and passwords of addresses, without what the environment keeps secret, and not too long."""
    hidden = {environment[name] for name in _SECRETS if environment.get(name)}
    for name in _ADDRESSES:
        if password := _password(environment.get(name, "")):
            hidden |= {password, unquote(password)}
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, "…")
    text = _USER.sub("…@", text)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _password(address: str) -> str | None:
    """The password of an address, of one that is none (`Settings` says so) what stands where it would."""
    try:
        return urlsplit(address).password
    except ValueError:
        found = _PASSWORD.search(address)
        return found[1] if found else None


def post(url: str, message: Mapping[str, object], environment: Mapping[str, str]) -> bool:
    """Send a message; whether it was taken. Its texts are made discreet; never raises for what the other side does."""
    told = {key: discreet(value, environment) if isinstance(value, str) else value for key, value in message.items()}
    try:
        answer = httpx2.post(url, json=told, timeout=_PATIENCE, follow_redirects=False)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        # the address may itself be a secret
        _log.warning("KAKEHASHI_ALERT_URL could not be told of «%s»: %s", told.get("event"), type(error).__name__)
        return False
    if answer.status_code >= 300:
        _log.warning("KAKEHASHI_ALERT_URL answered %s to «%s»", answer.status_code, told.get("event"))
    return answer.status_code < 300
