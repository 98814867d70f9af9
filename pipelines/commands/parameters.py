"""The parameters of a question as they are typed: `--name value` and `--name=value`."""
from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches


def parameters(words: list[str]) -> dict[str, str]:
    """The values by their names. Raises ValueError for anything that is no such pair."""
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            raise ValueError(f"{word!r} is not an option; parameters are written --name value")
        key, equals, value = word.removeprefix("--").partition("=")
        if not equals:
            following = next(rest, None)
            if following is None:
                raise ValueError(f"--{key} needs a value")
            value = following
        given[key.replace("-", "_")] = value
    return given


def known(given: Mapping[str, str]) -> None:
    """Raises ValueError with the nearest names for a prefecture, theme, kind, status or level of a tie that does not exist: a
    typing error is no empty answer."""
    from nlp.gazetteer import prefectures
    from nlp.model import LEVELS, STATUSES, THEMES, TIE_KINDS

    names = {"prefecture": prefectures(), "theme": THEMES, "kind": TIE_KINDS, "status": STATUSES, "level": LEVELS}
    for option, value in given.items():
        choice = list(names.get(option, ()))
        if choice and value not in choice:
            near = get_close_matches(value, choice, 3, 0.3) or choice
            raise ValueError(f"--{option} {value} is not known; perhaps {', '.join(near)}")
