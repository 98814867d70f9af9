"""The parameters of a question as they are typed: `--name value` and `--name=value`."""
from __future__ import annotations


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
