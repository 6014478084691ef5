"""What readers say."""

from __future__ import annotations

from tests.examples import NOON, minutes_ago


async def say(store, reader_id: int, story_id: int | None, reason: str = "words", words: str = "") -> bool:
    async with store.begin() as tx:
        return await tx.feedback.add(reader_id, story_id, reason, words, NOON)


async def test_the_same_said_again_is_folded(archive):
    """By the same reader about the same story in the same words."""
    story_id = await archive.tells("标题党")

    assert await say(archive.store, 1, story_id, "clickbait")
    assert not await say(archive.store, 1, story_id, "clickbait")
    assert await say(archive.store, 1, story_id, "duplicate")
    assert await say(archive.store, 2, story_id, "clickbait")


async def test_what_is_said_about_the_bot_is_folded_too(store):
    """There is no story then."""
    assert await say(store, 1, None, words="不错")
    assert not await say(store, 1, None, words="不错")
    assert await say(store, 1, None, words="还行")


async def test_words_are_counted_since_when_one_asks(store):
    """For each reader alone."""
    for words in ("一", "二", "三"):
        await say(store, 1, None, words=words)
    await say(store, 2, None, words="一")

    async with store.read() as tx:
        assert (3, 0) == (
            await tx.feedback.count(1, minutes_ago(60)),
            await tx.feedback.count(1, minutes_ago(-1)),
        )


async def test_a_reader_reports_a_story_once(archive):
    """Whatever reasons there are: the tally counts people."""
    story_id = await archive.tells("标题党")
    for reader_id, reason in ((1, "clickbait"), (1, "duplicate"), (2, "clickbait")):
        await say(archive.store, reader_id, story_id, reason)

    assert 2 == (await archive.story(story_id)).tally.reports
