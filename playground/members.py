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
CHANNEL_RIGHTS = {"can_edit_messages": True, "can_manage_direct_messages": False}
GROUP_RIGHTS = {"can_pin_messages": True, "can_manage_tags": False}
SUPERGROUP_RIGHTS = GROUP_RIGHTS | {"can_manage_topics": True}
# Of a member who may read, set reactions and bring friends, and not say a word.
PERMISSIONS = {
    "can_send_messages": False,
    "can_send_audios": False,
    "can_send_documents": False,
    "can_send_photos": False,
    "can_send_videos": False,
    "can_send_video_notes": False,
    "can_send_voice_notes": False,
    "can_send_polls": False,
    "can_send_other_messages": False,
    "can_add_web_page_previews": False,
    "can_react_to_messages": True,
    "can_edit_tag": False,
    "can_change_info": False,
    "can_invite_users": True,
    "can_pin_messages": False,
    "can_manage_topics": False,
}


def member(user: User) -> dict[str, Any]:
    """Somebody who is in the chat."""
    return {"status": "member", "user": user}


def creator(user: User) -> dict[str, Any]:
    """The owner of the chat."""
    return {"status": "creator", "user": user, "is_anonymous": False}


def administrator(user: User, kind: str, may_post: bool = True) -> dict[str, Any]:
    """An administrator of a chat of this kind, with every right that the kind must tell."""
    rights: dict[str, bool] = GROUP_RIGHTS if kind == "group" else SUPERGROUP_RIGHTS
    if kind == "channel":
        rights = {"can_post_messages": may_post, **CHANNEL_RIGHTS}
    return {"status": "administrator", "user": user, **RIGHTS, **rights}


def restricted(user: User) -> dict[str, Any]:
    """Somebody who is in the chat and may not write, for ever."""
    return {"status": "restricted", "user": user, "is_member": True, **PERMISSIONS, "until_date": 0}


def left(user: User) -> dict[str, Any]:
    """Somebody who is not in the chat, or not any more."""
    return {"status": "left", "user": user}


def kicked(user: User) -> dict[str, Any]:
    """Somebody who was thrown out for ever; the bot that a person blocked."""
    return {"status": "kicked", "user": user, "until_date": 0}
