"""Whatever stands in a feed, Telegram takes the message and shows it as it is meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.messages import ruling
from newsbot.messages.alert import alert
from newsbot.messages.card import Mine, card
from newsbot.messages.digest import digest
from newsbot.messages.follows import Previewed, followed, keywords
from newsbot.messages.listing import Answer, Listed, back_button, found, found_nothing, listed, related
from newsbot.messages.shared import shared as shared_card
from newsbot.messages.taste import taste
from newsbot.models.digests import Digest
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Reason, Ruling, Story
from newsbot.models.taste import Liking
from newsbot.sources.parse import parse_feed
from tests.conftest import shared
from tests.examples import NOON
from tests.messages.phone import EN, ZH, hostile, links_of, naughty, problems, ranked

PLACE = "d" + "9" * 12
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


def wrong(
    words: str, link: str | None = "https://a.example/x", count: int = 7, reader: Reader = ZH
) -> dict[str, list[str]]:
    """What is wrong with any message about these words."""
    stories = [hostile(words, number, link) for number in range(1, count + 1)]
    messages = every_message(*stories, words=words, reader=reader)
    return {name: problems(message) for name, message in messages.items() if problems(message)}


@pytest.mark.parametrize(
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
@pytest.mark.parametrize("reader", [ZH, EN], ids=["zh", "en"])
def test_tricks_do_no_harm(words: str, reader: Reader) -> None:
    """Markup, floods, reversed and invisible text, things that Telegram makes links of by itself."""
    assert {} == wrong(words, reader=reader)


def test_naughty_strings_do_no_harm() -> None:
    """Each of the well-known hostile strings as title, source, author, summary, text and tag."""
    strings = naughty(shared("hostile/naughty_strings.json").read_text("utf-8"))

    assert {} == {words: found for words in strings if (found := wrong(words, count=2))}


def test_a_hostile_feed_does_no_harm() -> None:
    """Parsed as any feed; every link in the digest is the entry's own."""
    data = shared("hostile/titles.xml").read_bytes()
    entries = parse_feed(data, "text/xml", "http://feed.test/", "Asia/Shanghai", NOON).entries
    for number, entry in enumerate(entries, 1):
        one = hostile(entry.title, number, entry.link)
        messages = every_message(one, words=entry.title)

        assert {} == {name: problems(message) for name, message in messages.items() if problems(message)}
        assert {entry.link} == set(links_of(messages["digest"]))
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
