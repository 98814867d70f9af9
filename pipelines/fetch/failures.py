"""Why a fetch can fail: one closed set. Every layer decides by it whether to ask again, and every user reads its line."""
from __future__ import annotations

from enum import Enum
from typing import Literal

#: `transient`: may succeed later by itself. `permanent`: stays so until somebody changes something.
Lasting = Literal["transient", "permanent"]


class Failure(Enum):
    """A class of failure: name in the ledger, how long it lasts, the line that a user reads.

    The ones that are `repeated` are asked again within one run, after a pause; no layer repeats the others.
    """

    # told by the site
    ROBOTS_DENIED = ("robots_denied", "permanent", "the site's robots.txt does not allow this page; nothing was asked")
    ROBOTS_UNREACHABLE = ("robots_unreachable", "transient",
                          "the site's robots.txt could not be had, which counts as a no; asked again later")
    NOT_FOUND = ("not_found", "permanent", "the site has no such page (404); correct the address in the source")
    GONE = ("gone", "permanent", "the site has taken the page away for good (410); what was read of it stays")
    FORBIDDEN = ("forbidden", "permanent", "the site refuses (401, 403 or 451); ask its operator, or disable the source")
    REFUSED = ("refused", "permanent", "the site calls the request wrong (another 4xx); look at the address")
    TOO_MANY_REQUESTS = ("too_many_requests", "transient",
                         "the site asks for fewer requests (429); it rests, raise the source's delay")
    SERVER_ERROR = ("server_error", "transient", "the site has an error of its own (5xx); asked again later")
    HOST_RESTS = ("host_rests", "transient", "the host rests after failures or at its own request; asked again later")
    # on the way there
    BAD_ADDRESS = ("bad_address", "permanent", "the address is none that can be fetched; correct it in the source")
    BLOCKED_ADDRESS = ("blocked_address", "permanent",
                       "the address leads into a private network or to a port that is no web server's; never asked")
    NAME_UNKNOWN = ("name_unknown", "transient", "the host's name cannot be resolved; check the spelling and the network")
    CONNECTION_FAILED = ("connection_failed", "transient", "the host cannot be reached, or hung up; asked again later")
    TLS_FAILED = ("tls_failed", "permanent", "the host's certificate is not valid; its operator has to mend it")
    TIMEOUT = ("timeout", "transient", "the host did not answer in time; asked again later")
    TOO_SLOW = ("too_slow", "transient", "the body came too slowly and was given up; asked again later")
    TOO_MANY_REDIRECTS = ("too_many_redirects", "permanent", "redirects in a circle or too many; correct the address")
    # what came
    TOO_LARGE = ("too_large", "permanent", "larger than a release can be, unpacked; given up before all of it came")
    CUT_OFF = ("cut_off", "transient", "the answer ended before its announced end; asked again later")
    EMPTY = ("empty", "transient", "the site answered with nothing at all; asked again later")
    DAMAGED = ("damaged", "permanent", "the answer is not what its headers say (compression or HTTP broken)")
    WRONG_TYPE = ("wrong_type", "permanent", "neither a page nor a feed, PDF or text; nothing was kept")
    NOT_A_FEED = ("not_a_feed", "permanent", "the source should give a feed or sitemap and gave something else, mostly "
                                             "a page; correct its address or kind")
    UNSAFE_XML = ("unsafe_xml", "permanent", "XML that declares entities, which could read files or fill the memory; "
                                             "nothing was kept")
    FORGOTTEN = ("forgotten", "permanent", "this address is to be forgotten; nothing was asked")

    def __init__(self, label: str, lasting: Lasting, line: str) -> None:
        self.label: str = label
        self.lasting: Lasting = lasting
        self.line: str = line

    @property
    def repeated(self) -> bool:
        """Whether it is asked again within a run: 408, 429, 5xx and timeouts, nothing else."""
        return self in (Failure.TOO_MANY_REQUESTS, Failure.SERVER_ERROR, Failure.TIMEOUT, Failure.TOO_SLOW)

    @property
    def blames_host(self) -> bool:
        """Whether it counts towards leaving the whole host alone for a while."""
        return self.repeated or self in (Failure.CONNECTION_FAILED, Failure.NAME_UNKNOWN, Failure.CUT_OFF,
                                         Failure.TLS_FAILED)


def by_label(label: str) -> Failure:
    """The failure of a name in the ledger; raises ValueError for another name."""
    for one in Failure:
        if one.label == label:
            return one
    raise ValueError(f"{label!r} is no failure; there are {', '.join(f.label for f in Failure)}")


def of_status(status: int) -> Failure | None:
    """What a status code (RFC 9110 §15) of a final answer means; None where it is no failure."""
    if status in (200, 203, 304):
        return None
    exact = {401: Failure.FORBIDDEN, 403: Failure.FORBIDDEN, 451: Failure.FORBIDDEN, 404: Failure.NOT_FOUND,
             410: Failure.GONE, 408: Failure.TIMEOUT, 429: Failure.TOO_MANY_REQUESTS}
    if status in exact:
        return exact[status]
    if status >= 500:
        return Failure.SERVER_ERROR
    return Failure.REFUSED if status >= 400 else Failure.DAMAGED


class Failed(Exception):
    """A fetch that failed. `detail` is what was seen of it; `retry_after` in seconds where the site names them."""

    def __init__(self, failure: Failure, detail: str = "", *, status: int | None = None,
                 retry_after: float | None = None) -> None:
        super().__init__(f"{failure.line} ({detail})" if detail else failure.line)
        self.failure = failure
        self.detail = detail
        self.status = status
        self.retry_after = retry_after
