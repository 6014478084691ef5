"""What a search finds: everything that contains what was asked for, and nothing else."""

from __future__ import annotations

import json
import random
import string
from contextlib import suppress
from itertools import cycle, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from newsbot.chinese.variants import fold
from newsbot.errors import NotUnderstood
from newsbot.models.search import Document, Query
from newsbot.search.document import document
from newsbot.search.query import parse, phrase
from newsbot.search.tokens import runs, tokens
from newsbot.store import grams
from tests.conftest import shared
from tests.examples import NOON, draft, minutes_ago, source

MANY = 400


async def file_all(archive, titles: list[str]) -> None:
    """Articles that are nothing but a headline."""
    async with archive.store.begin() as tx:
        await tx.sources.seed([source()], NOON)
        for number, title in enumerate(titles):
            made = draft(title, text="", tags=(), keys=(f"guid:{number}",))
            article_id = await tx.articles.add(made, "daily", (), NOON)
            await tx.search.put_all([(article_id, document(title, "", (), ("daily",)))])


def pieces(titles: list[str], length: int, count: int) -> list[str]:
    """So many runs of Chinese characters that stand somewhere in these titles."""
    chance = random.Random(length)
    found = [
        title[at : at + length]
        for title in titles
        for at in range(len(title) - length + 1)
        if all("\u4e00" <= sign <= "\u9fff" for sign in title[at : at + length])
    ]
    return chance.sample(sorted(set(found)), count)


async def test_every_article_that_contains_the_characters_is_found(archive):
    """At every length, as a plain look for the characters would find them; nothing more."""
    lines = shared("titles/thucnews_titles_dev.tsv").read_text("utf-8").splitlines()
    titles = sorted({line.split("\t")[2] for line in random.Random(7).sample(lines, MANY)})
    await file_all(archive, titles)

    for length, count in ((1, 40), (2, 40), (3, 30), (4, 30), (8, 20)):
        for wanted in pieces(titles, length, count):
            expected = sorted(title for title in titles if fold(wanted) in fold(title))
            assert expected == await archive.finds(wanted), wanted


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("AI", "ai 芯片"),
        ("ai", "ＡＩ芯片"),
        ("GPT-4o", "gpt4o 发布"),
        ("gpt4o", "OpenAI 发布 GPT-4o"),
        ("GPT4o", "OpenAI 发布GPT‑4o模型"),
        ("gpt 4o", "OpenAI 发布 GPT-4o"),
        ("鴻蒙", "鸿蒙系统升级"),
        ("鸿蒙", "鴻蒙系統升級"),
        ("１００亿", "投资100亿元"),
        ("100亿", "投资１００亿元"),
        ("ＯｐｅｎＡＩ", "OpenAI 融资"),
        ("c++", "C 与 C++ 之争"),
        ("カメラ", "ソニーのカメラ"),
        ("芯片 鸿蒙", "鸿蒙芯片"),
        ('"鸿蒙芯片"', "鸿蒙 芯片"),
        ("𰻞", "一碗𰻞𰻞面"),
        ("𰻞面", "一碗𰻞𰻞面"),
        ("㐂", "㐂字怎么读"),
        ("éclair", "Éclair 手机"),
        ("ß", "groß 和 ß"),
        ("ⅷ", "第ⅷ代"),
        ("½", "½ 价"),
    ],
)
async def test_what_differs_only_in_writing_is_found(archive, words, title):
    """Half and full width, simplified and traditional, capitals, hyphens, rare characters."""
    await file_all(archive, [title, "别的新闻 other news"])

    assert [title] == await archive.finds(words)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("ai", "email 服务中断"),
        ("ai", "openai 融资"),
        ("4", "GPT-4o 发布"),
        ("鸿芯", "鸿蒙芯片"),
        ('"芯片鸿蒙"', "鸿蒙芯片"),
        ("鸿蒙 -芯片", "鸿蒙芯片"),
        ("鸿蒙 手机", "鸿蒙芯片"),
        ("resume", "résumé 模板"),
        ("𰻞", "一碗面"),
        ("𰻞面", "一碗面"),
        ('"gpt4o glm130b"', "GPT-4o 与 GLM-130B"),
    ],
)
async def test_what_is_not_there_is_not_found(archive, words, title):
    """Latin words match whole, characters in their order, and what is excluded is out."""
    await file_all(archive, [title])

    assert [] == await archive.finds(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("鸿蒙", ["鸿蒙手机", "鸿蒙芯片"]),
        ("鸿蒙 -芯片", ["鸿蒙手机"]),
        ("鸿蒙 OR 安卓", ["安卓手机", "鸿蒙手机", "鸿蒙芯片"]),
        ("鸿蒙 OR 安卓 手机", ["安卓手机", "鸿蒙手机"]),
        ("手机 -鸿蒙 -安卓", []),
        ("来源:weekly", ["安卓手机"]),
        ("来源:周报", ["安卓手机"]),
        ("来源:ＷＥＥＫＬＹ", ["安卓手机"]),
        ("来源:daily 来源:weekly 手机", ["安卓手机", "鸿蒙手机"]),
        ("来源:聯合新聞網", ["鸿蒙芯片"]),
        ("来源:联合新闻网", ["鸿蒙芯片"]),
        ("source:nobody 手机", []),
        ("标签:芯片", ["鸿蒙芯片"]),
        ("tag:芯片 tag:开源", []),
        ("手机 6h", ["安卓手机"]),
        ("手机 2天", ["安卓手机", "鸿蒙手机"]),
        ("来源:daily 24h", []),
    ],
)
async def test_the_grammar_narrows(archive, words, expected):
    """Words are ANDed; OR, exclusion, sources, tags and age do what /help says."""
    async with archive.store.begin() as tx:
        await tx.sources.seed([source("udn", name="聯合新聞網")], NOON)
    await archive.files("鸿蒙手机", minutes=1500, source="daily 日报", tags=("开源",))
    await archive.files("安卓手机", "weekly", minutes=60, source="周报", tags=("开源",))
    await archive.files("鸿蒙芯片", "udn", minutes=4000, source="記者 某人", tags=("芯片",))

    assert expected == await archive.finds(words)


async def test_the_last_stored_are_found_first_and_no_more_than_asked_for(archive):
    """With what ranking needs: the time, the story, and where the words stand."""
    for number in range(5):
        tags = ("芯片",) if number == 3 else ()
        await archive.files(f"新闻{number}", minutes=number, text="芯片", tags=tags)

    found = await archive.search("芯片", limit=3)
    assert [(minutes_ago(number), None, 0, int(number == 3), 1) for number in (4, 3, 2)] == [
        (one.when, one.story_id, one.in_title, one.in_tags, one.as_words) for one in found
    ]


async def test_headlines_are_found_beyond_the_newest(archive):
    """A common word has more hits than are ranked; its headlines are not lost behind mentions."""
    headline = await archive.files("芯片", minutes=9999, text="")
    await archive.files("从上海量产", text="")
    accident = await archive.files("以上海量的数据", text="")
    for number in range(5):
        await archive.files(f"新闻{number}", text="芯片与上海")

    (*_, last) = await archive.search("芯片", limit=3)
    assert (headline, 1, 1) == (last.article_id, last.in_title, last.as_words)
    assert accident not in [one.article_id for one in await archive.search("上海", limit=3)]
    counts = {one.article_id: (one.in_title, one.as_words) for one in await archive.search("上海")}
    assert (0, 0) == counts[accident]


async def test_an_edited_article_is_found_by_its_new_words_alone(archive):
    """The index holds one entry an article."""
    article_id = await archive.files("旧的说法", text="旧的说法")
    old = document("旧的说法", "旧的说法", (), ("某某网", "daily"))
    async with archive.store.begin() as tx:
        await tx.articles.update(article_id, draft("新的说法", text="新的说法", tags=()), "daily", ())
        await tx.search.remove([(article_id, old)])
        await tx.search.put_all([(article_id, document("新的说法", "新的说法", (), ("daily",)))])

    assert ([], ["新的说法"]) == (await archive.finds("旧的"), await archive.finds("新的"))


async def test_a_text_of_twenty_thousand_characters_is_found_to_its_end(archive):
    """Every one of them is in the index."""
    chance = random.Random(1)
    text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(20_000))
    await archive.files("长文", text=text)
    await archive.files("短文", text=text[:9_000])

    assert ["短文", "长文"] == await archive.finds(text[:8])
    assert ["长文"] == await archive.finds(text[-8:])
    assert ["长文"] == await archive.finds(text[10_000:10_150])


async def test_a_compound_without_end_is_indexed(archive):
    """Two thousand pieces with hyphens, as in a page's code, are one compound."""
    pieces = "-".join(f"x{number}" for number in range(2000))
    await archive.files("怪文", text=f"开头 {pieces} 结尾")

    assert ["怪文"] == await archive.finds("开头 结尾")
    assert ["怪文"] == await archive.finds(pieces[:150])


async def test_a_character_is_found_whatever_stands_around_it(archive):
    """Converters that go by phrases leave 乾坤 and make 干 of 乾 alone."""
    await file_all(archive, ["乾坤大挪移", "岳乾投篮", "瞭解甚麼", "新字\U0002ebf0面"])

    assert ["乾坤大挪移", "岳乾投篮"] == await archive.finds("乾")
    assert ["岳乾投篮"] == await archive.finds("岳乾")
    assert ["瞭解甚麼"] == await archive.finds("甚") == await archive.finds("解甚")
    assert ["新字\U0002ebf0面"] == await archive.finds("字\U0002ebf0")


async def test_what_came_late_and_is_old_does_not_hide_the_news(archive):
    """A new source comes with all that it has."""
    for number in range(4):
        await archive.files(f"今天的芯片{number}", minutes=number)
    for number in range(9):
        await archive.files(f"去年的芯片{number}", minutes=600_000 + number)

    found = {one.when for one in await archive.search("芯片", limit=5)}
    assert {minutes_ago(number) for number in range(4)} <= found


async def test_a_source_is_called_by_a_part_of_its_name(archive):
    """硅岸 is 硅岸快讯; one character is none's."""
    async with archive.store.begin() as tx:
        await tx.sources.seed([source("ga", name="硅岸快讯（示例）")], NOON)
    await archive.files("芯片", "ga")

    assert (["芯片"], []) == (await archive.finds("来源:硅岸快讯"), await archive.finds("来源:硅"))


async def test_a_word_without_end_is_indexed(archive):
    """Twenty thousand letters without a space, as in a page with a picture in its text, are one word."""
    chance = random.Random(1)
    letters = "".join(chance.choices(string.ascii_lowercase + string.digits, k=20_000))
    await archive.files("怪文", text=f"开头 {letters} 结尾")
    await archive.files("常文", text=f"开头 {letters[:100]} 结尾")

    assert ["常文", "怪文"] == await archive.finds("开头 结尾")
    assert ["常文"] == await archive.finds(letters[:100])


async def test_more_answers_than_a_statement_takes_values(archive):
    """`search WORDS --limit N` knows no largest N."""
    await file_all(archive, ["新闻"])
    async with archive.store.read() as tx:
        words = parse("新闻")
        wanted = grams.asked(tx.search._engine, words, ())
        counts = await tx.search._counts(words, wanted, range(10_000, 80_000))
    assert not any(counts.values())


async def test_what_stands_in_any_block_of_ids_is_found(archive, monkeypatch):
    """The last stored first, whether the newest blocks have enough of it or all have to be asked."""
    monkeypatch.setattr(grams, "BLOCK", 4)
    monkeypatch.setattr(grams, "NEWEST", 10)
    titles = [f"新闻{number} {'芯片' if number % 3 == 0 else '手机'}" for number in range(40)]
    await file_all(archive, titles)
    chips = titles[::-3]

    assert sorted(chips) == await archive.finds("芯片")
    for words, limit in product(("芯片", "芯片 7天"), range(1, 16)):
        found = [one.article_id for one in await archive.search(words, limit=limit)]
        async with archive.store.read() as tx:
            loaded = await tx.articles.load(found)
        assert chips[:limit] == [loaded[one].title for one in found[:limit]]
        assert len(found) == len(set(found)) <= len(chips)


async def test_no_row_is_looked_into(archive):
    """PostgreSQL thinks that to be cheap, for a word that everybody has."""
    if archive.store.dialect == "sqlite":
        pytest.skip("FTS5 has no rows to look into")
    await file_all(archive, [f"新闻{number} 芯片" for number in range(60)])
    await archive.store.at_once(lambda connection: connection.execute(text("ANALYZE")) and None)

    def scans(connection: Connection) -> tuple[int, ...]:
        return tuple(connection.execute(SCANS).one())

    async with archive.store.read() as tx:
        before = await tx.run(scans)
        for words in ("新闻", "新闻 OR 芯片", "新闻 -手机", "新闻 7天", "芯片 来源:daily"):
            assert 60 == len({one.article_id for one in await tx.search.find(parse(words), NOON, 100)})
        after = await tx.run(scans)

    assert before[:2] == after[:2]
    assert after[2] > before[2]


SCANS = text(
    "SELECT seq_scan AS rows, pg_stat_get_xact_numscans('search_pkey'::regclass) AS ids,"
    " pg_stat_get_xact_numscans('ix_search_grams'::regclass) AS grams"
    " FROM pg_stat_xact_user_tables WHERE relname = 'search'"
)


async def test_an_article_beyond_all_limits_is_stored(archive):
    """PostgreSQL takes a megabyte of grams; what is longer is found by its characters all the same."""
    many = " ".join(f"{first}_{second}" for first in string.ascii_letters for second in range(4_000))
    async with archive.store.begin() as tx:
        await tx.sources.seed([source()], NOON)
        article_id = await tx.articles.add(draft("长卷"), "daily", (), NOON)
        await tx.search.put_all([(article_id, Document(f"长 卷 长_卷 {many}"))])

    assert [article_id] == [one.article_id for one in await archive.search("长卷")]


async def finds_or_refuses(archive, *typed: str) -> None:
    """Whatever is typed is either a search or a sentence that says why not."""
    async with archive.store.read() as tx:
        for words in typed:
            with suppress(NotUnderstood):
                await tx.search.find(parse(words), NOON, 10)


async def test_hostile_queries_do_no_harm(archive):
    """None of the well-known strings, alone or where the grammar has a place for a word."""
    await file_all(archive, ["新闻"])
    strings = json.loads(shared("hostile/naughty_strings.json").read_text("utf-8"))
    places = cycle(('"{}"', "来源:{}", "标签:{} 来源:{}", "新闻 -{}", "{} OR 新闻"))

    await finds_or_refuses(archive, *strings)
    await finds_or_refuses(archive, *(next(places).replace("{}", naughty) for naughty in strings[::2]))


async def test_hostile_headlines_are_found_by_their_words(archive):
    """Whatever a headline is made of, its words lead to it."""
    strings = json.loads(shared("hostile/naughty_strings.json").read_text("utf-8"))
    titles = sorted({title for title in strings if 2 <= len(tokens(title)) and "\0" not in title})[::5]
    await file_all(archive, titles)

    for title in titles:
        wanted = runs(title)[0][:3]
        assert title in await archive.finds(f'"{" ".join(wanted)}"'), title


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(typed=st.text(max_size=60), signs=st.text(alphabet='"-:()*^{}+ORANDNOT 来源标签新闻', max_size=20))
async def test_whatever_is_typed_is_searched_or_refused(archive, typed, signs):
    """No text, and no mixture of signs, is an error of the database."""
    await finds_or_refuses(archive, typed, signs, signs + typed)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(title=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30))
async def test_a_token_is_found_wherever_unicode_has_it(archive, title):
    """What Python takes for a word the databases take for the same word."""
    wanted = phrase(title)
    if wanted is None:
        return
    async with archive.store.begin() as tx:
        await tx.sources.seed([source()], NOON)
        article_id = await tx.articles.add(draft(title, keys=()), "daily", (), NOON)
        await tx.search.put_all([(article_id, document(title, "", (), ("daily",)))])

    query = Query(words=title, groups=((wanted,),))
    async with archive.store.read() as tx:
        assert article_id in [one.article_id for one in await tx.search.find(query, NOON, 100)]
