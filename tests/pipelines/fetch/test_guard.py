"""No address of the web leads the fetcher into the network that it runs in."""
from __future__ import annotations

from socket import create_server
from threading import Thread

import pytest

from pipelines.fetch.client import Client
from pipelines.fetch.failures import Failed, Failure
from pipelines.fetch.guard import Guard
from pipelines.ledger import Ledger
from tests.pipelines.fetch.web import CONTACT, QUICK, client
from tests.pipelines.site import Site

PRIVATE = ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1",
           "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "[::1]", "[::]",
           "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]",
           "[fec0::1]", "[64:ff9b:1::a00:1]"]


def _refusal(guard: Guard, url: str) -> Failure:
    with pytest.raises(Failed) as raised:
        guard.check(url)
    return raised.value.failure


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    assert _refusal(Guard(), f"http://{host}/") in (Failure.BLOCKED_ADDRESS, Failure.BAD_ADDRESS)


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]", "[::ffff:8.8.8.8]", "www.city.kawanami.example",
                                  "かわなみ.example", "127.0.0.1.nip.example"])
def test_public_addresses_and_names_pass(host: str) -> None:
    Guard().check(f"https://{host}/news?page=2#top")


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_stands_for_a_private_address_is_refused(address: str) -> None:
    guard = Guard(lambda name: [address.strip("[]")])

    with pytest.raises(Failed) as raised:
        guard.addresses("intranet.example", 80)

    assert raised.value.failure is Failure.BLOCKED_ADDRESS


def test_one_private_address_among_public_ones_is_enough_to_refuse_a_name() -> None:
    with pytest.raises(Failed):
        Guard(lambda name: ["8.8.8.8", "10.0.0.1"]).addresses("both.example", 443)


def test_public_addresses_of_a_name_are_what_is_connected_to() -> None:
    assert Guard(lambda name: ["8.8.8.8", "2606:4700::1111"]).addresses("ok.example", 443) == ["8.8.8.8", "2606:4700::1111"]


@pytest.mark.parametrize("port", [22, 25, 53, 79, 139, 445, 1023])
def test_ports_of_other_services_are_refused(port: int) -> None:
    assert _refusal(Guard(), f"http://www.example.jp:{port}/") is Failure.BLOCKED_ADDRESS


@pytest.mark.parametrize("url", ["ftp://www.example.jp/", "file:///etc/passwd", "https://", "http:///news", "//x/y",
                                 "http://me:secret@www.example.jp/", "http://www.example.jp/a b", "http://x/\n", "gopher",
                                 "http://www.example.jp/" + "a" * 2000, "http://www.example.jp:99999/", "http://[::1/"])
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    assert _refusal(Guard(), url) is Failure.BAD_ADDRESS


def test_a_grant_lets_through_exactly_its_address_and_port() -> None:
    guard = Guard(lambda name: ["127.0.0.1"], {("127.0.0.1", 8123)})

    assert guard.addresses("city.test", 8123) == ["127.0.0.1"]
    for host, port in (("city.test", 8124), ("127.0.0.1", 80), ("127.0.0.2", 8123)):
        with pytest.raises(Failed):
            guard.addresses(host, port)


# --- through the client: what is refused is never asked -----------------------------------------------------------------

def test_the_granted_port_is_reached_and_the_one_beside_it_refused_by_name_and_by_redirect(
        site: Site, ledger: Ledger) -> None:
    with Site() as beside, client(ledger, site) as one:
        site.page("/news", "<html>協定</html>")
        for target in (f"http://city.test:{beside.port}/", f"http://127.0.0.1:{beside.port}/", "http://localhost/"):
            path = site.redirect(f"/to/{len(target)}", target)
            assert one.fetch(target).failure is Failure.BLOCKED_ADDRESS
            assert one.fetch(path).failure is Failure.BLOCKED_ADDRESS

        assert one.fetch(site.url("/news")).failure is None
        assert beside.asked() == []


def test_a_name_that_resolves_differently_the_second_time_is_refused_the_second_time(
        site: Site, ledger: Ledger) -> None:
    site.names["rebound.test"] = [["127.0.0.1"], ["127.0.0.1"], ["127.0.0.2"]]  # robots.txt, the page, then elsewhere
    site.page("/news", "<html>協定</html>", host="rebound.test")
    with client(ledger, site) as one:
        one._transport._pool._keepalive_expiry = 0.0  # type: ignore[attr-defined]  # each request its own connection
        first = one.fetch(site.url("/news", "rebound.test"))
        asked = len(site.asked(host="rebound.test"))
        second = one.fetch(site.url("/news", "rebound.test"))

    assert first.failure is None
    assert second.failure is Failure.BLOCKED_ADDRESS and "127.0.0.2" in second.detail
    assert len(site.asked(host="rebound.test")) == asked


def test_a_name_is_resolved_once_a_connection_so_that_what_was_checked_is_what_is_reached(
        site: Site, ledger: Ledger) -> None:
    site.page("/news", "<html>協定</html>")
    with client(ledger, site) as one:
        one.fetch(site.url("/news"))

    assert site.resolved == ["city.test"], "robots.txt and the page share one connection, resolved once"


def test_the_next_address_of_a_name_is_tried_where_the_first_does_not_answer(site: Site, ledger: Ledger) -> None:
    site.names["two.test"] = ["127.0.0.9", "127.0.0.1"]
    site.page("/news", "<html>協定</html>", host="two.test")
    guard = Guard(site.resolve, {("127.0.0.9", site.port), *site.grants})
    with Client(ledger, CONTACT, guard=guard, limits=QUICK) as one:
        assert one.fetch(site.url("/news", "two.test")).failure is None


def test_the_server_is_told_the_name_and_not_the_address_in_the_greeting_of_tls(ledger: Ledger) -> None:
    with create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heard: list[bytes] = []

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(4096))

        listener = Thread(target=listen)
        listener.start()
        guard = Guard(lambda name: ["127.0.0.1"], {("127.0.0.1", port)})
        with Client(ledger, CONTACT, guard=guard, limits=QUICK) as one:
            answer = one.fetch(f"https://www.city.test:{port}/")
        listener.join()

    assert b"www.city.test" in heard[0] and b"127.0.0.1" not in heard[0]
    assert answer.failure in (Failure.TLS_FAILED, Failure.CONNECTION_FAILED)


def test_a_page_that_redirects_to_the_machines_own_metadata_is_given_up_without_asking(
        site: Site, ledger: Ledger) -> None:
    site.redirect("/news", "http://169.254.169.254/latest/meta-data/")
    with client(ledger, site) as one:
        answer = one.fetch(site.url("/news"))

    assert answer.failure is Failure.BLOCKED_ADDRESS
    assert answer.detail == "169.254.169.254, port 80"
