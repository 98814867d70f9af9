"""What a row of the bench is: something measured here and, in the same run, by the peer people would use instead."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class NotMeasured(Exception):
    """Something the measurement needs is missing; the message says what and how to get it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Two figures in the row's unit. `peer_value` is None where the peer could not be measured.

    `peak` is the most bytes of memory held at once, where the row measures it. `unread` documents count for nothing in
    `value`; `failure` says why they were not read.
    """

    value: float
    peer_value: float | None
    peak: int | None = None
    unread: int = 0
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `measure` returns its figures or raises NotMeasured. Seconds are better when fewer, rates when more."""

    name: str
    unit: str
    peer: str
    measure: Callable[[], Measured]


def ratio(unit: str, measured: Measured) -> float | None:
    """How many times better than the peer, above 1 is better, for times and rates alike; None without a peer."""
    if measured.peer_value is None:
        return None
    if unit == "seconds":
        return measured.peer_value / measured.value
    return measured.value / measured.peer_value
