"""/privacy, /export and /forget: what is kept, all of it in two files, and nothing of it any more."""

from __future__ import annotations

from markupsafe import Markup

from newsbot.messages.buttons import encode
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message

PARTS = ("kept", "others", "logs", "payments", "votes", "yours", "disclaimer")


def privacy(language: str, is_private: bool = True) -> Message:
    """What is kept, how long, and what one can do about it: in one's own chat with a press."""
    lines = [say("privacy.head", language), *(say(f"privacy.{part}", language) for part in PARTS)]
    rows = (
        (
            Button(label("privacy.export", language), encode("wipe", value="export")),
            Button(label("privacy.forget", language), encode("wipe", value="ask")),
        ),
    )
    return Message(text=str(Markup("\n\n").join(lines)), buttons=rows if is_private else ())


def ask_forget(language: str) -> Message:
    """Whether they really want everything removed."""
    rows = (
        (
            Button(label("forget.do", language), encode("wipe", value="do")),
            Button(label("forget.cancel", language), encode("wipe", value="no")),
        ),
        (Button(label("forget.export_first", language), encode("wipe", value="export")),),
    )
    return Message(text=str(say("forget.ask", language)), buttons=rows)


def exported(data: bytes, opml: bytes, is_compressed: bool, language: str) -> tuple[Message, Message]:
    """The two files."""
    name = "newsbot.json.gz" if is_compressed else "newsbot.json"
    return (
        Message(text="", document=(name, data), caption=str(say("export.json", language))),
        Message(text="", document=("newsbot.opml", opml), caption=str(say("export.opml", language))),
    )
