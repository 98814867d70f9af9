"""JSON lines: one document a line in the shape of the input contract; labels and other keys are ignored."""
from __future__ import annotations

import json

from nlp.model import read_document
from pipelines.ledger.records import Draft
from pipelines.reading import Unreadable


def read(data: bytes) -> list[Draft | Unreadable]:
    """A draft a line; a line that cannot be read does not stop the others."""
    found: list[Draft | Unreadable] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            found.append(_read(line, number))
    return found


def _read(line: bytes, number: int) -> Draft | Unreadable:
    try:
        document = read_document(json.loads(line.decode("utf-8")))
    except UnicodeDecodeError:
        return Unreadable(f"line {number}", "not UTF-8; save the file in UTF-8")
    except json.JSONDecodeError as error:
        return Unreadable(f"line {number}", f"broken JSON at character {error.pos + 1}: {error.msg}")
    except (ValueError, RecursionError) as error:
        return Unreadable(f"line {number}", str(error) or "JSON that is nested too deep")
    return Draft(document.text, document.id, document.url, document.title, document.published, document.publisher)
