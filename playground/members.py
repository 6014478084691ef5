"""How somebody stands in a chat, as a ChatMember of the Bot API."""

from __future__ import annotations

from typing import Any

User = dict[str, Any]
# Of a bot that keeps order in a chat and appoints nobody.
RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_change_info": True,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
}
CHANNEL_RIGHTS = {"can_post_messages": True, "can_edit_messages": True}
GROUP_RIGHTS = {"can_pin_messages": True}


def member(user: User) -> dict[str, Any]:
    """Somebody who is in the chat."""
    return {"status": "member", "user": user}


def administrator(user: User, kind: str) -> dict[str, Any]:
    """An administrator of a chat of this kind, with every right that the kind must tell."""
    rights = CHANNEL_RIGHTS if kind == "channel" else GROUP_RIGHTS
    return {"status": "administrator", "user": user, **RIGHTS, **rights}


def left(user: User) -> dict[str, Any]:
    """Somebody who is not in the chat, or not any more."""
    return {"status": "left", "user": user}


def kicked(user: User) -> dict[str, Any]:
    """Somebody who was thrown out for ever; the bot that a person blocked."""
    return {"status": "kicked", "user": user, "until_date": 0}
