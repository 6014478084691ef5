"""Which articles are one story."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsbot.models.stories import Signature
from newsbot.stories.apart import WINDOW
from newsbot.stories.cluster import MOST, candidates, choose, keys, place
from newsbot.stories.same import is_reprint
from newsbot.stories.signature import signature
from tests.conftest import shared
from tests.stories.articles import article

LONG = "。".join(
    f"第{number}段说的是新工厂的第{number * 7}号机器怎样在{number * 3}天里装好" for number in range(40)
)
OTHER = "。".join(
    f"会上有{number}人谈到{number * 11}种电池与它们的{number * 5}次试验" for number in range(60)
)


def stored(number: int, title: str, text: str = "", **more: Any) -> Signature:
    return replace(signature(article(number, title, text, **more)), story_id=number)


def joins(one: Signature, other: Signature) -> bool:
    """Whether the second article joins the story of the first one, found through its keys."""
    found = [one] if set(keys(one)) & set(keys(other)) else []
    placed = choose(replace(other, story_id=None), found)
    return placed is not None and placed.story_id == one.story_id


@pytest.mark.parametrize(
    "text",
    [LONG, LONG[:300], "本文转载自网络，版权归原作者所有。" + LONG, LONG.replace("第3段", "某段")],
    ids=["the same", "its beginning", "with a notice", "edited"],
)
def test_a_reprint_joins_whatever_its_title(text: str) -> None:
    """60 % of the shorter text is enough."""
    assert joins(stored(1, "工厂开工", LONG), stored(2, "完全两样的标题文字", text, source_id="two"))


def test_another_text_is_no_reprint() -> None:
    """Texts that share no runs are two."""
    assert not is_reprint(stored(1, "工厂开工", LONG), stored(2, "电池大会", OTHER))


def test_a_short_teaser_is_no_reprint() -> None:
    """What many articles may share does not join them."""
    assert not is_reprint(
        stored(1, "甲", "点击查看全文，更多内容请下载客户端"),
        stored(2, "乙", "点击查看全文，更多内容请下载客户端"),
    )


def test_a_round_up_does_not_swallow_what_it_contains() -> None:
    """An article that stands whole in a round-up stays apart; the round-up's own reprint joins it."""
    roundup = stored(1, "早报：工厂开工；电池大会", LONG + OTHER, noise="roundup")

    assert not joins(roundup, stored(2, "新工厂开工了吗", LONG))
    assert joins(roundup, stored(3, "晨间新闻汇总", LONG + OTHER, noise="roundup"))


def test_the_same_headline_of_another_source_joins() -> None:
    """Punctuation and the site's name do not matter."""
    assert joins(stored(1, "某厂发布新手机"), stored(2, "【快讯】某厂发布新手机！_某站", source_id="two"))


def test_the_standing_title_of_a_column_does_not_join() -> None:
    """The same title from the same source a day later is the next issue; after four days from any source."""
    assert not joins(stored(1, "每周硬件观察", hours=24), stored(2, "每周硬件观察"))
    assert not joins(stored(1, "每周硬件观察", hours=96), stored(2, "每周硬件观察", source_id="two"))


@pytest.mark.parametrize(
    ("one", "other", "tags"),
    [
        ("何小树发布语言模型，参数105M", "只有105M参数，何小树的新语言模型", ("何小树",)),
        ("Acme宣布终止滔滔的线上经销权", "Acme“砸锅”，线上经销商震惊", ("Acme",)),
        ("王小狗收入1965亿，船漏水了", "营收1965亿，王小狗的船怎么漏水了", ("王小狗",)),
    ],
)
def test_the_same_event_in_other_words_joins(one: str, other: str, tags: tuple[str, ...]) -> None:
    """A rare name and something more in common: figures, rare words."""
    assert joins(stored(1, one, tags=tags, hours=5), stored(2, other, tags=tags, source_id="two"))


@pytest.mark.parametrize(
    ("one", "other", "tags"),
    [
        ("Acme宣布终止滔滔的线上经销权", "Acme开了一家咖啡馆", ("Acme",)),
        ("谷歌发布新的手机系统", "谷歌公布季度营收", ("谷歌",)),
        ("OpenAI紧急叫停GPT-6训练计划", "OpenAI紧急叫停GPT-5训练计划", ("OpenAI",)),
        ("如何在Zorin上安装Brave浏览器", "如何在Zorin上安装Docker浏览器", ("Zorin",)),
        ("Acme深度观察之三：线上经销", "Acme深度观察之四：线上经销", ("Acme",)),
    ],
    ids=["one company twice", "a common name", "another version", "guides", "a series"],
)
def test_two_happenings_stay_apart(one: str, other: str, tags: tuple[str, ...]) -> None:
    """Whatever their titles share, they are not one event."""
    assert not joins(stored(1, one, tags=tags, hours=5), stored(2, other, tags=tags, source_id="two"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zetta 排版（1）：列表", "Zetta 排版（3）：排版"),
        ("Zetta 家族（三）：实验室", "Zetta 家族（四）：实验室与定制"),
        ("Zetta 编译器开发：第三部分，优化", "Zetta 编译器开发：第四部分，链接与优化"),
        ("Zetta 编译器内幕之三：寄存器", "Zetta 编译器内幕之四：寄存器分配"),
        ("Zetta 编译器十年史（上）", "Zetta 编译器十年史（下）"),
        ("Zetta 编译器十年史·上篇", "Zetta 编译器十年史·下篇"),
        ("Inside the Zetta compiler, part 3: registers", "Inside the Zetta compiler, part 4: registers"),
        ("Zetta 周刊 Vol. 12：编译器提速", "Zetta 周刊 Vol. 13：编译器又提速"),
        ("Zetta 观察第123期：编译器提速", "Zetta 观察第124期：编译器又提速"),
        ("Zetta 观察 5月13日", "Zetta 观察 5月14日"),
        ("Zetta 观察 #41 编译器提速", "Zetta 观察 #42 编译器又提速"),
    ],
)
def test_parts_of_a_series_stay_apart(one: str, other: str) -> None:
    """Whatever numeral tells them apart, and however alike their texts' first lines are; each joins its reprint."""
    assert not joins(stored(1, one, hours=5), stored(2, other, source_id="two"))
    assert not joins(
        stored(1, one, LONG + OTHER[:300]), stored(2, other, LONG + OTHER[-300:], source_id="two")
    )
    assert joins(stored(1, one, hours=5), stored(2, one, source_id="two"))


def test_a_part_that_only_the_column_names_counts_too() -> None:
    """What a bar parts from the headline is left out of it, but for its number."""
    one, other = "求购老股份额｜留言板第177期", "求购老股份额｜留言板第178期"

    assert not joins(stored(1, one, hours=5), stored(2, other, source_id="two"))


@pytest.mark.parametrize(
    ("one", "other", "tags"),
    [
        ("Acme公司公布季度营收：1240亿美元，云业务超预期", "Zetta公司公布季度营收：964亿美元，云业务超预期", ("Acme公司", "Zetta公司")),
        ("Salix资本领投，「月泉」完成数亿元A轮融资", "Salix资本领投，「星煜」完成数亿元A轮融资", ("Salix资本",)),
        ("「月泉」获超亿元融资，Salix资本领投", "「星煜」获超亿元融资，Salix资本领投", ("Salix资本",)),
        ("Acme汽车降价2万元，对标Zetta汽车", "Zetta汽车降价2万元", ("Acme汽车", "Zetta汽车")),
        ("Acme K9发布，搭载Draco 8芯片与大电池", "Zetta M7发布，搭载Draco 8芯片与大电池", ("Acme K9", "Zetta M7", "Draco 8")),
        ("Vista 17发布，钛合金边框，5999元起", "Vista 17 Pro发布，钛合金边框，8999元起", ("Vista 17",)),
        ("Vista Pro 3发布，屏幕与电池都更大", "Vista Pro 3拆解：屏幕与电池来自谁", ("Vista",)),
        ("Acme宣布在华裁员", "Acme宣布正式推出新手机", ("Acme",)),
        ("「星煜」造出火箭｜Salix独家", "「月泉」造出轮船｜Salix独家", ("Salix",)),
    ],
    ids=["results", "an investor", "an investor behind", "prices", "a chip", "an edition", "a teardown", "one company", "a column"],
)  # fmt: skip
def test_happenings_of_one_form_stay_apart(one: str, other: str, tags: tuple[str, ...]) -> None:
    """Results, rounds, prices and launches are told in the same words of many."""
    mine, yours = (tuple(tag for tag in tags if tag in title) for title in (one, other))

    assert not joins(stored(1, one, tags=mine, hours=5), stored(2, other, tags=yours, source_id="two"))


@pytest.mark.parametrize(
    ("one", "other", "tags"),
    [
        ("Salix资本领投，「月泉」完成数亿元A轮融资", "「月泉」获Salix资本领投的数亿元融资", ("Salix资本",)),
        ("Acme汽车全系降价2万元", "降价2万元，Acme汽车打响第一枪", ("Acme汽车",)),
        ("OpenAI发布GPT-6", "GPT-6正式发布，网友炸了", ("OpenAI",)),
        ("Vista 17 Pro发布，钛合金边框", "钛合金边框，Vista 17 Pro今晨发布", ("Vista 17",)),
        ("Zetta 编译器十年史（三）：寄存器", "Zetta 编译器十年史第三部分：寄存器", ()),
    ],
    ids=["a round", "a price", "maker and product", "an edition", "a part"],
)
def test_one_happening_of_such_a_form_joins(one: str, other: str, tags: tuple[str, ...]) -> None:
    """What keeps others apart does not part what belongs together."""
    assert joins(stored(1, one, tags=tags, hours=5), stored(2, other, tags=tags, source_id="two"))


@pytest.mark.parametrize(
    "title",
    [
        "每日早报",
        "科技早报7月22日",
        "某站科技早报 第12期",
        "每日新闻汇总",
        "20261124",
        "😀😀😀😀😀😀😀",
        "……",
        "",
    ],
)
def test_what_is_no_headline_joins_nothing(title: str) -> None:
    """Of one source or of two, on one day or on two, without a text; nor is it looked up by it."""
    one = stored(1, title, hours=5)

    assert f"title:{one.title}" not in keys(one)
    assert not any(joins(one, stored(2, title, source_id=source, hours=-19)) for source in ("one", "two"))
    assert not choose(stored(2, title, source_id="two"), [one])


def test_a_columns_standing_teaser_is_no_reprint() -> None:
    """The same short words under the same title a day later; the same hour tells of a feed that repeats itself."""
    teaser = "每天早上八点，我们替你读完过去一天里值得一看的全部新闻，从芯片到汽车，点开就能听到完整的节目，也欢迎订阅"
    one, next_day, again = (stored(n, "早安新闻", teaser, hours=h) for n, h in ((1, 24), (2, 0), (3, 24)))

    assert [False, True] == [joins(one, next_day), joins(one, again)]


def test_forms_that_are_filled_in_are_no_reprints() -> None:
    """Two companies' results in the agency's words; the same notice under another title is a reprint."""
    form = (
        "据公告，{}上半年实现营业收入{}亿元，同比增长{}%，归属于上市公司股东的净利润{}亿元，基本每股收益{}元，"
        "公司拟向全体股东每十股派发现金红利，不送红股，不以公积金转增股本，董事会已经审议通过上述议案，尚需提交股东大会审议"
    )
    one = stored(
        1, "Acme公司上半年营收12.5亿元", form.format("Acme公司", 12.5, 8.1, 1.9, 0.31), tags=("Acme公司",)
    )
    other, again = (
        stored(
            2,
            f"Zetta公司上半年营收{n}亿元",
            form.format("Zetta公司", n, 9.7, 4.4, 0.87),
            tags=("Zetta公司",),
            source_id="two",
        )
        for n in (33.1, 33.1)
    )

    assert [False, True] == [is_reprint(one, other), is_reprint(other, again)]
    assert joins(one, replace(one, article_id=3, title="某股半年报出炉", source_id="two"))


def test_equal_headlines_over_texts_that_share_nothing_stay_apart() -> None:
    """Two columnists had the same idea for a title."""
    title = "今天想说的几件小事"

    assert not joins(stored(1, title, LONG), stored(2, title, OTHER, source_id="two"))
    assert joins(stored(1, title, LONG), stored(2, title, source_id="two"))


def test_a_hundred_copies_are_one_story() -> None:
    """However many have joined before."""
    title = "Acme终止滔滔的线上经销权"
    new = [replace(stored(n, title, LONG, source_id=str(n)), story_id=None) for n in range(1, 101)]

    placed = place(new, {one.article_id: [] for one in new}, {one.article_id: keys(one) for one in new})
    assert {-1} == {one.story_id for one in placed.values()}
    assert 1 == sum(one.copy_of is None for one in placed.values())


def test_two_long_texts_on_other_subjects_stay_apart() -> None:
    """Similar titles over texts that share nothing are two events."""
    one, other = "Acme终止滔滔的线上经销权", "Acme终止海海的线上经销权"

    assert joins(stored(1, one, tags=("Acme",)), stored(2, other, tags=("Acme",)))
    assert not joins(stored(1, one, LONG, tags=("Acme",)), stored(2, other, OTHER, tags=("Acme",)))


def test_the_same_event_after_four_days_is_another_story() -> None:
    """Other words join within 72 hours only."""
    assert not joins(
        stored(1, "Acme终止滔滔的线上经销权", tags=("Acme",), hours=96),
        stored(2, "Acme：滔滔的线上经销到此为止", tags=("Acme",), source_id="two"),
    )


@pytest.mark.parametrize(
    ("one", "other", "tags"),
    [
        ("Acme K9 恢复对外销售", "Acme K9 被有关部门约谈", ("Acme", "K9")),
        ("Acme K9 芯片量产", "Acme K9 芯片延期，产能不足", ("Acme", "K9")),
        ("青松科技 IPO 获受理，拟募资 42 亿元", "青松科技 IPO 过会，拟募资 42 亿元", ("青松科技",)),
        ("Acme 星桥第 12 次试飞成功", "Acme 星桥第 13 次试飞爆炸", ("Acme", "星桥")),
        ("Acme 星桥第十二次试飞成功", "Acme 星桥第十三次试飞成功", ("Acme", "星桥")),
        ("青松科技上市首日涨 200%", "青松科技上市次日跌 20%", ("青松科技",)),
        ("Acme K9 入华获批", "Acme K9 事故致一人受伤", ("Acme", "K9")),
        ("Acme K9 登顶榜单", "Acme K9 技术报告公布", ("Acme", "K9")),
    ],
)
def test_two_happenings_of_one_company_stay_apart(one: str, other: str, tags: tuple[str, ...]) -> None:
    """Another stage, another outcome, the next time; whom it is about is not what happens."""
    first, second = stored(1, one, tags=tags, hours=5), stored(2, other, tags=tags, source_id="two")

    assert not joins(first, second)


def test_names_alone_are_enough_where_the_texts_have_much_in_common() -> None:
    """Headlines may say nothing of what happens; a tenth of the text does."""
    tags = ("Acme", "K9")
    one = stored(1, "Acme、K9 登顶榜单", LONG, tags=tags)
    other = "".join(chr(0x4E00 + 7 * place) for place in range(len(LONG)))

    assert joins(
        one, stored(2, "意外？Acme、K9 做到了", LONG[: len(LONG) // 4] + other, tags=tags, source_id="two")
    )
    assert not joins(one, stored(2, "意外？Acme、K9 做到了", other, tags=tags, source_id="two"))


def test_the_same_headline_in_another_order_joins() -> None:
    """Whomever it names; also through the keys. Another name in its place is another happening."""
    one = stored(1, "银雀航天猎鹿九号火箭首飞成功，回收一级箭体")
    again = stored(2, "猎鹿九号火箭首飞成功，银雀航天回收一级箭体", source_id="two")
    others = ("金雁航天猎鹿九号火箭首飞成功，回收一级箭体", "银雀航天猎鹿九号火箭首飞失败，回收一级箭体")

    assert joins(one, again)
    assert set(keys(one)) & set(keys(again))
    assert [False, False] == [joins(one, stored(3, title, source_id="two")) for title in others]


def test_headlines_that_are_nearly_the_same_join_where_their_texts_share() -> None:
    """Rewritten a little, over a text that was rewritten more."""
    other = "".join(chr(0x4E00 + 7 * place) for place in range(len(LONG)))
    one = stored(1, "首批国产光刻胶通过验证，良率达到九成", LONG)
    titles = ("首批国产光刻胶验证通过：良率达到九成以上", "首批国产光刻机通过验证，良率达到九成")

    assert joins(one, stored(2, titles[0], LONG[: len(LONG) // 4] + other, source_id="two"))
    assert [False, False] == [joins(one, stored(2, title, other, source_id="two")) for title in titles]


def test_english_headlines_need_half_of_their_words() -> None:
    """A name and a common verb are not enough in a language whose words have no counts."""
    one = stored(1, "Acme recalls Falcon phones over battery fires")

    assert joins(one, stored(2, "Battery fires: Acme recalls all Falcon phones", source_id="two"))
    assert not joins(
        one, stored(2, "Acme battery plant opens near Falcon city, workers cheer", source_id="two")
    )


def test_an_article_without_neighbours_begins_a_story() -> None:
    """Nor does it join itself, or an article that has no story yet."""
    new = stored(1, "某厂发布新手机")

    assert [None, None, None] == [
        choose(new, []),
        choose(new, [new]),
        choose(new, [replace(stored(2, "某厂发布新手机", source_id="two"), story_id=None)]),
    ]


def test_candidates_share_keys_and_those_that_share_most_come_first() -> None:
    """Within the window, and no more than so many; of equals the oldest."""
    new = signature(article(1, "云雀大模型今天开源"))
    old = new.when - WINDOW - timedelta(seconds=1)
    many = [(number, new.when) for number in range(100, 100 + 2 * MOST)]
    under = {"a": [(7, new.when), (8, new.when), (9, old)], "b": [(8, new.when)], "z": [(6, new.when)]}

    assert [8, 7] == candidates(new, ["a", "b"], under)
    assert [*range(100, 100 + MOST)] == candidates(new, ["a"], {"a": many})


def test_keys_are_few() -> None:
    """However long and full of names an article is."""
    names = tuple(f"名字{number}" for number in range(200))

    assert len(keys(stored(1, " ".join(f"Name{n} {n}亿" for n in range(100)), LONG, tags=names))) <= 64


def test_headlines_of_one_event_share_a_key_without_a_common_word() -> None:
    """An anchor and another name or figure; one name alone is none, under it stand too many."""
    one, other = (
        stored(n, title, tags=("Acme", "王小狗"))
        for n, title in enumerate(("Acme收入1965亿", "王小狗：1965亿"), 1)
    )

    assert set(keys(one)) & set(keys(other))
    assert not set(keys(stored(3, "Acme今早开会"))) & set(keys(stored(4, "再见了Acme")))


def test_labelled_reprints_join_and_nothing_else() -> None:
    """On 450 rewrites of 75 articles no two different ones meet, and hardly a rewrite is missed."""
    with gzip.open(shared("fulltext/same_story.jsonl.gz"), "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][:120]
    made = [stored(n, row["title"], row["text"], source_id=str(n)) for n, row in enumerate(rows)]
    pairs = [(a, b) for a in range(len(rows)) for b in range(a)]
    found = {pair for pair in pairs if is_reprint(made[pair[0]], made[pair[1]])}
    true = {(a, b) for a, b in pairs if rows[a]["cluster"] == rows[b]["cluster"]}

    assert found <= true
    assert len(found) >= 0.97 * len(true)


def test_labelled_pairs_of_different_stories_stay_apart() -> None:
    """48 pairs of different articles whose titles resemble each other."""
    pairs = json.loads(shared("fulltext/different_stories.json").read_text("utf-8"))

    assert [] == [
        (one, other)
        for _, one, other, *_ in pairs
        if joins(stored(1, one), stored(2, other, source_id="two"))
    ]
