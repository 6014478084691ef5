"""/topic: what goes to the topics of a forum."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from newsbot.messages.follows import listed
from newsbot.messages.markup import cut, leaf, link
from newsbot.messages.wording import label, say
from newsbot.models.messages import Message
from newsbot.models.readers import Reader

WORDS = 120  # UTF-16 units
MOST = 20  # topics that are named


def page(reader: Reader, thread_id: int | None) -> Message:
    """What goes here, what elsewhere, and how to change it."""
    language = reader.language
    lines = []
    for topic in reader.topics[:MOST]:
        key = "topic.here" if topic.thread_id == thread_id else "topic.elsewhere"
        said = label(key, language, words=_named(topic.words, language))
        lines.append(Markup("· {}").format(link(_address(reader.id, topic.thread_id), said)))
    how = say("topic.how", language)
    return Message(text=str(Markup("\n").join([*(lines or [say("topic.none_yet", language)]), how])))


def _address(chat_id: int, thread_id: int) -> str:
    """Of a topic, for who is in the chat: t.me/c and the number of the supergroup without its -100."""
    return f"https://t.me/c/{str(chat_id).removeprefix('-100')}/{thread_id}"


def bound(words: Sequence[str], reader: Reader, is_new: bool) -> Message:
    """From now on.

    :param is_new: a topic was begun for it
    """
    key = "topic.begun" if is_new else "topic.bound"
    lines = [say(key, reader.language, words=_named(words, reader.language))]
    if not reader.subscribed:
        lines.append(say("topic.start_first", reader.language))
    return Message(text=str(Markup("\n").join(lines)))


def unbound(words: Sequence[str], language: str) -> Message:
    """No longer."""
    return Message(text=str(say("topic.unbound", language, words=_named(words, language))))


def _named(words: Sequence[str], language: str) -> str:
    return cut(leaf(listed(words, language)), WORDS)
