"""A story's card: what it is, who tells it, and what one can do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.markup import cut, first_sentences, fits, leaf, link
from newsbot.messages.story import by_model, hashtags, name, names, title, translated, when
from newsbot.messages.wording import label, say
from newsbot.models.articles import Article
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader, of_story
from newsbot.models.stories import Story
from newsbot.stories.rank import shown_value

BODY = 320  # UTF-16 units
AUTHOR = REASON = 40
MOST_COVERAGE = 6
REASONS = ("clickbait", "duplicate", "tags", "outdated", "broken", "ad", "other")


@dataclass(frozen=True, slots=True)
class Mine:
    """What the reader made of the story: vote (-1, 0, 1), value (0 or 1-5), saved."""

    vote: int = 0
    value: int = 0
    saved: bool = False


def card(
    story: Story, mine: Mine, reader: Reader, now: datetime, place: str = "", extra: str = ""
) -> Message:
    """The card.

    :param place: the list to go back to, such as `v12`; empty for none
    :param extra: what a press has opened: `rate`, `more` or nothing
    """
    rows = [vote_row(story, mine, reader.language, place)]
    if extra == "rate":
        rows.append(tuple(Button(f"{n}★", encode("value", place, story.id, str(n))) for n in range(1, 6)))
    if extra == "more":
        rows += _reasons(story, reader.language, place)
    if reader.id > 0:  # in a group nobody follows for all
        rows.append(_from_now_on(story, reader, place))
    rows.append(_last_row(story, reader.language, place))
    return Message(text=text(story, reader, now, extra), buttons=tuple(rows))


def text(story: Story, reader: Reader, now: datetime, extra: str = "") -> str:
    """What the card says."""
    said = _text(story, reader, now, extra, _body(story.lead))
    if not fits(said):  # a flood of what Telegram makes links of
        said = _text(story, reader, now, extra, "")
    return str(said)


def vote_row(story: Story, mine: Mine, language: str, place: str) -> tuple[Button, ...]:
    """👍 👎 ★ and save; what the reader chose is marked."""
    tally = story.tally
    value = shown_value(story)
    rate = label("button.rated", language, value=value) if value else label("button.rate", language)
    return (
        Button(f"👍 {tally.up}" + " ✓" * (mine.vote > 0), encode("vote", place, story.id, "+1")),
        Button(f"👎 {tally.down}" + " ✓" * (mine.vote < 0), encode("vote", place, story.id, "-1")),
        Button(rate + " ✓" * bool(mine.value), encode("rate", place, story.id)),
        Button(
            label("button.saved" if mine.saved else "button.save", language), encode("save", place, story.id)
        ),
    )


def _last_row(story: Story, language: str, place: str) -> tuple[Button, ...]:
    made = [
        Button(label("button.related", language), encode("related", place, story.id)),
        Button(label("button.more", language), encode("more", place, story.id)),
    ]
    if place:
        made.append(Button(label("button.back", language), encode("back", place, story.id)))
    return tuple(made)


def _from_now_on(story: Story, reader: Reader, place: str) -> tuple[Button, ...]:
    """关注后续 and 别再提; what was chosen is marked, and pressed again it is not any more."""
    word, language = of_story(story.id), reader.language
    return (
        Button(
            label("button.pursue", language) + " ✓" * (word in reader.follows),
            encode("pursue", place, story.id),
        ),
        Button(
            label("button.hush", language) + " ✓" * (word in reader.mutes), encode("hush", place, story.id)
        ),
    )


def _reasons(story: Story, language: str, place: str) -> list[tuple[Button, ...]]:
    made = [
        Button(label(f"feedback.{reason}", language), encode("report", place, story.id, reason))
        for reason in REASONS
    ]
    return [tuple(made[:4]), tuple(made[4:])]


def _text(story: Story, reader: Reader, now: datetime, extra: str, body: str) -> Markup:
    language = reader.language
    lines = [title(story, reader, 200), _head(story, reader, now)]
    if translated(story, reader):
        lines.append(say("card.original", language, title=cut(leaf(story.title), 200)))
    if story.lead.noise:
        lines.append(_noise(story.lead, language))
    if body:
        model = by_model(story, language)
        lines += [Markup(""), (Markup("{} · ").format(model) if model else Markup("")) + escape(body)]
    tags = " ".join(hashtags(story.tags, language))
    if tags:
        lines += [Markup(""), escape(tags)]
    if len(names(story)) > 1:
        lines += [Markup(""), _coverage(story, reader, now)]
    if extra in ("rate", "more"):
        lines += [Markup(""), say("card.rate" if extra == "rate" else "card.feedback", language)]
    return Markup("\n").join(lines)


def _head(story: Story, reader: Reader, now: datetime) -> Markup:
    lead = story.lead
    told = [name(lead.source), cut(leaf(lead.author or ""), AUTHOR)]
    parts = [escape(words) for words in told if words] + [when(lead.when, now, reader)]
    if lead.reads is not None:
        parts.append(say("card.reads", reader.language, reads=lead.reads))
    value = shown_value(story)
    if value:
        parts.append(say("card.value", reader.language, value=value))
    return Markup(" · ").join(parts)


def _noise(lead: Article, language: str) -> Markup:
    """What it counts as, and why."""
    kind = label(f"noise.{lead.noise}", language)
    if lead.noise_why == "source":
        return say("card.noise_source", language, kind=kind)
    why = cut(leaf(lead.noise_why or ""), REASON)
    return (
        say("card.noise", language, kind=kind, why=why)
        if why
        else say("card.noise_only", language, kind=kind)
    )


def _body(lead: Article) -> str:
    words = leaf(lead.model_summary or lead.summary) or leaf(lead.text[: 4 * BODY])
    return first_sentences(words, BODY) if words else ""


def _coverage(story: Story, reader: Reader, now: datetime) -> Markup:
    """Every source with the link to its first article and that one's time."""
    told: dict[str, Article] = {}
    for article in story.articles:
        told.setdefault(name(article.source), article)
    told.pop("", None)
    lines = [say("card.coverage", reader.language, count=len(told))]
    lines += [
        Markup("{} · {}").format(link(article.link, words), when(article.when, now, reader))
        for words, article in list(told.items())[:MOST_COVERAGE]
    ]
    return Markup("\n").join(lines)
