"""Seeded pages in the shape of a municipal site: a small release within a large frame of navigation."""
from __future__ import annotations

import random
from collections.abc import Iterator

_SECTIONS = ("くらし・手続き", "子育て・教育", "健康・福祉", "観光・文化・スポーツ", "産業・しごと", "市政情報", "防災・安全",
             "環境・ごみ")
_THINGS = ("届出", "証明書", "手当", "助成", "相談", "施設", "講座", "計画", "審議会", "入札", "募集", "統計", "税金", "年金",
           "保険", "水道", "道路", "公園", "住宅", "図書館")
_WORDS = ("市民", "地域", "事業者", "協定", "連携", "取組", "課題", "解決", "健康づくり", "防災", "観光", "子育て", "支援", "情報",
          "発信", "人材", "育成", "締結", "推進", "活用", "資源", "企業", "団体", "計画", "実施")
_STEMS = ("あおぞら", "いずみ", "うぐいす", "えにし", "おりづる", "かけす", "きつつき", "くるみ", "けやき", "こだま")


def pages(count: int, seed: int = 1) -> Iterator[bytes]:
    """Pages in UTF-8 of 40 to 50 kilobytes, a third of which mark no main part."""
    for number in range(count):
        draw = random.Random(f"{seed} {number}")
        yield _page(number, draw).encode()


def _page(number: int, draw: random.Random) -> str:
    city, firm = f"{draw.choice(_STEMS)}市", f"株式会社{draw.choice(_STEMS)}{draw.choice(('電機', '薬局', '運輸', '旅行社'))}"
    title = f"{firm}と{draw.choice(_WORDS)}に関する協定を締結しました"
    body = f"<h1>{title}</h1>{_release(city, firm, draw)}"
    marked = (f'<main id="main"><article>{body}</article></main>', f'<div id="tmp_contents">{body}</div>',
              f'<div class="box-a"><div class="inner">{body}</div></div>')[number % 3]
    related = "".join(f'<li><a href="/news/{n}.html">{_phrase(draw, 5)}について</a></li>' for n in range(8))
    return (f'<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>{title}｜{city}公式ホームページ</title>'
            f'<meta property="og:site_name" content="{city}公式ホームページ"><script>{"var a = 1;" * 200}</script>'
            f'<style>{".a { color: #333; margin: 0 }" * 60}</style></head><body class="page"><header id="header"><p class="logo">'
            f'<a href="/">{city}</a></p><nav class="gnav">{_menu(draw)}</nav></header><div class="breadcrumb"><a href="/">ホーム</a> &gt; '
            f'<a href="/news/">お知らせ</a> &gt; {title}</div><p class="update">更新日：令和6年{draw.randint(1, 12)}月'
            f"{draw.randint(1, 28)}日</p>{marked}"
            f'<div class="related"><h2>関連記事</h2><ul>{related}</ul></div><div id="side" class="sidebar">{_menu(draw, 3)}</div>'
            f'<footer id="footer">{_menu(draw, 3)}<address>{city}役所</address></footer></body></html>')


def _menu(draw: random.Random, sections: int = 8) -> str:
    parts = []
    for section in _SECTIONS[:sections]:
        items = "".join(f'<li class="menu-item"><a href="/{draw.randrange(10**6)}/index.html" title="{one}"><span class="t">{one}に関すること'
                        f"</span></a></li>" for one in draw.sample(_THINGS, 20))
        parts.append(f'<li class="menu-section"><a href="/s/index.html">{section}</a><ul class="sub-menu">{items}</ul></li>')
    return f'<ul class="menu">{"".join(parts)}</ul>'


def _phrase(draw: random.Random, count: int) -> str:
    return "の".join(draw.choice(_WORDS) for _ in range(count))


def _release(city: str, firm: str, draw: random.Random) -> str:
    told = "".join(f"<p>{city}と{firm}は、{_phrase(draw, 6)}に取り組み、{_phrase(draw, 5)}を進めます。{_phrase(draw, 7)}を大切にします。</p>"
                   for _ in range(draw.randint(3, 12)))
    rows = "".join(f"<tr><th scope='row'>{label}</th><td>{value}</td></tr>" for label, value in (
        ("締結日", f"令和6年{draw.randint(1, 12)}月{draw.randint(1, 28)}日"), ("締結先", firm), ("協定の名称", f"{_phrase(draw, 3)}に関する協定"),
        ("連携事項", "<ul>" + "".join(f"<li>{_phrase(draw, 2)}に関すること</li>" for _ in range(5)) + "</ul>")))
    return f"{told}<h2>協定の概要</h2><table>{rows}</table><p><a href='/files/{draw.randrange(10**5)}.pdf'>協定書(PDF：120KB)</a></p>"
