"""Codes of public bodies and corporations, and their check digits.

全国地方公共団体コード: five digits and a check digit (総務省「全国地方公共団体コード仕様」). 法人番号: a check digit and
twelve digits (法人番号の指定等に関する省令、平成26年財務省令第70号、第2条). A local government's number follows from its
code (同省令第3条: «000020» and the code are its twelve digits); a ward of a designated city is no legal person.
"""
from __future__ import annotations

import re
import unicodedata

_WEIGHTS = (6, 5, 4, 3, 2)
_LOCAL_GOVERNMENT = "000020"
#: 証券コード: since 2024 letters may stand in places 2 and 4, but for B, E, I, O, Q, V, Z (証券コード協議会); a fifth
#: character is a reserve, 0 for ordinary shares.
_SECURITY = re.compile(r"[1-9][0-9ACDFGHJKLMNPRSTUWXY][0-9][0-9ACDFGHJKLMNPRSTUWXY]0?")
_EDINET = re.compile(r"E[0-9]{5}")


def with_check_digit(five: str) -> str:
    """The six-digit 団体コード of its first five digits. Raises ValueError for anything but five digits.

    The check digit is the last digit of 11 − (6a + 5b + 4c + 3d + 2e) mod 11.
    """
    if not re.fullmatch(r"[0-9]{5}", five):
        raise ValueError(f"«{five}» is no area code: five digits are wanted")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, five, strict=True))
    return five + str((11 - total % 11) % 10)


def is_area_code(code: str) -> bool:
    """Whether this is a 団体コード: six digits with the right check digit."""
    return bool(re.fullmatch(r"[0-9]{6}", code)) and with_check_digit(code[:5]) == code


def corporate_number(twelve: str) -> str:
    """The 法人番号 of its last twelve digits. Raises ValueError for anything but twelve digits.

    The check digit is 9 − (Σ Pn·Qn mod 9), n from the right, Q 1 for odd and 2 for even n.
    """
    if not re.fullmatch(r"[0-9]{12}", twelve):
        raise ValueError(f"«{twelve}» is no base of a 法人番号: twelve digits are wanted")
    total = sum(int(digit) * (1 if n % 2 else 2) for n, digit in enumerate(reversed(twelve), 1))
    return str(9 - total % 9) + twelve


def is_corporate_number(number: str) -> bool:
    """Whether this is a 法人番号: thirteen digits with the right check digit."""
    return bool(re.fullmatch(r"[1-9][0-9]{12}", number)) and corporate_number(number[1:]) == number


def number_of_local_government(code: str) -> str:
    """The 法人番号 of a prefecture, municipality or special ward, from its 団体コード."""
    return corporate_number(_LOCAL_GOVERNMENT + code)


def security_code(written: str) -> str | None:
    """A 証券コード in its four characters, from four or five in any width; None for what is none."""
    plain = unicodedata.normalize("NFKC", written).strip().upper()
    return plain[:4] if _SECURITY.fullmatch(plain) else None


def edinet_code(written: str) -> str | None:
    """An EDINETコード (E and five digits) in any width; None for what is none."""
    plain = unicodedata.normalize("NFKC", written).strip().upper()
    return plain if _EDINET.fullmatch(plain) else None
