"""What the environment says wrongly is told with what to write, and never repeated where it may hold a password."""
from __future__ import annotations

import pytest

from pipelines import alerts
from pipelines.settings import Settings

#: No address: a bracket that is not closed.
BROKEN = "s3://key:hunter2@[bucket/archive"


@pytest.mark.parametrize(("name", "example"), [
    ("ARCHIVE_URL", "s3://bucket/archive"), ("BROKER_URL", "redis://host:6379/0"), ("RESULTS_URL", "redis://host:6379/1"),
    ("ALERT_URL", "https://host/path")])
def test_an_address_that_is_none_says_how_to_write_one(name: str, example: str) -> None:
    with pytest.raises(ValueError, match=f"KAKEHASHI_{name} is no address; write it like .*{example}") as caught:
        Settings.from_environment({f"KAKEHASHI_{name}": BROKEN})
    assert "hunter2" not in str(caught.value)


def test_folders_and_addresses_are_taken_as_they_are() -> None:
    settings = Settings.from_environment({"KAKEHASHI_ARCHIVE_URL": "/data/[old] archive",
                                          "KAKEHASHI_ALERT_URL": "https://[::1]:8080/hook"})
    assert (settings.archive_url, settings.alert_url) == ("/data/[old] archive", "https://[::1]:8080/hook")


@pytest.mark.parametrize("name", ["KAKEHASHI_LEDGER_URL", "KAKEHASHI_BROKER_URL", "KAKEHASHI_ARCHIVE_URL"])
def test_the_password_of_an_address_that_is_none_is_not_told_either(name: str) -> None:
    told = alerts.discreet("refused: the word hunter2 was wrong", {name: BROKEN})
    assert told == "refused: the word … was wrong"


def test_a_message_goes_out_whatever_is_wrong_with_other_addresses(caplog: pytest.LogCaptureFixture) -> None:
    assert alerts.post("http://[s3cret-token", {"event": "run_failed"}, {"KAKEHASHI_ARCHIVE_URL": BROKEN}) is False
    assert "KAKEHASHI_ALERT_URL could not be told of «run_failed»" in caplog.text and "s3cret" not in caplog.text
