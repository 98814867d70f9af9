"""A host is asked by one at a time, and never sooner than it wants: whoever asks, on either database."""
from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipelines.fetch.clock import Clock
from pipelines.fetch.desk import Desk
from pipelines.fetch.failures import Failed, Failure
from pipelines.fetch.limits import Limits
from pipelines.fetch.turns import Turns, backoff, rest
from pipelines.ledger import Ledger, hosts
from tests.pipelines.fetch.web import MORNING, Sleepless

LIMITS = Limits(delay=2.0)
HOST = "www.city.kawanami.example"


@pytest.fixture
def shared(ledger_url: str) -> Iterator[Ledger]:
    """A ledger on each database."""
    one = Ledger.open(ledger_url)
    yield one
    one.close()


def _turns(ledger: Ledger, clock: Clock, limits: Limits = LIMITS) -> Turns:
    return Turns(Desk(ledger), clock, limits, random.Random(7))


def test_the_next_turn_comes_after_the_pause_in_another_run_too(shared: Ledger) -> None:
    later = Sleepless()
    with _turns(shared, later.clock()).at(HOST, 2.0):
        later.now += 5
    with _turns(shared, later.clock()).at(HOST, 2.0):
        assert later.now == MORNING + 7


def test_different_hosts_do_not_wait_for_each_other(shared: Ledger) -> None:
    later = Sleepless()
    turns = _turns(shared, later.clock())
    with turns.at(HOST, 2.0), turns.at("www.pref.minato.example", 2.0):
        assert later.now == MORNING


def test_threads_take_turns(shared: Ledger) -> None:
    turns = _turns(shared, Clock(), replace(LIMITS, patience=60.0))
    now, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal now, most
        for _ in range(3):
            with turns.at(HOST, 0.0):
                with lock:
                    now += 1
                    most = max(most, now)
                time.sleep(0.005)
                with lock:
                    now -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert most == 1


def test_a_turn_whose_holder_was_killed_is_free_at_once_but_for_the_pause(shared: Ledger, ledger_url: str) -> None:
    code = ("import os, random, signal, sys\n"
            "from pipelines.fetch.clock import Clock\nfrom pipelines.fetch.desk import Desk\n"
            "from pipelines.fetch.limits import Limits\nfrom pipelines.fetch.turns import Turns\n"
            "from pipelines.ledger import Ledger\n"
            "with Turns(Desk(Ledger.open(sys.argv[1])), Clock(), Limits(), random.Random()).at(sys.argv[2], 0.0):\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n")
    subprocess.run([sys.executable, "-c", code, ledger_url, HOST], check=False)
    with shared.reading() as c:
        held = hosts.take(c, HOST, "nobody", 0.0, 1.0, 0.0, lambda one: True)
    assert not held.granted
    waited = Clock().elapsed()
    with _turns(shared, Clock()).at(HOST, 0.0):
        assert Clock().elapsed() - waited < 30, "long before the killed one's lease is over"


def test_a_turn_on_another_machine_lasts_until_its_lease_is_over(shared: Ledger) -> None:
    later = Sleepless()
    with shared.writing() as c:
        hosts.take(c, HOST, f"elsewhere/1 {os.getpid()} 1.00 1", later.now, 30.0, 0.0, lambda one: True)
    with _turns(shared, later.clock()).at(HOST, 0.0):
        assert MORNING + 30 <= later.now < MORNING + 31


def test_who_comes_back_too_late_cannot_shorten_the_pause_of_who_took_over(shared: Ledger) -> None:
    with shared.writing() as c:
        assert hosts.take(c, HOST, "slow", 0.0, 10.0, 1.0, lambda one: True).granted
        assert hosts.take(c, HOST, "next", 20.0, 10.0, 50.0, lambda one: True).granted
        hosts.give_back(c, HOST, "slow", 21.0, 0, None)
        assert hosts.take(c, HOST, "third", 30.0, 10.0, 1.0, lambda one: False).at == 70.0


def test_who_would_wait_too_long_is_told_until_when(shared: Ledger) -> None:
    later = Sleepless()
    turns = _turns(shared, later.clock())
    with pytest.raises(Failed), turns.at(HOST, 2.0):
        raise Failed(Failure.SERVER_ERROR, retry_after=900.0)
    with pytest.raises(Failed) as raised, turns.at(HOST, 2.0):
        pass

    assert raised.value.failure is Failure.HOST_RESTS
    assert raised.value.detail == f"{HOST} until 2026-04-01T05:45:00+09:00: server_error, 1 in a row"
    assert later.slept == []


def test_a_host_that_rests_can_be_seen_and_woken(shared: Ledger) -> None:
    later = Sleepless()
    turns = _turns(shared, later.clock())
    for _ in range(5):
        with pytest.raises(Failed), turns.at(HOST, 2.0):
            raise Failed(Failure.TIMEOUT)
    with shared.writing() as c:
        hosts.keep_robots(c, hosts.Robots(f"https://{HOST}", "unreachable", "", "", later.now, later.now + 3600))
        hosts.keep_robots(c, hosts.Robots(f"https://{HOST}:8443", "deny", "", "", later.now, later.now + 3600))
        hosts.keep_robots(c, hosts.Robots(f"https://{HOST}.other", "deny", "", "", later.now, later.now + 3600))
        seen = hosts.resting(c, later.now)
        assert [(one.host, one.failures, one.reason) for one in seen] == [(HOST, 5, "timeout, 5 in a row")]
        assert hosts.wake(c, HOST) and not hosts.wake(c, "www.unknown.example")
        assert hosts.resting(c, later.now) == []
        assert hosts.robots_of(c, f"https://{HOST}") is None and hosts.robots_of(c, f"https://{HOST}:8443") is None
        assert hosts.robots_of(c, f"https://{HOST}.other") is not None


def test_the_pauses_grow_up_to_a_day() -> None:
    draw = random.Random(1)
    for failures, whole in ((1, 2), (2, 4), (3, 8), (9, 60), (1000, 60)):
        assert 0.5 * whole <= backoff(failures, LIMITS, draw) <= 1.5 * whole
    assert [rest(n, LIMITS) for n in (0, 4, 5, 6, 7, 1000)] == [0, 0, 600, 1200, 2400, 86_400]
