"""Whatever stands in a feed, Telegram takes the message and shows it as it is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.messages import ruling
from newsbot.messages.alert import alert
from newsbot.messages.card import Mine, card
from newsbot.messages.digest import digest
from newsbot.messages.follows import Previewed, followed, keywords
from newsbot.messages.listing import Answer, Listed, back_button, found, found_nothing, listed, related
from newsbot.messages.onboarding import onboarded
from newsbot.messages.plan import PARTS, Plan, done, page
from newsbot.messages.review import review
from newsbot.messages.shared import shared as shared_card
from newsbot.messages.taste import taste
from newsbot.messenger import Messenger
from newsbot.models.deliveries import Sent
from newsbot.models.digests import Correction, Digest
from newsbot.models.messages import Message
from newsbot.models.readers import Hour, Reader
from newsbot.models.review import Review, Rising
from newsbot.models.stories import Reason, Ruling, Story
from newsbot.models.taste import Deed, Liking
from newsbot.sources.parse import parse_feed
from playground.entities import formatted
from playground.reading import utf16
from playground.rich import rich_of
from playground.server import Playground
from tests.conftest import shared
from tests.examples import NOON
from tests.house import NoPace
from tests.messages.phone import EN, ZH, hostile, links_of, naughty, problems, ranked
from tests.playground.pictures import png

PLACE = "d" + "9" * 12
PICTURE = png()
RULING = Ruling(kind="merge", story_id=1, other_id=10**17, article_ids=(1,), by=9, at=NOON)


def every_message(*stories: Story, words: str = "", reader: Reader = ZH) -> dict[str, Message]:
    """All messages that show these stories."""
    numbers = frozenset(one.id for one in stories)
    snippet = [(f" {words} ", False), (words, True), (words, False)]
    shown = Digest(stories=ranked(*stories), lost_ids=numbers, filtered=999)
    lead = stories[0]
    snippets = tuple([snippet] * len(stories))
    why = [Reason("rank.taste", 1.0, (("about", words),)), Reason("rank.noise", -1.0, (("kind", words),))]
    answer = Answer(words=words, stories=stories, snippets=snippets, place=PLACE, pages=9, count=99)
    return {
        "digest": digest(shown, reader, NOON, PLACE),
        "card": card(lead, Mine(1, 5, True), reader, NOON, PLACE, "more"),
        "answer": found(answer, reader, NOON),
        "no answer": found_nothing(words, reader, [(words, PLACE)], PLACE, PLACE),
        "alert": alert(lead, [words], {}, reader, NOON, PLACE),
        "shared": shared_card(lead, reader, NOON, "some_bot", "rate"),
        "followed": followed(
            [Previewed(words=words, count=9, more=True, per_day=1.3, titles=(words,) * 3)], 9, reader, "v1"
        ),
        "keywords": keywords(reader, [(0, "follow", words), (1, "mute", words)] * 9, {}, "v1"),
        "listed": listed(Listed(kind="saved", stories=stories, place=PLACE, words=words), reader, NOON),
        "why": card(lead, Mine(), reader, NOON, PLACE, "why", why),
        "taste": taste(
            [Liking(f"{kind}:{words}", 1.0) for kind in ("tag", "source", "category")], {}, reader
        ),
        "offered": ruling.offered(lead, stories, reader, NOON, PLACE),
        "articles": ruling.articles(lead, [RULING] * 5, reader, NOON, PLACE),
        "related": related(stories, reader, NOON, PLACE, back_button(reader.language, PLACE, lead.id)),
    }


def every_digest(*stories: Story, words: str = "", reader: Reader = ZH) -> dict[str, Message]:
    """Each page, with all that can stand in one."""
    numbers = frozenset(one.id for one in stories)
    told = Correction(1, 1, words, words, "https://a.example/1", NOON)
    shown = Digest(
        stories=ranked(*stories), corrections=(told, replace(told, link=None)), grown_ids=numbers, filtered=9
    )
    wants = replace(reader, preview=True, rich=True)
    made = {f"page {n}": digest(shown, wants, NOON, PLACE, page=n) for n in range(1 + len(stories) // 10)}
    return made | {"goes on": digest(shown, wants, NOON, PLACE, before="v" + "9" * 12)}


def every_review(*stories: Story, words: str = "", reader: Reader = ZH) -> dict[str, Message]:
    """As text and with a picture."""
    rising = tuple(Rising(words, 10**count, 0.3) for count in range(8))
    week = date(2026, 11, 16), date(2026, 11, 22)
    told = Review(
        first=week[0], last=week[1], stories=stories[:5], rising=rising, deeds=dict.fromkeys(Deed, 10**6)
    )
    return {"review": review(told, reader, PLACE), "with a picture": review(told, reader, PLACE, PICTURE)}


def hidden_problems(message: Message) -> list[str]:
    """What Telegram would refuse of the forms besides the text."""
    caption = replace(message, text=message.caption)
    found = problems(caption) if message.picture else []
    if message.picture and utf16(formatted(message.caption, "HTML").text) > 1024:
        found.append("caption too long")
    if message.rich:
        rich_of({"html": message.rich})  # raises
    return found


def wrong_of_plans(
    words: str, link: str | None = "https://a.example/x", count: int = 20, reader: Reader = ZH
) -> dict[str, list[str]]:
    """What is wrong with any digest or review about these words."""
    stories = [hostile(words, number, link) for number in range(1, count + 1)]
    messages = every_digest(*stories, words=words, reader=reader)
    messages |= every_review(*stories, words=words, reader=reader)
    found = {name: problems(message) + hidden_problems(message) for name, message in messages.items()}
    return {name: bad for name, bad in found.items() if bad}


def wrong(
    words: str, link: str | None = "https://a.example/x", count: int = 7, reader: Reader = ZH
) -> dict[str, list[str]]:
    """What is wrong with any message about these words."""
    stories = [hostile(words, number, link) for number in range(1, count + 1)]
    messages = every_message(*stories, words=words, reader=reader)
    return {name: problems(message) for name, message in messages.items() if problems(message)}


TRICKS = pytest.mark.parametrize(
    "words",
    [
        "",
        "\u3164",
        "<script>alert(1)</script>",
        "</b></a><a href='http://evil.example'>点我</a>",
        "&lt;b&gt;&amp;&#0;&nbsp;",
        "#一 #二 #三 " * 99,
        "@someone /forget $CASH a.example " * 99,
        "https://user@evil.example/x?a=1&b=2 " * 99,
        "<" * 9999,
        "&" * 9999,
        '"' * 9999,
        "😀" * 9999,
        "𠮷，" * 9999,
        "Z\u0336\u0321\u0327" * 999,
        "\u202e倒过来",
        "{words} {0} {source.__class__} %s",
        "\ud800 \x00 \uffff",
    ],
)
BOTH = pytest.mark.parametrize("reader", [ZH, EN], ids=["zh", "en"])


@TRICKS
@BOTH
def test_tricks_do_no_harm(words: str, reader: Reader) -> None:
    """Markup, floods, reversed and invisible text, things that Telegram makes links of by itself."""
    assert {} == wrong(words, reader=reader)


@TRICKS
@BOTH
def test_tricks_do_no_harm_in_digests_and_reviews(words: str, reader: Reader) -> None:
    """Of twenty stories, with corrections and a preview, as text, as a rich message and with a picture."""
    assert {} == wrong_of_plans(words, reader=reader)


@TRICKS
@BOTH
def test_what_is_followed_is_said_without_harm(words: str, reader: Reader) -> None:
    """A hundred searches of a hundred signs each, as the newcomer is told what they chose."""
    follows = tuple(f"{number}{words}"[:100] for number in range(100))

    assert [] == problems(onboarded(replace(reader, follows=follows), "08:00"))


@BOTH
def test_every_zone_is_shown_without_harm(reader: Reader) -> None:
    """On the page of the plan and its parts, with all that can be set; also ends of the world."""
    hours = tuple(Hour(time(hour), frozenset((hour % 7,))) for hour in range(6))
    wants = replace(
        reader, hours=hours, quiet=(time(23), time(7)), least=5, alerts=frozenset("x"), next_due=NOON,
        paused_until=NOON.replace(year=2027),
    )  # fmt: skip
    found = {}
    for zone in sorted(available_timezones()):
        plan = Plan(replace(wants, zone=zone), hours, NOON)
        for made in (
            page(plan),
            done(plan, replace(plan.reader, zone="UTC")),
            *(page(plan, part) for part in PARTS),
        ):
            if problems(made):
                found[zone] = problems(made)

    assert {} == found


def test_naughty_strings_do_no_harm() -> None:
    """Each of the well-known hostile strings as title, source, author, summary, text and tag."""
    strings = naughty(shared("hostile/naughty_strings.json").read_text("utf-8"))

    assert {} == {words: found for words in strings if (found := wrong(words, count=2))}
    assert {} == {words: found for words in strings if (found := wrong_of_plans(words, count=11))}


def test_a_hostile_feed_does_no_harm() -> None:
    """Parsed as any feed; every link in the digest is the entry's own."""
    data = shared("hostile/titles.xml").read_bytes()
    entries = parse_feed(data, "text/xml", "http://feed.test/", "Asia/Shanghai", NOON).entries
    for number, entry in enumerate(entries, 1):
        one = hostile(entry.title, number, entry.link)
        messages = every_message(one, words=entry.title)
        messages |= every_digest(one, words=entry.title) | every_review(one, words=entry.title)

        assert {} == {name: problems(message) for name, message in messages.items() if problems(message)}
        assert {entry.link} == set(links_of(messages["digest"])) == set(links_of(messages["review"]))
        assert {entry.link, "https://a.example/1"} == set(links_of(messages["page 0"]))
        assert entry.link == messages["page 0"].preview
    assert len(entries) > 10


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "javascript:alert(1)",
        "tg://user?id=1",
        "https://user:pass@evil.example/",
        "https://a.example\\@evil.example/",
        'https://a.example/"><b>',
        "https://a.example/?" + "&" * 2000,
        "https://a.example/?" + "a=1&" * 500,
        "https://" + "a" * 9999,
        "http://[::1",
        "http://a..b/",
    ],
)
def test_addresses_do_no_harm(link: str | None) -> None:
    """A link leads to the web and to nobody's account, or there is none."""
    assert {} == wrong("标题", link)
    assert {} == wrong_of_plans("标题", link)


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet=st.characters(), max_size=300),
    st.one_of(st.none(), st.text(max_size=40), st.text(max_size=40).map("https://a.example/{}".format)),
    st.integers(1, 20),
    st.sampled_from((ZH, EN)),
)
def test_no_text_does_harm(words: str, link: str | None, count: int, reader: Reader) -> None:
    """Nor any text, address or number of stories that chance finds."""
    assert {} == wrong(words, link, count, reader)
    assert {} == wrong_of_plans(words, link, count, reader)


async def test_telegram_takes_whatever_a_feed_says() -> None:
    """Every form of every digest and review, sent to the strict server as it is: nothing falls back to text."""
    strings = naughty(shared("hostile/naughty_strings.json").read_text("utf-8"))
    server = Playground()
    await server.start()
    telegram = server.telegram
    reader = telegram.person("zh").id
    telegram.opens(reader)
    messenger = Messenger(server.token, server.url, NoPace())
    await messenger.open()
    found = []
    for words in strings[::9]:
        stories = [hostile(words, number) for number in range(1, 12)]
        for made in (
            *every_digest(*stories, words=words).values(),
            *every_review(*stories, words=words).values(),
        ):
            found += [type(await messenger.send(reader, one)) for one in (made, replace(made, rich=""))]
    refused = {call.method for call in telegram.calls if not call.response["ok"]}
    await messenger.close()
    await server.stop()

    assert ({Sent}, set()) == (set(found), refused)
