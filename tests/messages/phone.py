"""A message as Telegram takes it and a phone shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlsplit

from newsbot.messages.buttons import decode
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story
from playground.entities import formatted, parse_html
from playground.links import detect
from playground.reading import utf16
from tests.examples import article, minutes_ago, story

ZH = Reader(id=7)
EN = Reader(id=8, language="en", zone="Europe/London")


def text_of(message: Message) -> str:
    """The words on the screen."""
    return formatted(message.text, "HTML").text


def links_of(message: Message) -> list[str]:
    """The addresses behind words, in order."""
    return [one["url"] for one in formatted(message.text, "HTML").entities if one["type"] == "text_link"]


def bold_of(message: Message) -> list[str]:
    """The bold words, in order."""
    shown = formatted(message.text, "HTML")
    units = shown.text.encode("utf-16-le")
    return [
        units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in shown.entities
        if one["type"] == "bold"
    ]


def rows_of(message: Message) -> list[str]:
    """A line per row of buttons."""
    return [" | ".join(button.text for button in row) for row in message.buttons]


def data_of(message: Message) -> list[str]:
    """What the buttons carry; one that opens an address carries nothing."""
    return [button.data for row in message.buttons for button in row if not button.url]


def problems(message: Message) -> list[str]:
    """What Telegram would refuse or not show; nothing for a good message. Raises where it does not parse."""
    shown, parsed = formatted(message.text, "HTML"), parse_html(message.text)
    entities = len(parsed.entities) + len(detect(parsed.text, parsed.entities))
    addresses = [urlsplit(one["url"]) for one in parsed.entities if one["type"] == "text_link"]
    carried = data_of(message)
    checks = {
        "nothing to read": bool(shown.text.strip()),
        "too long": utf16(parsed.text) <= 4096,
        "too many bytes": len(message.text.encode()) <= 32 * 1024,
        "too many entities": entities <= 100,
        "too many buttons": len(carried) <= 100,
        "button without words": all(button.text.strip() for row in message.buttons for button in row),
        "too much data": all(1 <= len(data.encode()) <= 64 for data in carried),
        "a button that does nothing": all(
            button.data or button.url for row in message.buttons for button in row
        ),
        "data of nobody": None not in map(decode, carried),
        "a link elsewhere": all(url.scheme in ("http", "https") for url in addresses),
        "a link with a name": all("@" not in url.netloc for url in addresses),
    }
    return [name for name, good in checks.items() if not good]


def ranked(*stories: Story) -> tuple[Ranked, ...]:
    return tuple(Ranked(one, 0) for one in stories)


def sky() -> Story:
    """Told by three sources, with everything an article can have."""
    lead = article(
        11,
        "云雀大模型开源，商用免费",
        link="https://daily.example/11?a=1&b=2",
        source="IT之家",
        author="张三",
        reads=12800,
        published=minutes_ago(60),
        tags=("大模型", "C++", "GPT-4o", "开源"),
        summary="团队表示，模型权重今天起可以下载，商用免费。下一版已在训练。",
    )
    second = article(
        12, "云雀开源了", link="https://weekly.example/12", source="36氪", published=minutes_ago(30)
    )
    again = article(
        13, "云雀：权重下载", link="https://daily.example/13", source="IT之家", published=minutes_ago(20)
    )
    third = article(
        14, "Skylark opens up", link=None, source="The Verge", published=minutes_ago(10), language="en"
    )
    return story(1, lead, second, again, third, up=12, down=3, value_sum=44, value_count=10)


def robot() -> Story:
    """Told by one source yesterday, with little known about it."""
    told = article(
        21,
        "青松机器人开始量产人形机器人 <X1> & “X2”",
        link="https://robots.example/21",
        source="机器之心",
        published=minutes_ago(60 * 18),
        tags=("机器人",),
        summary="",
        text="",
    )
    return story(2, told)


def chip() -> Story:
    """In English, from last year."""
    told = article(
        31,
        "Acme unveils a two-nanometre chip",
        link="https://chips.example/31",
        source="Chips Weekly",
        published=minutes_ago(60 * 24 * 365),
        language="en",
        tags=("Acme", "chip"),
        summary="The company says the first machines ship in spring. Analysts doubt it.",
    )
    return story(3, told)


def hostile(words: str, number: int = 1, link: str | None = "https://a.example/x") -> Story:
    """These words wherever words from outside can stand."""
    first = replace(
        article(number, link=link, tags=(words,) * 8),
        title=words,
        source=words,
        author=words,
        summary=words,
        text=words,
    )
    others = [replace(first, id=number * 100 + place, source=f"{words}{place}") for place in range(8)]
    return story(number, first, *others, up=9, value_sum=25, value_count=6)


def naughty(text: str) -> list[str]:
    """The strings of a list, and all of them in one."""
    strings: list[str] = json.loads(text)
    return [*strings, " ".join(strings)]
