"""What type of organisation a name tells."""
from __future__ import annotations

import pytest

from nlp.names.legal_forms import completed, form_of


@pytest.mark.parametrize(("name", "type_"), [
    ("JAみなせ", "cooperative"), ("水無瀬大学農学部", "university"), ("水無瀬看護学院", "university"),
    ("北国運輸局水無瀬運輸支局", "regional_bureau"), ("海上自衛隊", "national_government"), ("水無瀬町議会", "unit"),
    ("水無瀬町消防団", "unit"), ("陸上自衛隊水無瀬駐屯地", "unit"), ("水無瀬商工会議所青年部", "unit"),
    ("水無瀬県トラック協会北部支部", "association"), ("水無瀬県中小企業団体中央会", "chamber"), ("水無瀬労働組合", "other"),
    ("水無瀬環境組合", "joint_authority"), ("水無瀬出荷組合", "cooperative"), ("水無瀬信用組合", "bank"), ("みなせしんきん", "bank"),
    ("水無瀬建設グループ", "consortium"), ("水無瀬よろず支援拠点", "platform"), ("水無瀬圏首長会議", "government_association"),
    ("水無瀬線活性化期成同盟会", "council"), ("水無瀬観光まちづくり機構", "tourism"), ("水無瀬医科大学附属病院", "university"),
    ("水無瀬市民病院", "other"), ("水無瀬クリニック", "welfare"), ("水無瀬市シルバー人材センター", "association"),
    ("水無瀬神楽保存会", "other"), ("株式会社水無瀬銀行", "bank"), ("一般社団法人水無瀬ツーリズム", "tourism"),
    ("一般社団法人水無瀬経済同友会", "chamber"), ("一般社団法人水無瀬コンソーシアム", "consortium"), ("みなせ物産", "company"),
])
def test_the_type_that_a_name_tells(name: str, type_: str) -> None:
    assert form_of(name)[1] == type_


@pytest.mark.parametrize(("short", "full"), [
    ("水無瀬大", "水無瀬大学"), ("水無瀬銀", "水無瀬銀行"), ("水無瀬信金", "水無瀬信用金庫"), ("水無瀬短大", "水無瀬短期大学"),
    ("水無瀬信組", "水無瀬信用組合"), ("みなせ物産", "みなせ物産"),
])
def test_press_endings_in_full(short: str, full: str) -> None:
    assert completed(short) == full
