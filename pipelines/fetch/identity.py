"""Who asks: every request says what this program is and how its user can be reached."""
from __future__ import annotations

import re
from importlib.metadata import version

#: The name that robots.txt files speak to (RFC 9309 §2.2.1).
PRODUCT = "Kakehashi"
_CONTACT = re.compile(r"https?://[!-~]+\.[!-~]+|[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")


def user_agent(contact: str | None) -> str:
    """The User-Agent of a user who can be reached at an e-mail address or a page.

    Raises ValueError where there is no such contact: nobody is asked anonymously.
    """
    if not contact:
        raise ValueError("KAKEHASHI_CONTACT is not set; set it to an e-mail address or a page at which the operators of "
                         "the sites you read can reach you. Nothing is fetched without it")
    if not _CONTACT.fullmatch(contact):
        raise ValueError(f"KAKEHASHI_CONTACT is {contact!r}; it must be an e-mail address (you@example.jp) or the "
                         "address of a page (https://example.jp/contact)")
    return f"{PRODUCT}/{version('kakehashi')} (+{contact if '://' in contact else 'mailto:' + contact})"
