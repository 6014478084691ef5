"""A picture, a file, a voice, a sticker: what an administrator was asked for, or else a hint."""

from __future__ import annotations

import re

from handlers import broadcast, source
from handlers.visit import Visit
from newsbot.flows import readers, staff
from newsbot.models.staff import Right

#: questions that media may answer
TAKES_MEDIA = {
    "cast": broadcast.ANSWERS["cast"],
    "cast_edit": broadcast.ANSWERS["cast_edit"],
    "source_opml": source.ANSWERS["source_opml"],
}
COMMAND = re.compile(r"/broadcast\b", re.IGNORECASE)


async def media(visit: Visit) -> None:
    """Media under `/broadcast` as its caption, or in answer to a question of ours."""
    message = visit.update.effective_message
    caption = (message.caption or "") if message is not None else ""
    if COMMAND.match(caption) and visit.role is not None:
        if visit.is_foreign or not visit.may(Right.BROADCAST):
            await staff.refused(visit.room, visit.person_id, visit.reader.id, "/broadcast")
            await visit.say("staff.foreign" if visit.is_foreign else "staff.not_yours")
            return
        await visit.close()
        await broadcast.begin(visit)
        return
    question = await readers.answered(visit.room, visit.reader.id, visit.update.update_id)
    if question is not None and question.about in TAKES_MEDIA:
        await TAKES_MEDIA[question.about](visit, question.payload)
        return
    await visit.say("media.hint")
