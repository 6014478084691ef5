"""Groups, channels and topics: who decides there, what comes, what is answered and what is not."""

from __future__ import annotations

from contextlib import suppress
from datetime import time, timedelta

import pytest

from newsbot.flows.deliver import deliver
from newsbot.flows.plan import plan
from newsbot.flows.readers import moved
from newsbot.flows.review import plan_reviews
from newsbot.models.readers import Reader, Topic
from playground.errors import ApiError
from playground.faults import Fault
from tests.house import House, buttons, words

NOT_YOURS = "只有这里的管理员能改。"
CHIPS, CARS = "中芯国际芯片产能翻倍", "理想汽车召回一万辆"


@pytest.fixture
def group(home: House) -> int:
    """A group that the administrator owns; the bot is a plain member."""
    people = [home.id_of(who) for who in ("zh", "en", "admin")]
    return int(home.telegram.add_group("读者群", people, owner=home.id_of("admin")).id)


@pytest.fixture
def forum(home: House) -> int:
    people = [home.id_of(who) for who in ("zh", "en", "admin")]
    owner = home.id_of("admin")
    made = home.telegram.add_group("论坛", people, owner=owner, is_forum=True, bot_is_admin=True)
    return int(made.id)


@pytest.fixture
def channel(home: House) -> int:
    people = [home.id_of(who) for who in ("zh", "en", "admin")]
    return int(home.telegram.add_group("频道", people, "channel", owner=home.id_of("admin")).id)


async def reader(home: House, chat: int) -> Reader | None:
    async with home.room.store.read() as tx:
        return await tx.readers.get(chat)


async def slot_comes(home: House) -> None:
    """The day after at 8:30 and a bit."""
    home.later(hours=20, minutes=31)
    await plan(home.room)
    await deliver(home.room)


# who decides


async def test_its_administrator_sets_what_a_group_gets(home: House, group: int):
    """Hours, words, language; everything is answered by reply, in one message."""
    for command in ("/start", "/schedule 8:30", "/follow 芯片", "/mute 理财", "/language en"):
        asked = home.telegram.chats[group].last_message_id + 1
        said = await home.says(command, who="admin", chat=group)
        assert said["reply_to_message"]["message_id"] == asked, command

    found = await reader(home, group)
    assert found is not None
    assert (True, "group", ("芯片",), ("理财",), "en") == (
        found.subscribed, found.kind, found.follows, found.mutes, found.language,
    )  # fmt: skip


@pytest.mark.parametrize("command", ["/start", "/schedule 8:30", "/follow 芯片", "/stop", "/settings"])
async def test_nobody_else_does(home: House, group: int, command: str):
    """They hear it in one sentence."""
    assert NOT_YOURS == (await home.says(command, chat=group))["text"]
    assert await reader(home, group) is None


async def test_nobody_else_presses_either(home: House, group: int):
    """The page that an administrator opened is the administrators'."""
    await home.says("/start", who="admin", chat=group)
    page = await home.says("/settings", who="admin", chat=group)
    for button in buttons(page):
        before = home.telegram.messages(group)[-1]
        await home.forges(button["callback_data"], page["message_id"], chat=group)
        if not button["callback_data"].startswith("set:-:-:hot"):
            assert NOT_YOURS == home.toast, button
        assert before["message_id"] == home.telegram.messages(group)[-1]["message_id"]

    assert await reader(home, group) is not None
    with suppress(KeyError):  # the message is gone
        await home.presses("完成", who="admin", chat=group)
    assert page["message_id"] not in home.telegram.chats[group].messages


async def test_rights_are_believed_for_a_minute(home: House, group: int):
    """Who was dismissed decides nothing after that; who was appointed does."""
    await home.says("/follow 芯片", who="admin", chat=group)
    home.telegram.chats[group].owner = None
    await home.says("/follow 汽车", who="admin", chat=group)
    home.later(seconds=61)
    assert NOT_YOURS == (await home.says("/follow 航天", who="admin", chat=group))["text"]
    home.telegram.chats[group].admins.add(home.id_of("zh"))
    await home.says("/follow 手机", chat=group)

    found = await reader(home, group)
    assert found is not None
    assert {"芯片", "汽车", "手机"} == set(found.follows)
    asked = [one.params["user_id"] for one in home.telegram.calls if one.method == "getChatMember"]
    assert [home.id_of("admin"), home.id_of("admin"), home.id_of("zh")] == asked


@pytest.mark.parametrize("trouble", ["too_many", "garbage", "refused"])
async def test_where_nobody_can_tell_nobody_decides(home: House, group: int, trouble: str):
    """It is said, and nothing is done; a moment later it is asked again."""
    faults = home.playground.faults
    if trouble == "too_many":
        faults.too_many(3, method="getChatMember")
    elif trouble == "garbage":
        faults.garbage(method="getChatMember")
    else:
        error = ApiError(400, "Bad Request: member list is inaccessible")
        faults.script.append(Fault(method="getChatMember", error=error))
    said = await home.says("/follow 芯片", who="admin", chat=group)

    assert "暂时确认不了" in said["text"]
    assert await reader(home, group) is None
    await home.says("/follow 芯片", who="admin", chat=group)
    assert await reader(home, group) is not None


async def test_a_hidden_administrator_decides(home: House, group: int):
    """Who writes in the group's own name is one; nobody is asked."""
    before = len(home.telegram.calls)
    home.telegram.says_as_group(group, "/follow 芯片")
    await home.is_quiet(before)

    found = await reader(home, group)
    assert found is not None
    assert ("芯片",) == found.follows
    assert "getChatMember" not in [one.method for one in home.telegram.calls]


async def test_who_writes_as_another_channel_does_not(home: House, group: int, channel: int):
    before = len(home.telegram.calls)
    home.telegram.says_as_channel(home.id_of("admin"), group, channel, "/follow 芯片")
    await home.is_quiet(before)

    assert NOT_YOURS == home.last(chat=group)["text"]
    assert await reader(home, group) is None


async def test_a_forwarded_command_is_nobodys(home: House, group: int):
    """What somebody shows others is not said to us."""
    home.telegram.chats[group].bot_is_admin = True
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
    before = len(home.telegram.calls)
    said = {"text": "/stop", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
    home.telegram.sends(home.id_of("admin"), said | {"forward_origin": origin}, group)
    await home.is_quiet(before)

    assert [] == home.answers(group)


# what is answered


async def test_what_is_not_for_it_is_not_answered(home: House, group: int):
    """Also where the bot hears everything: no chatter, no other bot's command, no reply to a digest."""
    home.telegram.chats[group].bot_is_admin = True
    await home.publishes(CHIPS)
    digest = await home.says("/digest", chat=group)
    for said in ("大家好", "芯片怎么样", "/search@another_bot 芯片", "/nonsense", "https://example.com/a"):
        await home.says(said, chat=group)
    await home.says("这条不错", chat=group, reply_to=digest["message_id"])

    assert 1 == len(home.answers(group))


@pytest.mark.parametrize(
    "said", ["@playground_bot 中芯国际", "/search 中芯国际", "/search@playground_bot 中芯国际"]
)
async def test_a_search_is_answered_by_reply(home: House, group: int, said: str):
    home.telegram.chats[group].bot_is_admin = True
    await home.publishes(CHIPS)
    answer = await home.says(said, chat=group)

    assert CHIPS in answer["text"]
    assert said == answer["reply_to_message"]["text"]


@pytest.mark.parametrize("command", ["/saved", "/feedback 好", "/export", "/forget", "/tip"])
async def test_what_is_ones_own_leads_to_ones_own_chat(home: House, group: int, command: str):
    """Said to us by name; without it the command may be another bot's."""
    name, _, rest = command.partition(" ")
    await home.says(command, chat=group)
    assert [] == home.answers(group)
    said = await home.says(f"{name}@playground_bot {rest}", chat=group)

    assert "私聊" in said["text"]
    assert ["https://t.me/playground_bot"] == [one["url"] for one in buttons(said)]


async def test_a_question_in_a_group_is_answered_by_a_reply_to_it(home: House, group: int):
    """Of an administrator; what others reply, or what is said without a reply, is not for us."""
    home.telegram.chats[group].bot_is_admin = True
    question = await home.says("/follow", who="admin", chat=group)
    number = question["message_id"]
    await home.says("芯片", who="admin", chat=group)
    await home.says("汽车", chat=group, reply_to=number)
    assert await reader(home, group) is None
    await home.says("手机", who="admin", chat=group, reply_to=number)

    found = await reader(home, group)
    assert found is not None
    assert ("手机",) == found.follows


async def test_the_plan_of_a_group_is_set_by_buttons_and_replies(home: House, group: int):
    await home.says("/start", who="admin", chat=group)
    page = await home.says("/schedule", who="admin", chat=group)
    await home.presses("时区", who="admin", chat=group)
    await home.says("东京", who="admin", chat=group, reply_to=page["message_id"])

    found = await reader(home, group)
    assert found is not None
    assert "Asia/Tokyo" == found.zone


# votes


async def test_members_votes_count_each(home: House, group: int):
    """One vote a person, whatever the group; the card shows all of them."""
    await home.publishes(CHIPS)
    await home.says("/digest", chat=group)
    await home.presses("1", chat=group)
    for who in ("zh", "en", "admin", "en"):
        await home.presses("👍", who=who, chat=group)

    assert "👍 2" == words(home.last(chat=group))[0]


async def test_the_week_of_a_group_by_its_own_votes(home: House, group: int):
    """群周榜: what its people voted for there; votes from elsewhere do not count."""
    await home.says("/start", who="admin", chat=group)
    await home.publishes(CHIPS)
    await home.publishes(CARS)
    assert "还没有人投票" in (await home.says("/hot 群", chat=group))["text"]
    await home.says("/search 召回", chat=group)
    await home.presses("1", chat=group)
    for who in ("zh", "en"):
        await home.presses("👍", who=who, chat=group)
    await home.says("芯片", who="zh")
    await home.presses("1", who="zh")
    await home.presses("👍", who="zh")

    board = await home.says("/hot 群周榜", chat=group)

    assert CARS in board["text"]
    assert "👍 2" in board["text"]
    assert CHIPS not in board["text"]


async def test_the_week_of_a_group_comes_on_sunday(home: House, group: int):
    """Where an administrator wants it, with how many people voted."""
    await home.says("/start", who="admin", chat=group)
    await home.publishes(CARS)
    await home.says("/search 召回", chat=group)
    await home.presses("1", chat=group)
    for who in ("zh", "en"):
        await home.presses("👍", who=who, chat=group)
    await home.says("/schedule", who="admin", chat=group)
    await home.presses("群周榜", who="admin", chat=group)

    found = await reader(home, group)
    assert found is not None
    assert found.review_due is not None
    home.moment = found.review_due
    await plan_reviews(home.room)
    await deliver(home.room)

    said = home.last(chat=group)["text"]
    assert "群周榜" in said
    assert "2 人投了 2 票" in said


# channels


async def test_a_channel_is_set_by_what_is_posted_there(home: House, channel: int):
    """Only its administrators can post: a command among the posts is one of theirs."""
    await home.publishes(CHIPS)
    await home.posts("/start", channel)
    await home.posts("/schedule 8:30", channel)
    await home.posts("/follow 芯片", channel)

    found = await reader(home, channel)
    assert found is not None
    assert (True, "channel", ("芯片",)) == (found.subscribed, found.kind, found.follows)


async def test_a_channels_digest_has_vote_buttons_and_stays_as_it_is(home: House, channel: int):
    """Everybody votes under the post; nobody opens a card in it for all."""
    await home.posts("/start", channel)
    await home.posts("/schedule 8:30", channel)
    home.later(hours=1)
    await home.publishes(CHIPS, hours=0.5)
    await home.publishes(CARS, hours=0.5, source="weekly")
    await slot_comes(home)
    post = home.last(chat=channel)
    assert ["1 👍 0", "1 👎 0", "2 👍 0", "2 👎 0"] == words(post)

    for who in ("zh", "en"):
        await home.presses("1 👍", who=who, chat=channel)
    voted = await home.presses("2 👎", who="zh", chat=channel)

    assert ["1 👍 2", "1 👎 0", "2 👍 0", "2 👎 1"] == words(voted)
    assert post["text"] == voted["text"]
    again = await home.presses("1 👍", who="en", chat=channel)
    assert "1 👍 1" == words(again)[0]


async def test_a_subscriber_of_a_channel_changes_nothing(home: House, channel: int):
    await home.posts("/start", channel)
    page = await home.posts("/settings", channel)
    for button in buttons(page):
        await home.forges(button["callback_data"], page["message_id"], chat=channel)
    assert NOT_YOURS == home.toast
    found = await reader(home, channel)
    assert found is not None
    assert found.subscribed
    assert found.language == "zh"


@pytest.mark.parametrize("place", ["d999:1:+1", "-:1:+1", "v1:999:+1"])
async def test_a_made_up_vote_under_a_post_is_answered(home: House, channel: int, place: str):
    """And counts nothing."""
    story = await home.publishes(CHIPS)
    await home.posts("/start", channel)
    post = home.last(chat=channel)
    await home.forges(f"ballot:{place}", post["message_id"], chat=channel)

    assert home.toast
    async with home.room.store.read() as tx:
        (told,) = await tx.stories.load([story])
    assert 0 == told.tally.up


# topics


async def test_a_topic_gets_what_it_is_about_and_the_rest_goes_where_it_was_begun(home: House, forum: int):
    """A story is told in one of them."""
    general = home.telegram.adds_topic(forum, "每日新闻")
    chips = home.telegram.adds_topic(forum, "芯片")
    await home.says("/start", who="admin", chat=forum, thread_id=general)
    await home.says("/schedule 8:30", who="admin", chat=forum, thread_id=general)
    said = await home.says("/topic 芯片 半导体", who="admin", chat=forum, thread_id=chips)
    assert chips == said["message_thread_id"]
    found = await reader(home, forum)
    assert found is not None
    assert ((Topic(chips, ("芯片", "半导体")),), general) == (found.topics, found.thread_id)
    home.later(hours=1)
    await home.publishes(CHIPS, hours=0.5)
    await home.publishes(CARS, hours=0.5, source="weekly")

    await slot_comes(home)

    digests = [one for one in home.telegram.messages(forum) if one["from"]["is_bot"]][-2:]
    told = {one["message_thread_id"]: one["text"] for one in digests}
    assert CHIPS in told[chips]
    assert CARS not in told[chips]
    assert CARS in told[general]
    assert CHIPS not in told[general]


async def test_a_topic_is_begun_and_given_up_again(home: House, forum: int):
    """Said outside of one; 无 undoes it; the page says what goes where."""
    said = await home.says("/topic 芯片", who="admin", chat=forum)
    assert "新开了一个话题" in said["text"]
    (thread,) = home.telegram.chats[forum].topics
    page = await home.says("/topic", who="admin", chat=forum, thread_id=thread)
    assert "这个话题：芯片" in page["text"]
    await home.says("/topic 无", who="admin", chat=forum, thread_id=thread)

    found = await reader(home, forum)
    assert found is not None
    assert () == found.topics


async def test_where_no_topic_can_be_begun_it_is_said(home: House, group: int):
    """In a group without topics, and of others than administrators."""
    assert "开不了话题" in (await home.says("/topic 芯片", who="admin", chat=group))["text"]
    assert NOT_YOURS == (await home.says("/topic 芯片", chat=group))["text"]
    assert "没有这个命令" in (await home.says("/topic 芯片"))["text"]


@pytest.mark.parametrize("deed", ["closes_topic", "deletes_topic"])
async def test_news_of_a_topic_that_is_gone_comes_all_the_same(home: House, forum: int, deed: str):
    """Outside of it; and the chat is not taken for lost."""
    chips = home.telegram.adds_topic(forum, "芯片")
    await home.says("/start", who="admin", chat=forum)
    await home.says("/schedule 8:30", who="admin", chat=forum)
    await home.says("/topic 芯片", who="admin", chat=forum, thread_id=chips)
    home.telegram.chats[forum].bot_is_admin = False
    getattr(home.telegram, deed)(forum, chips)
    home.later(hours=1)
    await home.publishes(CHIPS, hours=0.5)
    await slot_comes(home)

    assert CHIPS in home.last(chat=forum)["text"]
    found = await reader(home, forum)
    assert found is not None
    assert found.reachable
    assert found.doubted_at is None


# in and out


async def test_a_group_is_told_in_one_sentence_what_this_is(home: House):
    """Where the bot is added; one press of an administrator begins."""
    owner = home.id_of("admin")
    group = home.telegram.add_group("新群", [owner, home.id_of()], owner=owner, with_bot=False).id
    before = len(home.telegram.calls)
    home.telegram.adds_bot(owner, group)
    await home.is_quiet(before)
    assert ["开始"] == words(home.last(chat=group))
    await home.presses("开始", chat=group)
    assert NOT_YOURS == home.toast
    await home.presses("开始", who="admin", chat=group)

    found = await reader(home, group)
    assert found is not None
    assert found.subscribed
    assert found.next_due is not None


async def test_who_adds_it_to_a_channel_is_told_how_to_go_on(home: House):
    """In their own chat: nothing is posted that nobody asked for."""
    owner = home.id_of("admin")
    await home.says("/start", who="admin")
    channel = home.telegram.add_group("新频道", [owner], "channel", owner=owner, with_bot=False).id
    before = len(home.telegram.calls)
    home.telegram.adds_bot(owner, channel)
    await home.is_quiet(before)

    assert "新频道" in home.last("admin")["text"]
    assert [] == home.telegram.messages(channel)


async def test_a_group_that_throws_it_out_gets_nothing_and_keeps_its_plan(home: House, group: int):
    await home.says("/start", who="admin", chat=group)
    await home.says("/schedule 8:30", who="admin", chat=group)
    before = len(home.telegram.calls)
    home.telegram.kicks(group, home.id_of("admin"))
    await home.is_quiet(before)
    gone = await reader(home, group)
    assert gone is not None
    assert (False, None, True) == (gone.reachable, gone.next_due, gone.subscribed)

    home.telegram.adds_bot(home.id_of("admin"), group)
    await home.is_quiet(before)
    back = await reader(home, group)
    assert back is not None
    assert back.reachable
    assert back.next_due is not None


@pytest.mark.parametrize("kind", ["supergroup", "channel"])
async def test_a_chat_where_it_may_not_write_gets_nothing_until_it_may(home: House, kind: str):
    owner = home.id_of("admin")
    chat = home.telegram.add_group("群", [owner], kind, owner=owner).id
    says = home.posts if kind == "channel" else home.says
    await says("/start", chat=chat, who="admin")
    await says("/schedule 8:30", chat=chat, who="admin")
    before = len(home.telegram.calls)
    home.telegram.restricts(owner, chat)
    await home.is_quiet(before)
    mute = await reader(home, chat)
    assert mute is not None
    assert not mute.reachable

    home.telegram.restricts(owner, chat, can_send=True)
    await home.is_quiet(before)
    back = await reader(home, chat)
    assert back is not None
    assert back.reachable
    assert back.next_due is not None


async def test_a_group_that_becomes_a_supergroup_in_the_middle_of_a_slot_gets_its_digest(home: House):
    """Once, in the new one, with its plan, its words and its votes."""
    owner = home.id_of("admin")
    old = home.telegram.add_group("小群", [owner, home.id_of()], "group", owner=owner).id
    await home.says("/start", who="admin", chat=old)
    await home.says("/schedule 8:30", who="admin", chat=old)
    await home.publishes(CARS)
    await home.says("/search 召回", chat=old)
    await home.presses("1", chat=old)
    await home.presses("👍", chat=old)
    home.later(hours=20, minutes=31)
    await home.publishes(CHIPS, hours=0.5)
    await plan(home.room)
    home.telegram.allowed_updates = ["callback_query"]  # the word of it comes late
    new = home.telegram.migrates(old).id
    home.telegram.allowed_updates = []
    await deliver(home.room)
    await deliver(home.room)

    assert 1 == len(home.answers(new))
    assert CHIPS in home.answers(new)[0]
    found = await reader(home, new)
    assert found is not None
    assert found.subscribed
    assert await reader(home, old) is None
    async with home.room.store.read() as tx:
        assert [(1, 0)] == list(
            (await tx.votes.in_chat(new, home.moment - timedelta(days=7), home.moment)).values()
        )


# what was tried against it


@pytest.mark.parametrize(
    "said", ["@playground_bot2 中芯国际", "@playground_bottle 你来看看", "hi @playground_bot 芯片"]
)
async def test_another_name_that_begins_alike_is_not_ours(home: House, group: int, said: str):
    home.telegram.chats[group].bot_is_admin = True
    await home.publishes(CHIPS)
    await home.says(said, chat=group)

    assert [] == home.answers(group)


async def test_others_commands_close_no_question(home: House, group: int):
    """An administrator's reply is still an answer."""
    question = await home.says("/follow", who="admin", chat=group)
    await home.says("/help", chat=group)
    await home.says("/stop", chat=group)
    await home.says("芯片", who="admin", chat=group, reply_to=question["message_id"])

    found = await reader(home, group)
    assert found is not None
    assert ("芯片",) == found.follows


@pytest.mark.parametrize(
    "verb", ["open", "rate", "more", "related", "why", "save", "report", "hot", "back", "next"]
)
async def test_nobody_turns_a_channels_post_into_something_else(home: House, channel: int, verb: str):
    """Whatever a client makes up is answered, and does nothing."""
    story = await home.publishes(CHIPS)
    await home.posts("/start", channel)
    post = next(one for one in home.telegram.messages(channel) if "👍" in "".join(words(one)))
    place = buttons(post)[0]["callback_data"].split(":")[1]
    await home.forges(f"{verb}:{place}:{story}:hot", post["message_id"], chat=channel)
    await home.forges(f"vote:{place}:{story}:+1", post["message_id"], chat=channel)

    assert post["text"] == home.telegram.chats[channel].messages[post["message_id"]]["text"]
    assert "失效" in home.toast
    async with home.room.store.read() as tx:
        (told,) = await tx.stories.load([story])
    assert 0 == told.tally.up


async def test_what_was_said_elsewhere_is_not_withdrawn_in_a_group(home: House, group: int):
    """There nobody sees their own mark: the same press says it again; pressed once more it withdraws."""
    await home.publishes(CHIPS)
    await home.says("芯片")
    await home.presses("1")
    await home.presses("👍")
    await home.says("/digest", chat=group)
    await home.presses("1", chat=group)
    assert "👍 1" == words(await home.presses("👍", chat=group))[0]
    assert "👍 0" == words(await home.presses("👍", chat=group))[0]


async def test_a_vote_that_is_changed_in_private_stays_the_groups(home: House, group: int):
    """The board has it as it is now."""
    await home.publishes(CARS)
    await home.says("/search 召回", chat=group)
    await home.presses("1", chat=group)
    await home.presses("👎", chat=group)
    await home.says("召回")
    await home.presses("1")
    await home.presses("👍")

    assert CARS in (await home.says("/hot 群", chat=group))["text"]


async def test_while_the_rest_waits_for_more_nothing_is_lost(home: House, forum: int):
    """Who wants three stories at least gets the topic's one, and the two of today with tomorrow's."""
    chips = home.telegram.adds_topic(forum, "芯片")
    await home.says("/start", who="admin", chat=forum)
    await home.says("/schedule 8:30", who="admin", chat=forum)
    await home.presses("攒够再送", who="admin", chat=forum)
    await home.presses("3", who="admin", chat=forum)
    await home.says("/topic 芯片", who="admin", chat=forum, thread_id=chips)
    home.later(hours=1)
    await home.publishes(CHIPS, hours=0.5)
    await home.publishes(CARS, hours=0.5, source="weekly")
    await slot_comes(home)
    assert CARS not in "".join(home.answers(forum)[-1:])
    home.later(hours=20)
    for title in ("火星探测器传回照片", "手机销量排名公布"):
        await home.publishes(title, hours=0.5, source=f"s{len(title)}")
    home.later(hours=4)
    await plan(home.room)
    await deliver(home.room)

    assert CARS in home.last(chat=forum)["text"]


async def test_a_topic_that_is_gone_is_undone_from_elsewhere(home: House, forum: int):
    """By its words; and the same word in other letters goes to one topic alone."""
    first, second = (home.telegram.adds_topic(forum, name) for name in "甲乙")
    await home.says("/topic OpenAI", who="admin", chat=forum, thread_id=first)
    await home.says("/topic openai 芯片", who="admin", chat=forum, thread_id=second)
    found = await reader(home, forum)
    assert found is not None
    assert (Topic(second, ("openai", "芯片")),) == found.topics
    await home.says("/topic 无 openai 芯片", who="admin", chat=forum)

    found = await reader(home, forum)
    assert found is not None
    assert () == found.topics


async def test_hours_that_are_pressed_in_a_topic_come_there(home: House, forum: int):
    """As those that are typed there."""
    topic = home.telegram.adds_topic(forum, "新闻")
    await home.says("/schedule", who="admin", chat=forum, thread_id=topic)
    await home.presses("时间", who="admin", chat=forum)
    await home.presses("09:00", who="admin", chat=forum)

    found = await reader(home, forum)
    assert found is not None
    assert (True, topic) == (found.subscribed, found.thread_id)


async def test_a_plan_made_before_is_the_plan_after_a_migration(home: House):
    """Although somebody said /start in the new group before word of it came."""
    owner = home.id_of("admin")
    old = home.telegram.add_group("小群", [owner], "group", owner=owner).id
    await home.says("/schedule 6:15", who="admin", chat=old)
    await home.says("/follow 芯片", who="admin", chat=old)
    home.later(hours=1)
    home.telegram.allowed_updates = ["callback_query"]
    new = home.telegram.migrates(old).id
    home.telegram.allowed_updates = []
    await home.says("/start", who="admin", chat=new)
    await home.says("/follow 汽车", who="admin", chat=new)
    await moved(home.room, old, new)

    found = await reader(home, new)
    assert found is not None
    assert [time(6, 15)] == [hour.at for hour in found.hours]
    assert {"芯片", "汽车"} == set(found.follows)


async def test_a_topic_word_is_not_given_a_second_topic(home: House, forum: int):
    """Said again outside of a topic it begins none."""
    await home.says("/topic 芯片", who="admin", chat=forum)
    assert "已经有话题了" in (await home.says("/topic 芯片", who="admin", chat=forum))["text"]
    assert 1 == len(home.telegram.chats[forum].topics)


async def test_a_digest_asked_for_in_a_topic_is_about_it(home: House, forum: int):
    """As what comes there by itself; elsewhere it is about everything."""
    chips = home.telegram.adds_topic(forum, "芯片")
    await home.publishes(CHIPS)
    await home.publishes(CARS, source="weekly")
    await home.says("/topic 芯片", who="admin", chat=forum, thread_id=chips)

    assert CARS not in (await home.says("/digest", chat=forum, thread_id=chips))["text"]
    assert CARS in (await home.says("/digest", chat=forum))["text"]


async def test_help_says_what_is_true_in_a_group(home: House, group: int, forum: int):
    """Plain text is no search there; what administrators may is told to them, topics where there are some."""
    told, theirs = await home.says("/help", chat=group), await home.says("/help", who="admin", chat=group)
    in_forum = await home.says("/help", who="admin", chat=forum)

    assert "直接发一个词就是搜索" not in told["text"]
    assert [False, True] == ["/schedule" in one["text"] for one in (told, theirs)]
    assert [False, True] == ["/topic" in one["text"] for one in (theirs, in_forum)]


async def test_what_staff_may_is_not_shown_among_others(home: House, admin: str, group: int):
    """It is not obeyed there."""
    assert "/broadcast" not in (await home.says("/help", who=admin, chat=group))["text"]
    assert "/broadcast" in (await home.says("/help", who=admin))["text"]


async def test_who_may_not_is_told_once_a_minute(home: House, group: int):
    """Whoever goes on keeps nobody else waiting."""
    for command in ("/stop", "/follow 芯片", "/settings"):
        await home.says(command, chat=group)
    assert [NOT_YOURS] == home.answers(group)
    home.later(seconds=61)
    await home.says("/stop", chat=group)

    assert 2 == len(home.answers(group))
