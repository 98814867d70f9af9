"""Only files that releases come as are kept, and no XML that declares entities."""
from __future__ import annotations

import pytest

from pipelines.fetch.content import refuse_content, refuse_type
from pipelines.fetch.failures import Failed, Failure
from tests.pipelines.moments import moments

XXE = ('<?xml version="1.0"{declared}?>\n<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
       "<rss version=\"2.0\"><channel><title>&x;</title></channel></rss>")
LAUGHS = ('<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
          "<rss><channel><title>&b;</title></channel></rss>")
FEED = '<?xml version="1.0"{declared}?>\n<rss version="2.0"><channel><title>川波市</title></channel></rss>'


@pytest.mark.parametrize("header", ["text/html; charset=Shift_JIS", "TEXT/HTML", "application/pdf", "application/rss+xml",
                                    "text/xml", "text/plain", "application/octet-stream", "", None])
def test_types_that_releases_have_pass(header: str | None) -> None:
    refuse_type(header)


@pytest.mark.parametrize("header", ["image/png", "video/mp4", "application/zip", "text/css", "application/msword"])
def test_other_types_are_refused_before_their_bytes_come(header: str) -> None:
    with pytest.raises(Failed) as raised:
        refuse_type(header)

    assert raised.value.failure is Failure.WRONG_TYPE


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"<!DOCTYPE html><title>x", b"\xef\xbb\xbf  <html>", b"<?xml version='1.0'?><a/>",
                                  b"\x1f\x8b\x08", "\ufeff<html>".encode("utf-16-le")])
def test_bytes_of_no_known_type_pass_where_they_say_what_they_are(data: bytes) -> None:
    refuse_content("application/octet-stream", data)
    refuse_content(None, data)


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"\x89PNG", b"MZ", b"plain words"])
def test_other_bytes_of_no_known_type_are_refused(data: bytes) -> None:
    with pytest.raises(Failed) as raised:
        refuse_content("application/octet-stream", data)

    assert raised.value.failure is Failure.WRONG_TYPE


def test_nothing_at_all_is_no_release() -> None:
    with pytest.raises(Failed) as raised:
        refuse_content("text/html", b"")

    assert raised.value.failure is Failure.EMPTY


@pytest.mark.parametrize("data", [
    XXE.format(declared="").encode(), LAUGHS.encode(), XXE.format(declared=' encoding="Shift_JIS"').encode("cp932"),
    XXE.format(declared="").encode("utf-16"), XXE.format(declared="").encode("utf-16-be"),
    XXE.format(declared="").encode("utf-32"), b"\xef\xbb\xbf" + XXE.format(declared="").encode(),
    ("<!-- <rss> --><?x <y> ?>" + LAUGHS[21:]).encode(), FEED.format(declared=' encoding="UTF-7"').encode(),
    FEED.format(declared=" encoding='ibm037'").encode()])
def test_xml_that_declares_entities_is_refused_whatever_its_encoding(data: bytes) -> None:
    with pytest.raises(Failed) as raised:
        refuse_content("application/xml", data)

    assert raised.value.failure is Failure.UNSAFE_XML


@pytest.mark.parametrize("before", ['SYSTEM "<x"', 'SYSTEM "<!--"', "SYSTEM '<?'", "SYSTEM '>'", 'PUBLIC "-//A//B" "[<a>]"'])
def test_what_is_quoted_before_the_entities_hides_none(before: str) -> None:
    data = f'<!--> <a> --><!DOCTYPE rss {before} [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss>&e;</rss><!-- --><?x ?>'

    with pytest.raises(Failed) as raised:
        refuse_content("application/xml", data.encode())

    assert raised.value.failure is Failure.UNSAFE_XML


@pytest.mark.parametrize("data", [b"<!--" * 2_000_000, b"<?" * 4_000_000, b"<!---->" * 1_000_000, b"<!DOCTYPE" * 900_000,
                                  b'<!DOCTYPE a "' * 600_000, b" " * 8_000_000, b"<!DOCTYPE a " + b"'" * 8_000_001])
def test_megabytes_of_nothing_but_beginnings_are_looked_at_in_moments(data: bytes) -> None:
    with moments():
        refuse_content("application/xml", b"<?xml version='1.0'?>" + data)


@pytest.mark.parametrize("data", [
    FEED.format(declared=' encoding="utf-8"').encode(), FEED.format(declared=' encoding="Shift_JIS"').encode("cp932"),
    FEED.format(declared="").encode("utf-16"), FEED.format(declared=" encoding='euc-jp'").encode("euc_jp"),
    b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd"><rss/>',
    b"<rss><title><![CDATA[how to write <!ENTITY in XML]]></title></rss>"])
def test_honest_feeds_pass(data: bytes) -> None:
    refuse_content("application/rss+xml", data)


def test_xml_that_calls_itself_a_page_is_looked_at_too() -> None:
    with pytest.raises(Failed) as raised:
        refuse_content("text/html", XXE.format(declared="").encode())

    assert raised.value.failure is Failure.UNSAFE_XML
