"""Places by name, prefecture and code."""
from __future__ import annotations

from nlp import gazetteer


def test_a_place_is_found_with_variants_prefecture_and_county() -> None:
    found = gazetteer.find("大阪府四条畷市")
    assert found is not None and (found.name, found.code, found.prefecture) == ("四條畷市", "272299", "大阪府")
    county = gazetteer.find("白糠郡白糠町")
    assert county is not None and county.prefecture == "北海道"
    office = gazetteer.find("坂井市役所")
    assert office is not None and office.name == "坂井市"


def test_a_name_of_several_places_needs_its_prefecture() -> None:
    assert gazetteer.find("伊達市") is None
    found = gazetteer.find("伊達市", "北海道")
    assert found is not None and found.code == "012335"
    assert gazetteer.find("どこにもない市") is None


def test_the_wards_of_hamamatsu_are_todays() -> None:
    wards = {p.name: p.code for p in gazetteer.places() if p.name.startswith("浜松市") and p.type == "ward"}
    assert wards == {"浜松市中央区": "221384", "浜松市浜名区": "221392", "浜松市天竜区": "221406"}


def test_every_code_has_its_check_digit_and_every_place_its_position() -> None:
    for place in gazetteer.places():
        total = sum(int(d) * w for d, w in zip(place.code[:5], (6, 5, 4, 3, 2), strict=True))
        assert int(place.code[5]) == (11 - total % 11) % 10, place
        assert 20 < place.lat < 46 and 122 < place.lng < 154, place
    assert len({p.code for p in gazetteer.places()}) == len(gazetteer.places())
    assert len(gazetteer.prefectures()) == 47
