"""The first digest: as soon as there is real news, and until then how far the pull is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from newsbot.flows import welcome
from newsbot.models.readers import Reader
from newsbot.newsroom import Progress

ME = Reader(id=7)


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    """A second of waiting is a hundredth."""
    monkeypatch.setattr(welcome, "STEP", 0.01)
    monkeypatch.setattr(welcome, "LONGEST_WAIT", 0.2)
    monkeypatch.setattr(welcome, "PATIENT", 0.1)


def words(step: Any) -> tuple[int, int] | list[str]:
    """How far the pull is as (done, total), or the headlines of the digest."""
    if isinstance(step, Progress):
        return step.done, step.total
    return [one.story.title for one in step[0].stories]


async def heard(desk) -> list[Any]:
    """Everything that a new reader hears."""
    return [words(step) async for step in welcome.first(desk.room, ME)]


async def test_who_comes_later_waits_for_nothing(desk):
    """The news is there already."""
    await desk.publishes("长庚光刻机通过验收")
    desk.room.progress.rounds = 1

    assert [["长庚光刻机通过验收"]] == await heard(desk)


async def test_who_comes_first_hears_how_far_the_pull_is(desk):
    """And gets the digest as soon as most sources have answered."""
    progress = desk.room.progress
    progress.running, progress.total = True, 10
    steps = welcome.first(desk.room, ME)
    said = [words(await anext(steps))]
    await desk.publishes("长庚光刻机通过验收")
    for done in (5, 8):
        progress.done = done
        said.append(words(await anext(steps)))

    assert [(0, 10), (5, 10), ["长庚光刻机通过验收"]] == said
    assert [] == [step async for step in steps]


async def test_a_slow_pull_is_not_waited_for_too_long(desk, monkeypatch):
    """A digest of few sources is better than none."""
    monkeypatch.setattr(welcome, "LONGEST_WAIT", 3600.0)
    desk.room.progress.running, desk.room.progress.total = True, 10
    await desk.publishes("长庚光刻机通过验收")

    async with asyncio.timeout(30):
        assert ["长庚光刻机通过验收"] == (await heard(desk))[-1]


async def test_no_news_is_said_after_a_round_without_any(desk):
    """There is nothing to wait for."""
    desk.room.progress.rounds = 1

    assert [[]] == await heard(desk)


async def test_waiting_ends(desk):
    """A pull that never comes to an end has nothing for anybody."""
    desk.room.progress.running, desk.room.progress.total = True, 1

    async with asyncio.timeout(30):
        assert [(0, 1), []] == await heard(desk)


async def test_samples_are_shown_at_once(desk):
    """The playground has something to look at while real sources are asked."""
    await desk.publishes("示例新闻", "newsstand", sample=True)
    desk.room.progress.running, desk.room.progress.total = True, 10

    assert ["示例新闻"] == (await heard(desk))[-1]
