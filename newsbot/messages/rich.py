"""A digest as a rich message (Bot API 10.1, sendRichMessage): what a card says is folded under each headline.

Telegram's limits are far away: ten stories have at most 250 blocks of 500, and half of 32,768 characters.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from newsbot.messages.markup import first_sentences, leaf, link
from newsbot.messages.story import hashtags, name, why
from newsbot.models.articles import Article
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

BODY = 400  # UTF-16 units
MOST_SOURCES = 10


def rich(
    told: Sequence[tuple[Story, Markup]],
    notes: Sequence[Markup],
    end: Markup,
    reader: Reader,
    head: Sequence[Markup] = (),
) -> str:
    """The message.

    :param told: each story with its two lines
    :param notes: what was corrected
    :param end: the last line
    :param head: what stands above all
    """
    blocks = [Markup("<p>{}</p>").format(one) for one in head]
    blocks += [_story(story, lines, reader) for story, lines in told]
    blocks += [Markup("<p>{}</p>").format(note) for note in notes]
    blocks.append(Markup("<footer>{}</footer>").format(Markup("<br>").join(end.split("\n"))))
    return str(Markup("").join(blocks))


def _story(story: Story, lines: Markup, reader: Reader) -> Markup:
    headline, _, below = lines.partition("\n")
    head = Markup("<p>{}</p>").format(headline)
    body = _body(story)
    if body == why(story):  # as the line below the headline has it
        body = ""
    words = Markup("<p>{}</p>").format(body) if body else Markup("")
    inside = [block for block in (words, _sources(story), _tags(story, reader)) if block]
    if not inside:
        return head + Markup("<p>{}</p>").format(below)
    return head + Markup("<details><summary>{}</summary>{}</details>").format(below, Markup("").join(inside))


def _body(story: Story) -> str:
    words = leaf(story.lead.model_summary or story.lead.summary) or leaf(story.lead.text[: 4 * BODY])
    return first_sentences(words, BODY)


def _sources(story: Story) -> Markup:
    told: dict[str, Article] = {}
    for article in story.articles:
        told.setdefault(name(article.source), article)
    told.pop("", None)
    if len(told) < 2:
        return Markup("")
    items = [
        Markup("<li>{}</li>").format(link(article.link, words))
        for words, article in list(told.items())[:MOST_SOURCES]
    ]
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _tags(story: Story, reader: Reader) -> Markup:
    tags = " ".join(hashtags(story.tags, reader.language))
    return Markup("<p>{}</p>").format(escape(tags)) if tags else Markup("")
