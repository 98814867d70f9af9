"""A reader of releases wants every date as a plain value with its place, whatever calendar it was written in."""
from __future__ import annotations

import pytest

from nlp.dates import find_dates


def values(text: str, published: str | None = None) -> list[str]:
    return [date.value for date in find_dates(text, published)]


@pytest.mark.parametrize(("text", "value", "precision"), [
    ("令和６年３月２８日に調印した。", "2024-03-28", "day"),
    ("令和元年五月七日に調印した。", "2019-05-07", "day"),
    ("平成31年1月に結んだ。", "2019-01", "month"),
    ("昭和63年に生まれた。", "1988", "year"),
    ("二〇二四年六月二十七日に結んだ。", "2024-06-27", "day"),
    ("令和七年十一月二十一日に結んだ。", "2025-11-21", "day"),
    ("R7.1.8 締結", "2025-01-08", "day"),
    ("2024/6/27 締結", "2024-06-27", "day"),
    ("2024.6.17 締結", "2024-06-17", "day"),
    ("2019/6 第1号", "2019-06", "month"),
    ("2024年（令和6年）6月27日に結んだ。", "2024-06-27", "day"),
    ("2023年度に始めた。", "2023", "fiscal_year"),
    ("令和５年度の事業です。", "2023", "fiscal_year"),
])
def test_every_calendar_gives_one_kind_of_value(text: str, value: str, precision: str) -> None:
    found = find_dates(text, None)
    assert [(date.value, date.precision) for date in found] == [(value, precision)]


def test_spans_point_at_the_words_as_they_stand() -> None:
    text = "㈱みなも（１．本社）は、令和６年４月１日（月）に青葉市と結び、同年１０月に始めた。"
    assert [text[d.span.start:d.span.end] for d in find_dates(text, None)] == ["令和６年４月１日", "同年１０月"]


@pytest.mark.parametrize(("text", "published", "expected"), [
    ("12月3日に結んだ。", "2024-01-15", ["2023-12-03"]),
    ("1月10日に結んだ。", "2024-01-15", ["2024-01-10"]),
    ("9月1日に始める予定です。", "2024-06-15", ["2024-09-01"]),
    ("4月1日、窓口を開きます。", "2024-03-25", ["2024-04-01"]),
    ("本日、結びました。", "2024-03-25", ["2024-03-25"]),
    ("同社は昨年9月に、今年2月にも結んだ。来年4月に始める。", "2024-03-25", ["2023-09", "2024-02", "2025-04"]),
    ("今年度の事業です。", "2024-02-01", ["2023"]),
    ("来月、式を開く。", "2024-12-05", ["2025-01"]),
    ("18日に結んだ。", "2024-03-25", ["2024-03-18"]),
    ("28日に結んだ。", "2024-03-03", ["2024-02-28"]),
])
def test_what_is_left_out_comes_from_the_publication_date(text: str, published: str, expected: list[str]) -> None:
    assert values(text, published) == expected


def test_what_is_left_out_comes_from_the_date_before() -> None:
    assert values("2023年2月1日に青葉市と、同15日に若葉町と結んだ。同月に始め、翌年に終えた。") == [
        "2023-02-01", "2023-02-15", "2023-02", "2024"]
    assert values("令和4年7月1日に結び、同日に始めた。") == ["2022-07-01", "2022-07-01"]


def test_a_release_that_prints_its_date_in_a_line_of_its_own_is_read_against_it() -> None:
    assert values("令和6年5月20日\n青葉市\n本日、株式会社みなもと結びました。") == ["2024-05-20", "2024-05-20"]


def test_what_cannot_be_fixed_is_left_out() -> None:
    assert values("16日に結んだ。本日結びました。昨年始めた。") == []
    assert values("2023年2月30日に結んだ。") == []


def test_no_dates_are_seen_where_there_are_none() -> None:
    assert values("3日間、24時間365日、10日以内に、第2日曜日。", "2024-01-15") == []
    assert values("https://example.org/2024/06/27/ 昭和22年法律第67号", "2024-01-15") == []


def test_periods_states_and_announcements_are_told_from_events() -> None:
    def kinds(text: str) -> list[tuple[str, str]]:
        return [(date.value, date.kind) for date in find_dates(text, "2024-06-27")]

    assert kinds("期間は令和６年４月１日（月）～令和11年３月31日です。") == [
        ("2024-04-01", "start"), ("2029-03-31", "end")]
    assert kinds("期間は2024年4月1日から9月30日まで。") == [("2024-04-01", "start"), ("2024-09-30", "end")]
    assert kinds("会員は2024年5月1日現在で40者。") == [("2024-05-01", "as_of")]
    assert kinds("市は22日、みなもと結んだと発表した。") == [("2024-06-22", "announced")]
    assert kinds("市は22日、みなもと結んだ。") == [("2024-06-22", "event")]


@pytest.mark.parametrize(("text", "expected"), [
    ("2018（平成30）年7月9日に結んだ。", ["2018-07-09"]),
    ("平成30（2018）年度から始めた。", ["2018"]),
    ("昭57.8.25 締結、令6.3.1 更新、Ｒ５．４．１ 開始", ["1982-08-25", "2024-03-01", "2023-04-01"]),
    ("▽平成30年度\n 31.2.22　青葉市\n▽令和元年度\n 1.10.31　若葉町", ["2018", "2019-02-22", "2019", "2019-10-31"]),
    ("平成23年12月に青葉市と、24年3月に若葉町と結んだ。", ["2011-12", "2012-03"]),
    ("令和4年度、5年度に続く寄附です。", ["2022", "2023"]),
    ("契約は2023年度末で終わった。", ["2024-03"]),
    ("・堆肥の研究 / 若葉町 / R4.6-R5.3 / 農学部", ["2022-06", "2023-03"]),
])
def test_short_ways_of_writing_take_what_they_leave_out_from_what_stands_before(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(("text", "published", "expected"), [
    ("□12/3　車いすの寄贈\n□1/9　企業版ふるさと納税", "2025-02-01", ["2024-12-03", "2025-01-09"]),
    ("今春、青葉市と結んだ。昨秋から話し合い、3年前にも結んでいる。", "2024-11-01", ["2024", "2023", "2021"]),
    ("青葉市は20年、若葉大と共同研究に着手した。", "2025-01-12", ["2020"]),
    ("市は27日、協議会を立ち上げる。", "2023-06-17", ["2023-06-27"]),
    ("昨年末に選び、昨年の暮れに結んだ。この夏は毎週3日、店を開く。", "2024-09-05", ["2023-12", "2023-12", "2024"]),
    ("協定を結んでから10年。昨年は式を開いた。", "2024-09-05", ["2014", "2023"]),
    ("9月30日 青葉市と協定。\n31日 みなも信用金庫と覚書。", "2022-11-01", ["2022-09-30", "2022-10-31"]),
    ("7月1日から来年2月末まで置く。", "2024-07-22", ["2024-07-01", "2025-02"]),
    ("10月から別の会社に切り替える。", "2024-07-08", ["2024-10"]),
    ("3月末で任期を終えた専門官に代わり、研修を行います。", "2022-04-01", ["2022-03"]),
])
def test_the_clause_of_a_date_says_whether_it_is_past(text: str, published: str, expected: list[str]) -> None:
    assert values(text, published) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("市長定例会見（令和5年6月27日）要旨\n調印は23日に済ませた。", ["2023-06-27", "2023-06-23"]),
    ("令和5年9月定例会　一般質問\n本年4月に立ち上がった。", ["2023-09", "2023-04"]),
    ("学校だより　令和6年度 第11号\n納車は3月下旬の予定。", ["2024", "2025-03"]),
    ("昨年の7月から半年、実証をした。\n2024.4.5　代表取締役", ["2023-07", "2024-04-05"]),
    ("協議会が1日、発足した。\n会長は「分け合う」と話した。（2023年6月3日・青葉産業新聞）\n【解説】\n昨年秋から。\n初めて。\n今後。",
     ["2023-06-01", "2023-06-03", "2022"]),
])
def test_a_page_without_a_publication_date_is_read_against_the_date_it_prints(text: str, expected: list[str]) -> None:
    assert values(text) == expected


def test_a_plan_that_is_announced_is_dated_by_its_own_day() -> None:
    found = find_dates("市は22日、2026年4月に会社を設立すると発表した。", "2024-06-27")
    assert [(d.value, d.kind) for d in found] == [("2024-06-22", "event"), ("2026-04", "event")]


@pytest.mark.parametrize(("text", "published", "expected"), [
    ("昨年5月に許可を得て、翌6月に提携した。", "2021-06-11", ["2020-05", "2020-06"]),
    ("昨年11月に話し合い、翌1月に結んだ。", "2021-06-11", ["2020-11", "2021-01"]),
    ("昨年3月に県と結んだ。2号は同10月の協定。", "2023-06-21", ["2022-03", "2022-10"]),
    ("2020年6月に始め、その年の12月に結んだ。次の年に終えた。", None, ["2020-06", "2020-12", "2021"]),
    ("2019年4月の27日でした。", None, ["2019-04-27"]),
    ("予定(R6.12に締結)", None, ["2024-12"]),
    ("青葉高校/みなも高校(米国)/2009/休止中", None, ["2009"]),
])
def test_months_and_years_go_on_from_the_date_before(text: str, published: str | None, expected: list[str]) -> None:
    assert values(text, published) == expected


@pytest.mark.parametrize(("text", "published", "expected"), [
    ("2012年\n2月 入居\n2013年\n4月 提携\n11月 協定", "2019-04-01", ["2012", "2012-02", "2013", "2013-04", "2013-11"]),
    ("令和5年度 寄附をいただいた皆さま\n6月7日 みなもクラブ\n1月26日 みなも信用金庫", "2024-07-22", ["2023", "2023-06-07", "2024-01-26"]),
])
def test_a_year_that_heads_lines_is_that_of_the_dates_that_open_them(text: str, published: str, expected: list[str]) -> None:
    assert values(text, published) == expected
