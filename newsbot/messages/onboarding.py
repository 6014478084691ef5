"""Three taps of a newcomer: words, an hour, and by whose clock."""

from __future__ import annotations

from newsbot.digests import zones
from newsbot.messages.buttons import encode
from newsbot.messages.follows import WORD, listed
from newsbot.messages.hours import hours_in_words
from newsbot.messages.markup import cut, leaf
from newsbot.messages.plan import Plan, moment
from newsbot.messages.rows import in_rows
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader, story_of

BUNDLES = ("ai", "devices", "code")
MOST = 4  # words that are told
HOURS = ("07:00", "08:00", "09:00", "12:00", "18:00", "21:00")


def nothing_yet(plan: Plan) -> Message:
    """There is no news; who was told some already hears when the next comes."""
    reader = plan.reader
    if reader.greeted is None or reader.next_due is None:
        return Message(text=str(say("start.nothing", reader.language)))
    hot = Button(label("button.hot", reader.language), encode("hot", value="hot"))
    words = say("start.told", reader.language, moment=moment(reader.next_due, plan))
    return Message(text=str(words), buttons=((hot,),))


def ask_words(language: str) -> Message:
    """The first of two taps: three words at once."""
    rows = [(Button(label(f"bundle.{name}", language), encode("words", value=name)),) for name in BUNDLES]
    rows.append((Button(label("start.skip", language), encode("words", value="all")),))
    return Message(text=str(say("start.words", language)), buttons=tuple(rows))


def ask_hour(language: str) -> Message:
    """The second tap: an hour."""
    made = [Button(hour, encode("hour", value=hour.replace(":", ""))) for hour in HOURS]
    return Message(text=str(say("start.hour", language)), buttons=(tuple(made[:3]), tuple(made[3:])))


def ask_place(reader: Reader) -> Message:
    """The third tap: by whose clock; theirs as it is comes first."""
    offered = list(dict.fromkeys((reader.zone, *zones.COMMON)))[: len(zones.COMMON)]
    made = [
        Button(zones.city(one, reader.language), encode("place", value=str(zones.COMMON.index(one))))
        if one in zones.COMMON
        else Button(zones.city(one, reader.language), encode("place", value="own"))
        for one in offered
    ]
    rows = in_rows(made, 3)
    return Message(text=str(say("start.place", reader.language)), buttons=rows)


def begun(plan: Plan) -> Message:
    """When digests come to a chat, and how whoever decides for it may change that."""
    reader = plan.reader
    hours = hours_in_words(plan.hours, reader.language)
    where = zones.city(reader.zone, reader.language)
    return Message(text=str(say("chat.begun", reader.language, hours=hours, zone=where)))


def greeting(language: str) -> Message:
    """What is said to a group that the bot was added to."""
    begin = Button(label("chat.begin", language), encode("set", value="resume"))
    return Message(text=str(say("chat.greeting", language)), buttons=((begin,),))


def only_in_private(language: str, bot: str) -> Message:
    """That something is for one's own chat with the bot, and the way there."""
    way = Button(label("chat.private_button", language), url=f"https://t.me/{bot}")
    return Message(text=str(say("chat.private", language)), buttons=((way,),))


def onboarded(reader: Reader, hours: str) -> Message:
    """What it comes to.

    :param hours: in words
    """
    words = list(filter(None, (cut(leaf(one), WORD) for one in reader.follows if story_of(one) is None)))
    named = listed(words[:MOST], reader.language)
    if len(words) > MOST:
        named = label("follow.and_more", reader.language, words=named, count=len(words))
    done = say(
        "start.done",
        reader.language,
        words=named or label("start.all_words", reader.language),
        hour=hours,
        zone=zones.city(reader.zone, reader.language),
    )
    return Message(text=str(done))


def bundle(name: str, language: str) -> tuple[str, ...]:
    """The words of a bundle."""
    return tuple(label(f"bundle.{name}", language).split(" · ")) if name in BUNDLES else ()
