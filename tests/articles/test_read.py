"""Plain-text articles and pages."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from newsbot.articles.page import read_page
from newsbot.articles.plain import read_text
from newsbot.errors import NotReadable
from newsbot.models.articles import Link
from newsbot.sources.decode import decode
from tests.conftest import shared

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"

TEXT = """示例公司发布新的推理芯片--

来源:示例快报 2026-11-20 09:30:00  阅读量:1,234

示例公司今天发布了新的推理芯片，功耗比上一代低三成hellip;hellip;

相关资讯
  • 推理芯片的另一条路
  • 数据中心为什么缺电
  • 支持打赏
  • 支持0人

声明:以上内容转自其它媒体。

猜你喜欢
"""

PARAGRAPH = "示例公司今天在北京发布了新的推理芯片，功耗比上一代低三成，价格也低一些，明年春天开始供货。"
HTML = f"""<html><head><title>示例公司发布新的推理芯片_芯片_示例网</title>
<meta property="og:image" content="/a.jpg"><link rel="canonical" href="/news/1.html"></head><body>
<nav><a href="/">首页</a></nav><h1>示例公司发布新的推理芯片</h1>
<div class="info">来源：示例快报 2026-11-20 09:30 阅读 1.2万</div>
<div id="x">{"".join(f"<p>{PARAGRAPH}</p>" for _ in range(6))}<p>责任编辑：某某</p></div>
<div class="related"><a href="/news/2.html">数据中心为什么总是缺电</a></div></body></html>"""


def test_a_plain_text_article_is_understood():
    """Title, source line, body and related titles; the footer is nowhere."""
    page = read_text(TEXT, ZONE, NOW)
    assert ("示例公司发布新的推理芯片", "示例快报", 1234) == (page.title, page.source, page.reads)
    assert datetime(2026, 11, 20, 1, 30, tzinfo=UTC) == page.published
    assert "示例公司今天发布了新的推理芯片，功耗比上一代低三成……" == page.text
    assert (Link("推理芯片的另一条路"), Link("数据中心为什么缺电")) == page.related


def test_the_page_the_project_grew_from_is_understood():
    """The seed article: head, four related titles, repaired entities, no footer."""
    page = read_text(shared("seed/kkj-article.txt").read_text(encoding="utf-8"), ZONE, NOW)
    assert "为什么ChatGPT没有诞生在中国?三只“拦路虎”!" == page.title
    assert ("快科技", 19536, 4) == (page.source, page.reads, len(page.related))
    assert datetime(2023, 3, 2, 8, 22, 35, tzinfo=UTC) == page.published
    assert [] == [word for word in ("……", "³", "——") if word not in page.text]
    assert [] == [
        word
        for word in ("猜你喜欢", "豫ICP备", "支持打赏", "声明", "热门文章", "相关资讯")
        if word in page.text
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "只有标题", "\0\0\0\ufffd\ufffd"])
def test_nothing_is_not_readable(text):
    """Where there is no article, none is made up."""
    with pytest.raises(NotReadable):
        read_text(text, ZONE, NOW)


def test_a_page_is_understood():
    """Title without the site, source line, body, picture, address and related links."""
    page = read_page(HTML, "https://example.com/x?utm_source=a", ZONE, NOW)
    assert ("示例公司发布新的推理芯片", "示例快报", 12000) == (page.title, page.source, page.reads)
    assert "\n".join([PARAGRAPH] * 6) == page.text
    assert ("https://example.com/news/1.html", "https://example.com/a.jpg") == (page.link, page.image)
    assert (Link("数据中心为什么总是缺电", "https://example.com/news/2.html"),) == page.related


def test_the_article_of_wechat_is_found_by_its_name():
    """WeChat marks its article; it needs no paragraphs."""
    head = '<h1 id="activity-name">示例公司发布芯片</h1><a id="js_name">示例号</a>'
    html = f'<html>{head}<div id="js_content"><section>{PARAGRAPH * 2}</section></div>'
    page = read_page(html, None, ZONE, NOW)
    assert ("示例公司发布芯片", "示例号", PARAGRAPH * 2) == (page.title, page.source, page.text)


@pytest.mark.parametrize("html", ["", "<html></html>", "<html><title>登录</title><body>请登录</body></html>"])
def test_an_empty_page_is_not_readable(html):
    """A page without an article says so."""
    with pytest.raises(NotReadable):
        read_page(html, "https://example.com/", ZONE, NOW)


def test_saved_pages_of_news_sites_are_read():
    """Every saved page gives its title and a text."""
    folder = shared("pages/meta.json").parent
    missed = []
    for about in json.loads((folder / "meta.json").read_text(encoding="utf-8")):
        page = read_page(
            decode(gzip.decompress((folder / f"{about['file']}.gz").read_bytes())), None, ZONE, NOW
        )
        if page.title[:8] not in about["title"] or len(page.text) < 150:
            missed.append(about["file"])
    assert [] == missed
