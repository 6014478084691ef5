"""Telegram in, one flow, Telegram out: one file per intention.

One table of commands and one of buttons: handlers, Telegram's menus and /help are made from them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from handlers import (
    about,
    admin,
    broadcast,
    card,
    desk,
    digest,
    feedback,
    follow,
    inbox,
    language,
    lists,
    rights,
    ruling,
    schedule,
    search,
    settings,
    source,
    sources,
    start,
    stats,
    taste,
    tip,
    topic,
    vote,
)
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.messages.help import help_text
from newsbot.messages.wording import label
from newsbot.models.staff import Right

Handler = Callable[[Visit], Awaitable[None]]


class Command(NamedTuple):
    """A command.

    :ivar menu: the key of its line in the menu and in /help
    :ivar in_groups: it changes nothing, so anybody in a group may ask
    :ivar of_chat: it sets what a chat gets: in a group or a channel who administers it may say it
    :ivar only_chats: not in private
    :ivar of_all: what is owed to everybody, also to who was shut out
    :ivar with_tips: shown where the operator takes tips
    :ivar right: who may; to everybody who has no role it is an unknown command, word for word
    """

    name: str
    handler: Handler
    menu: str
    in_groups: bool = False
    of_chat: bool = False
    only_chats: bool = False
    right: Right | None = None
    with_tips: bool = False
    of_all: bool = False


async def help_page(visit: Visit) -> None:
    """/help: every command with what it does."""
    whose = "private" if visit.is_private else "administrators" if await _decides(visit) else "group"
    theirs = menu(visit.language, whose, bool(visit.room.settings.tips))
    theirs += [
        (one.name, label(one.menu, visit.language))
        for one in COMMANDS
        if one.right is not None and visit.may(one.right) and visit.is_private  # elsewhere it is not obeyed
    ]
    chat = visit.update.effective_chat
    if chat is not None and not chat.is_forum:
        theirs = [one for one in theirs if one[0] != "topic"]
    bot = visit.room.telegram.username
    await visit.show(help_text(theirs, visit.language, bot, visit.is_private))


async def _decides(visit: Visit) -> bool:
    with suppress(NotUnderstood):  # where nobody can tell, help is no place to say so
        return await visit.decides()
    return False


COMMANDS = (
    Command("start", start.start, "menu.start", of_chat=True),
    Command("digest", digest.digest, "menu.digest", in_groups=True),
    Command("hot", lists.hot, "menu.hot", in_groups=True),
    Command("search", search.search, "menu.search", in_groups=True),
    Command("follow", follow.follow, "menu.follow", of_chat=True),
    Command("unfollow", follow.unfollow, "menu.unfollow", of_chat=True),
    Command("mute", follow.mute, "menu.mute", of_chat=True),
    Command("unmute", follow.unmute, "menu.unmute", of_chat=True),
    Command("keywords", follow.keywords, "menu.keywords", of_chat=True),
    Command("sources", sources.page, "menu.sources", of_chat=True),
    Command("saved", lists.saved, "menu.saved"),
    Command("schedule", schedule.schedule, "menu.schedule", of_chat=True),
    Command("topic", topic.topic, "menu.topic", of_chat=True, only_chats=True),
    Command("language", language.language, "menu.language", of_chat=True),
    Command("settings", settings.settings, "menu.settings", of_chat=True),
    Command("feedback", feedback.feedback, "menu.feedback"),
    Command("tip", tip.tip, "menu.tip", with_tips=True),
    Command("privacy", rights.privacy, "menu.privacy", in_groups=True, of_all=True),
    Command("export", rights.export, "menu.export", of_all=True),
    Command("forget", rights.forget, "menu.forget", of_all=True),
    Command("paysupport", tip.support, "menu.paysupport", with_tips=True, of_all=True),
    Command("id", about.own_id, "menu.id", in_groups=True),
    Command("stop", about.stop, "menu.stop", of_chat=True),
    Command("help", help_page, "menu.help", in_groups=True),
    Command("broadcast", broadcast.broadcast, "menu.broadcast", right=Right.BROADCAST),
    Command("desk", desk.desk, "menu.desk", right=Right.DESK),
    Command("inbox", inbox.inbox, "menu.inbox", right=Right.INBOX),
    Command("stats", stats.stats, "menu.stats", right=Right.STATS),
    Command("source", source.source, "menu.source", right=Right.SOURCES),
    Command("admin", admin.admin, "menu.admin", right=Right.LOG),
)

#: verb of a button (see newsbot.messages.buttons) -> what it does
BUTTONS: dict[str, Handler] = {
    "open": card.open_card,
    "back": card.back,
    "rate": card.rate,
    "more": card.more,
    "page": search.page,
    "sort": search.sort,
    "find": search.find,
    "related": card.related,
    "vote": vote.vote,
    "ballot": vote.ballot,
    "tip": tip.press,
    "wipe": rights.press,
    "value": vote.value,
    "save": vote.save,
    "less": vote.less,
    "why": card.why,
    "hot": lists.tab,
    "turn": lists.turn,
    "taste": taste.show,
    "erase": taste.erase,
    "learn": taste.learn,
    "forget": taste.forget,
    "report": feedback.report,
    "follow": follow.follow_offered,
    "alert": follow.alert,
    "undo": follow.undo,
    "list": follow.turn,
    "ring": follow.ring,
    "drop": follow.drop,
    "pursue": follow.pursue,
    "hush": follow.hush,
    "words": start.words,
    "hour": start.hour,
    "place": start.place,
    "leaf": digest.leaf,
    "next": digest.more,
    "language": language.language_chosen,
    "origin": sources.press,
    "origins": sources.turn,
    "plan": schedule.press,
    "set": settings.part,
    "aside": settings.aside,
    "let": settings.let_in,
    "reads": settings.read_in,
    "titles": settings.titles,
    "pin": ruling.pin,
    "merge": ruling.merge,
    "into": ruling.into,
    "join": ruling.join,
    "split": ruling.split,
    "apart": ruling.apart,
    "cut": ruling.cut,
    "cast": broadcast.press,
    "desk": desk.press,
    "inbox": inbox.press,
    "edit": source.edit,
    "keep": source.save,
    "opml": source.opml,
    "admin": admin.press,
    "parked": stats.parked,
    "figures": stats.press,
    "source": source.card,
    "sources": source.page,
    "switch": source.switch,
    "weight": source.weight,
    "check": source.check,
    "remove": source.remove,
    "removed": source.removed,
}

#: verbs that are for administrators, and for which of them
RIGHTS: dict[str, Right] = {
    **dict.fromkeys(("pin", "merge", "into", "join", "split", "apart", "cut"), Right.DESK),
    **dict.fromkeys(
        ("source", "sources", "switch", "weight", "check", "remove", "removed", "edit", "keep", "opml"),
        Right.SOURCES,
    ),
    "parked": Right.STATS,
    "figures": Right.STATS,
    "cast": Right.BROADCAST,
    "desk": Right.DESK,
    "inbox": Right.INBOX,
    "admin": Right.LOG,
}


def menu(language: str, whose: str = "private", with_tips: bool = False) -> list[tuple[str, str]]:
    """Telegram's menu in one language: command and description.

    :param whose: `private`, or in groups everybody's (`group`) or the administrators'
    """
    return [
        (command.name, label(command.menu, language))
        for command in COMMANDS
        if command.right is None and (with_tips or not command.with_tips) and _is_in(command, whose)
    ]


def _is_in(command: Command, whose: str) -> bool:
    if whose == "private":
        return not command.only_chats
    return command.in_groups or (command.of_chat and whose == "administrators")
