"""The article that a story is shown by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsbot.models.stories import Teller
from newsbot.stories.lead import lead

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)

FULL = 300


def article(
    number: int, text: int = 0, hours: float = 1, noise: str | None = None, weight: float = 1
) -> Teller:
    return Teller(number, text, noise, NOON - timedelta(hours=hours), weight)


def test_the_earliest_full_text_leads() -> None:
    """An earlier teaser does not."""
    teaser, first, second = (
        article(1, hours=9),
        article(2, text=FULL, hours=5),
        article(3, text=FULL, hours=2),
    )

    assert first.article_id == lead([second, teaser, first])


def test_news_leads_rather_than_an_advertorial() -> None:
    """Noise leads only where there is nothing else."""
    noise, news = article(1, text=FULL, hours=5, noise="advertorial"), article(2, text=FULL)

    assert (2, 1) == (lead([noise, news]), lead([noise]))


def test_without_a_full_text_the_earliest_leads() -> None:
    """At the same minute the one stored first."""
    assert 1 == lead([article(2, hours=3), article(1, hours=3), article(3)])


def test_the_best_source_leads() -> None:
    """A later full text of a source that an editor thinks more of; not its teaser, and not its advertorial."""
    first, best = article(1, text=FULL, hours=5), article(2, text=FULL, weight=2)
    teaser, noise = article(3, weight=4), article(4, text=FULL, noise="deal", weight=4)

    assert 2 == lead([first, best, teaser, noise])
