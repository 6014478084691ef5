"""Tags, their names, hashtags, categories and noise."""

import csv
from datetime import UTC, datetime

import pytest

from newsbot.articles.plain import read_text
from newsbot.models.articles import Noise
from newsbot.tags import offtopic
from newsbot.tags.alias import canonical
from newsbot.tags.category import category
from newsbot.tags.hashtag import hashtag
from newsbot.tags.noise import noise
from newsbot.tags.pick import pick
from tests.conftest import shared
from tests.examples import source


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("LLM", "大模型"),
        ("大语言模型", "大模型"),
        ("GPT4o", "GPT-4o"),
        ("gpt 4o", "GPT-4o"),
        ("glm-130b", "GLM-130B"),
        ("chatgpt", "ChatGPT"),
        ("輝達", "英伟达"),
        ("某某", "某某"),
    ],
)
def test_one_thing_has_one_name(tag, name):
    """Aliases, case, hyphens and traditional writing lead to it."""
    assert name == canonical(tag)


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("GPT-4o", "#GPT_4o"),
        ("C++", "#Cpp"),
        ("iPhone 17 Pro", "#iPhone_17_Pro"),
        ("算力网络", "#算力网络"),
        ("2026", ""),
        ("!?", ""),
        ("Node.js", "#Node_js"),
    ],
)
def test_a_tag_becomes_a_hashtag(tag, shown):
    """Letters, digits and underscores; digits alone are none."""
    assert shown == hashtag(tag)


def test_tags_say_what_an_article_is_about():
    """Names and words of the field come first; stop words, figures and units not at all."""
    tags = pick(
        "英伟达发布 RTX 5090 显卡",
        "英伟达今天发布 RTX 5090 显卡，性能提升 30%，售价 16499 元，2026 年 1 月上市。黄仁勋说，黄仁勋认为。",
    )
    assert {"英伟达", "RTX 5090", "显卡"} == set(tags[:3])
    assert [] == [tag for tag in tags if tag in ("发布", "2026", "30%", "元", "16499", "性能提升")]


def test_tags_are_few_and_each_once():
    """At most eight, in their canonical writing."""
    text = "LLM 大模型 大语言模型 智能体 芯片 算力 显卡 操作系统 数据库 浏览器 机器人 火箭 卫星 电池 漏洞"
    tags = pick("LLM 与大模型", text)
    assert (8, 8, 1) == (len(tags), len(set(tags)), tags.count("大模型"))


def test_nothing_has_no_tags():
    """Signs and stop words leave none."""
    assert () == pick("", "的 了 …… 2026")


def test_the_page_the_project_grew_from_is_tagged():
    """At least four of the words that a person would choose."""
    text = shared("seed/kkj-article.txt").read_text(encoding="utf-8")
    page = read_text(text, "Asia/Shanghai", datetime(2026, 11, 24, tzinfo=UTC))
    wanted = {
        "ChatGPT",
        "算力",
        "算力网络",
        "大模型",
        "智谱AI",
        "张鹏",
        "陈健",
        "并行科技",
        "杨耀东",
        "GLM-130B",
    }
    assert 4 <= len(wanted & set(pick(page.title, page.text)))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("8点1氪丨甲公司发布新品；乙公司回应传闻", "roundup"),
        ("早九条｜某云华东区故障；某数据库修复高危漏洞", "roundup"),
        ("晚八点速览：甲发布新手机；乙芯片亮相", "roundup"),
        ("早八点的地铁上，机器人开始送货", None),
        ("某机器人公司完成数千万元天使轮融资", "funding"),
        ("某耳机到手价只要 199 元", "deal"),
        ("2026 最佳实践案例揭晓", "advertorial"),
        ("奶茶店为什么开进了商场", "offtopic"),
        ("英伟达发布新显卡", None),
        ("苹果回应手机降价传闻", None),
        ("OpenAI 与微软修改合作协议", None),
    ],
)
def test_noise_is_told_from_news(title, kind):
    """Each kind by its name, news by none."""
    found = noise(title, "")
    assert kind == (found and found.kind)


def test_a_source_of_the_field_is_never_off_topic():
    """A source with a field of its own knows what belongs to it."""
    assert None is noise("奶茶店为什么开进了商场", "", source("daily", category="software"))


def test_noise_on_labelled_headlines_is_found_precisely():
    """At least nine of ten found are noise, at least seven of ten noises found."""
    with shared("days/labels.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    noisy = {row["id"] for row in rows if row["kind"] not in ("news", "opinion")}
    found = {row["id"] for row in rows if noise(row["title"], "")}
    assert (True, True) == (len(noisy & found) >= 0.9 * len(found), len(noisy & found) >= 0.7 * len(noisy))


@pytest.mark.parametrize(
    ("title", "tags", "name"),
    [
        ("OpenAI 发布新的大模型", ("OpenAI", "大模型"), "ai"),
        ("台积电先进制程涨价", ("台积电",), "chips"),
        ("Linux 内核新版本发布", (), "software"),
        ("Gemini 4 开跑了", (), "ai"),
        ("AI玩具卖爆了", (), "ai"),
        ("iPhone 18 Pro 曝光", (), "devices"),
        ("今天天气很好", (), None),
    ],
)
def test_an_article_belongs_to_a_part_of_the_field(title, tags, name):
    """Title and tags decide; where they say nothing there is none."""
    assert name == category(tags, title)


@pytest.mark.parametrize(
    ("title", "text", "about", "expected"),
    [
        ("这款耳机到手价只要 199 元", "", {}, Noise("deal", "到手价只要 199 元")),
        ("某手机今天开卖", "", {"link": "https://lapin.ithome.com/html/1.htm"}, Noise("deal", "//lapin.ithome.com")),
        ("某手机今天开卖", "券后 99 元，领券后拍下，叠加某券", {}, Noise("deal", "券后")),
        ("某公司的新路", "广告声明：本文含有推广", {}, Noise("advertorial", "广告声明：本文")),
        ("某公司完成数千万元 A 轮融资", "", {}, Noise("funding", "完成数千万元 A 轮融资")),
        ("甲发布新手机；乙芯片亮相；丙回应传闻", "", {}, Noise("roundup", "甲发布新手机；乙芯片亮相；丙回应传闻")),
        ("什么都可以", "", {"source": source("daily", noise="advertorial")}, Noise("advertorial", "source")),
        ("FIFA fashion week: royal recipes", "", {}, Noise("offtopic", "FIFA")),
    ],
)  # fmt: skip
def test_noise_says_why(title, text, about, expected):
    """The words as they stand there, or its source."""
    assert expected == noise(title, text, **about)


def test_an_article_full_of_the_field_is_not_off_topic():
    """Whatever its headline."""
    title = "奶茶店为什么开进了商场"
    field = "英伟达、谷歌、华为、OpenAI、大模型、芯片、机器人、自动驾驶、鸿蒙、量子计算。"
    assert ("offtopic", None) == (noise(title, "奶茶很好喝。").kind, noise(title, field))


@pytest.mark.parametrize("title", ["", "😀", "一", "?!", "a" * 5000, "，" * 500, "дом", "東京"])
def test_a_title_that_says_nothing_is_no_noise(title):
    """Nothing is invented about it."""
    assert None is noise(title, "")


def test_what_is_off_topic_is_weighed():
    """A table made from labelled headlines; the word that speaks loudest is told."""
    assert offtopic.points("楼市成交量创新高，房价上涨") > 2
    assert offtopic.points("英伟达发布新芯片，性能翻倍") < -1
    assert offtopic.loudest("楼市成交量创新高") in ("楼市", "成交量", "新高")
    assert "" == offtopic.loudest("")
