"""The article that a story is shown by."""

from __future__ import annotations

from newsbot.stories.lead import lead
from tests.stories.articles import article

FULL = "长" * 300


def test_the_earliest_full_text_leads() -> None:
    """An earlier teaser does not."""
    teaser, first, second = (
        article(1, hours=9),
        article(2, text=FULL, hours=5),
        article(3, text=FULL, hours=2),
    )

    assert first == lead([second, teaser, first])


def test_news_leads_rather_than_an_advertorial() -> None:
    """Noise leads only where there is nothing else."""
    noise, news = article(1, text=FULL, hours=5, noise="advertorial"), article(2, text=FULL)

    assert (news, noise) == (lead([noise, news]), lead([noise]))


def test_without_a_full_text_the_earliest_leads() -> None:
    """At the same minute the one stored first."""
    assert 1 == lead([article(2, hours=3), article(1, hours=3), article(3)]).id
