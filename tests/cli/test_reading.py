"""read, and what it brings: search, stories, digest."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.cli.conftest import Operator
from tests.conftest import shared
from tests.house import body

READ = {
    "input", "kind", "id", "story", "title", "link", "source", "author", "published", "reads", "language", "category",
    "noise", "tags", "summary", "text", "image", "related", "error",
}  # fmt: skip


def article(title: str, source: str = "快科技", text: str = "") -> str:
    """A plain-text article of an hour ago."""
    when = datetime.now(UTC) + timedelta(hours=7)
    return f"{title}\n来源:{source} {when:%Y-%m-%d %H:%M:%S}\n{text or body(title)}\n"


def feed(*titles: str) -> str:
    """An RSS feed of an hour ago."""
    when = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    items = "".join(
        f"<item><title>{title}</title><link>https://a.example/{number}</link><pubDate>{when}</pubDate>"
        f"<description>{body(title)}</description></item>"
        for number, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>一家</title>{items}</channel></rss>"


def test_the_page_the_project_grew_from(operator: Operator):
    """Its title, source, time, count, tags, related titles and repaired text; nothing of what is around it."""
    path = shared("seed/kkj-article.txt")
    (one,) = operator.runs("read", str(path), "--json").lines

    wanted = {
        "ChatGPT", "算力", "算力网络", "大模型", "智谱AI", "张鹏", "陈健", "并行科技", "杨耀东", "GLM-130B",
    }  # fmt: skip
    assert READ == one.keys()
    assert "为什么ChatGPT没有诞生在中国?三只“拦路虎”!" == one["title"]
    assert ("快科技", "2023-03-02T16:22:35+08:00", 19536) == (one["source"], one["published"], one["reads"])
    assert len(one["tags"]) <= 8
    assert 4 <= len(wanted & set(one["tags"]))
    related = [" ".join(item["title"].split()) for item in one["related"]]
    assert [
        "复旦MOSS团队:取名是致敬《流浪地球2》 参数规模约ChatGPT的1/10",
        "ChatGPT开放API了!成本降低90%碾压对手:75万单词只要2美元",
        "周鸿祎:打造中国版ChatGPT难度比研发光刻机低很多",
        "和AI谈恋爱之后 她忘掉了相恋5年的前男友:结局心酸",
    ] == related
    assert all(piece in one["text"] for piece in ("……", "³", "——"))
    assert not any(
        piece in one["text"] for piece in ("猜你喜欢", "豫ICP备", "支持打赏", "声明", "hellip", "mdash")
    )


def test_files_folders_and_feeds_in_one_process(operator: Operator):
    """Every kind of document, packed too; a line an item, in the order given, the input as it was given."""
    operator.writes("below/a.txt", article("云雀大模型开源，商用免费"))
    operator.writes("below/deep/b.xml", feed("北斗云宣布存储降价三成", "蓝鲸手机系统测试版推送"))
    operator.writes("below/picture.png", "not read")
    packed = operator.folder / "c.md.gz"
    packed.write_bytes(gzip.compress(article("长庚光刻机通过验收").encode()))
    done = operator.runs("read", "below", "c.md.gz", "--json")

    assert [
        ("below/a.txt", "text"),
        ("below/deep/b.xml", "feed"),
        ("below/deep/b.xml", "feed"),
        ("c.md.gz", "text"),
    ] == [(line["input"], line["kind"]) for line in done.lines]
    assert 4 == len({line["id"] for line in done.lines})
    assert 0 == done.status


def test_a_broken_input_is_one_line_in_words(operator: Operator):
    """Others go on; the exit status says whether all were broken, or with --strict any."""
    good = operator.writes("a.txt", article("云雀大模型开源，商用免费"))
    bad = operator.writes("b.txt", "")
    mixed = operator.runs("read", good, bad, "missing.txt", "--json")

    assert [None, "b.txt", "missing.txt"] == [
        line["error"] and line["error"].partition(":")[0] for line in mixed.lines
    ]
    assert [0, 1, 1] == [
        mixed.status,
        operator.runs("read", good, bad, "--strict", "--json").status,
        operator.runs("read", bad, "missing.txt", "--json").status,
    ]


def test_a_folder_with_nothing_in_it_is_a_broken_input(operator: Operator):
    """It is said, and is no success."""
    operator.writes("empty/picture.png", "")
    done = operator.runs("read", "empty", "--json")

    assert (1, 1) == (done.status, len(done.lines))
    assert "empty: a folder with nothing below that can be read" == done.lines[0]["error"]


def test_an_identical_text_of_another_source_is_an_article_of_its_own(operator: Operator):
    """In the same story."""
    same = body("云雀大模型开源，商用免费")
    for number, source in enumerate(("甲报", "乙报")):
        operator.writes(f"{number}.txt", article("云雀大模型开源，商用免费", source, same))
    one, other = operator.runs("read", "0.txt", "1.txt", "--json").lines

    assert one["id"] != other["id"]
    assert one["story"] == other["story"]


def test_the_same_file_again_is_the_same_article(operator: Operator):
    """And two texts under one title are two."""
    operator.writes("a.txt", article("每周一看", text=body("甲")))
    operator.writes("b.txt", article("每周一看", text=body("乙")))
    first = operator.runs("read", "a.txt", "b.txt", "--json").lines
    again = operator.runs("read", "a.txt", "b.txt", "--json").lines

    assert [line["id"] for line in first] == [line["id"] for line in again]
    assert 2 == len({line["id"] for line in first})


def test_a_dry_run_stores_nothing(operator: Operator):
    """Everything is shown, without ids."""
    operator.writes("a.txt", article("云雀大模型开源，商用免费"))
    (line,) = operator.runs("read", "a.txt", "--dry-run", "--json").lines

    assert (None, None, "云雀大模型开源，商用免费") == (line["id"], line["story"], line["title"])
    assert [] == operator.runs("search", "云雀", "--json").lines


def test_what_was_read_is_found_ranked_and_in_the_digest(operator: Operator):
    """search, stories and digest with their fields."""
    operator.writes("b.xml", feed("北斗云宣布存储降价三成", "蓝鲸手机系统测试版推送"))
    operator.runs("read", "b.xml")
    (found,) = operator.runs("search", "北斗云", "--json").lines
    ranked = operator.runs("stories", "--json").lines
    (digest,) = operator.runs("digest", "--follow", "蓝鲸", "--json").lines

    assert ["id", "story", "title", "link", "source", "published", "tags", "snippet"] == list(found)
    assert ["id", "title", "tags", "articles", "score", "reasons", "up", "down", "value"] == list(ranked[0])
    assert {"key", "points", "zh", "en"} == set(ranked[0]["reasons"][0])
    assert ("蓝鲸手机系统测试版推送", "蓝鲸手机系统测试版推送") == (
        digest["title"],
        digest["stories"][0]["title"],
    )
    assert digest["text"].startswith('1. <b><a href="https://a.example/1">蓝鲸手机系统测试版推送</a></b>')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "-华为"), "exclusions"),
        (("search", "x", "--limit", "0"), "--limit"),
        (("stories", "--hours", "soon"), "--hours"),
        (("digest", "--language", "fr"), "--language"),
        (("read",), "inputs"),
        (("nonsense",), "nonsense"),
        (("refresh", "--source", "nobody"), "nobody"),
        (("sources", "remove", "nobody"), "nobody"),
        (("sources", "check", "nobody"), "nobody"),
        (("sources", "add", "http://a.example/", "--id", "a b"), "--id: id has to be 1 to 60 of"),
        (("run",), "NEWSBOT_TOKEN"),
        (("demo", "--port", "70000"), "--port"),
    ],
)
def test_wrong_use_is_a_sentence_and_a_2(operator: Operator, arguments: tuple[str, ...], said: str):
    """It names what is wrong, and never is a traceback."""
    done = operator.runs(*arguments)

    assert (2, "") == (done.status, done.out)
    assert said in done.errors


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("NEWSBOT_SOURCES", "missing.toml", "NEWSBOT_SOURCES: missing.toml cannot be read"),
        ("NEWSBOT_SOURCES", "wrong.toml", "wrong.toml, line 3:"),
        ("NEWSBOT_DATA", "a-file", "NEWSBOT_DATA"),
        ("NEWSBOT_DATABASE_URL", "mysql://x/y", "NEWSBOT_DATABASE_URL"),
        ("NEWSBOT_DATABASE_URL", "sqlite:///a-file/x.db", "NEWSBOT_DATABASE_URL: a-file cannot be written"),
        ("NEWSBOT_TIMEZONE", "北京", "NEWSBOT_TIMEZONE"),
        ("NEWSBOT_TOKEN", "not a token", "NEWSBOT_TOKEN"),
    ],
)
def test_wrong_settings_are_named(operator: Operator, setting: str, value: str, said: str):
    """Setting, file and line, or address; a secret's value is not shown."""
    operator.writes("wrong.toml", '[[source]]\nid = "a"\nurl = "ftp://a.example/"\n')
    operator.writes("a-file", "")
    done = operator.runs("sources", "list", **{setting: value})

    assert 2 == done.status
    assert said in done.errors
    assert "not a token" not in done.errors


def test_a_search_excludes_with_a_minus(operator: Operator):
    """As in the chat; a mistyped option is none of its words."""
    operator.writes("b.xml", feed("北斗云宣布存储降价三成", "蓝鲸手机系统宣布升级"))
    operator.runs("read", "b.xml")
    found = operator.runs("search", "宣布", "-蓝鲸", "--json")
    wrong = operator.runs("search", "宣布", "--limt", "3")

    assert ["北斗云宣布存储降价三成"] == [line["title"] for line in found.lines]
    assert (2, True) == (wrong.status, "--limt" in wrong.errors)
