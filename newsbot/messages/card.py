"""A story's card: what it is, who tells it, and what one can do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.markup import cut, first_sentences, fits, leaf, link, may_open
from newsbot.messages.story import by_model, hashtags, name, names, title, translated, when
from newsbot.messages.why import why
from newsbot.messages.wording import label, say
from newsbot.models.articles import Article
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader, of_story
from newsbot.models.stories import Reason, Story
from newsbot.stories.rank import shown_value

BODY = 320  # UTF-16 units
AUTHOR = REASON = 40
MOST_COVERAGE, ALL_COVERAGE = 6, 40
REASONS = ("clickbait", "duplicate", "tags", "outdated", "broken", "ad", "other")


@dataclass(frozen=True, slots=True)
class Mine:
    """What the reader made of the story: vote (-1, 0, 1), value (0 or 1-5), saved, wants less of it."""

    vote: int = 0
    value: int = 0
    saved: bool = False
    less: bool = False


def card(
    story: Story,
    mine: Mine,
    reader: Reader,
    now: datetime,
    place: str = "",
    extra: str = "",
    reasons: Sequence[Reason] = (),
    may_rule: bool = False,
) -> Message:
    """The card.

    :param place: the list to go back to, such as `v12`; empty for none
    :param extra: what a press has opened: `rate`, `more`, `why` or nothing
    :param reasons: for its place among the others, where they are asked for
    :param may_rule: it is shown to an administrator
    """
    rows = [vote_row(story, mine, reader.language, place)]
    if extra == "rate":
        rows.append(tuple(Button(f"{n}★", encode("value", place, story.id, str(n))) for n in range(1, 6)))
    if extra == "more":
        rows += _reasons(story, reader.language, place)
        if may_rule:
            rows += _rulings(story, reader.language, place, now)
    if reader.id > 0:  # in a group nobody follows for all
        rows.append(_from_now_on(story, reader, place))
        rows.append(_place_row(story, mine, reader, place))
    rows.append(_last_row(story, reader.language, place))
    return Message(text=text(story, reader, now, extra, reasons), buttons=tuple(rows))


def text(story: Story, reader: Reader, now: datetime, extra: str = "", reasons: Sequence[Reason] = ()) -> str:
    """What the card says."""
    below = [_coverage(story, reader, now, MOST_COVERAGE if extra != "more" else ALL_COVERAGE)]
    if extra in ("rate", "more"):
        below.append(say("card.rate" if extra == "rate" else "card.feedback", reader.language))
    if extra == "why":
        below.append(why(reasons, reader.language))
    said = _text(story, reader, now, "" if story.retracted is not None else _body(story.lead), below)
    if not fits(said):  # a flood of what Telegram makes links of, or of sources
        below[0] = _coverage(story, reader, now, MOST_COVERAGE)
        said = _text(story, reader, now, "", below)
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


def _place_row(story: Story, mine: Mine, reader: Reader, place: str) -> tuple[Button, ...]:
    """为什么在这里, and 少来点这类 for whom it would change anything."""
    language = reader.language
    made = [Button(label("button.why", language), encode("why", place, story.id))]
    if reader.learns:
        less = label("button.less", language) + " ✓" * mine.less
        made.append(Button(less, encode("less", place, story.id)))
    return tuple(made)


def _rulings(story: Story, language: str, place: str, now: datetime) -> list[tuple[Button, ...]]:
    """What an administrator may decide about it; the desk has more."""
    is_pinned = story.pinned_until is not None and story.pinned_until > now
    made = [
        Button(label("button.pin", language) + " ✓" * is_pinned, encode("pin", place, story.id)),
        Button(label("button.merge", language), encode("merge", place, story.id)),
    ]
    if len(story.articles) > 1:
        made.append(Button(label("button.split", language), encode("split", place, story.id)))
    desk = (
        Button(label("button.desk", language), encode("desk", place, story.id, "card")),
        Button(label("button.cast", language), encode("cast", place, story.id)),
    )
    return [desk, tuple(made)]


def _last_row(story: Story, language: str, place: str) -> tuple[Button, ...]:
    made = [
        Button(label("button.related", language), encode("related", place, story.id)),
        Button(label("button.more", language), encode("more", place, story.id)),
    ]
    if may_open(story.lead.link):
        made.append(Button(label("button.read", language), url=story.lead.link or ""))
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


def _text(story: Story, reader: Reader, now: datetime, body: str, below: Sequence[Markup]) -> Markup:
    language = reader.language
    lines = [title(story, reader, 200), _head(story, reader, now)]
    if original := story.lead.original or (story.title if translated(story, reader) else ""):
        lines.append(say("card.original", language, title=cut(leaf(original), 200)))
    lines += _corrected(story, reader, now)
    if story.lead.noise:
        lines.append(_noise(story.lead, language))
    if body:
        model = by_model(story, language)
        lines += [Markup(""), (Markup("{} · ").format(model) if model else Markup("")) + escape(body)]
    tags = " ".join(hashtags(story.tags, language))
    if tags:
        lines += [Markup(""), escape(tags)]
    for block in filter(None, below):
        lines += [Markup(""), block]
    return Markup("\n").join(lines)


def _corrected(story: Story, reader: Reader, now: datetime) -> list[Markup]:
    """That an editor took it back, or corrected it, and what was said of that."""
    language = reader.language
    if story.retracted is not None:
        return [say("card.retracted", language), *([escape(story.retracted)] if story.retracted else [])]
    if story.corrected_at is None:
        return []
    said = say("card.corrected", language, when=when(story.corrected_at, now, reader))
    return [Markup("{} {}").format(said, story.correction)]


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


def _coverage(story: Story, reader: Reader, now: datetime, most: int) -> Markup:
    """Every source with the link to its first article and that one's time; nothing where it is alone."""
    if len(names(story)) < 2:
        return Markup("")
    told: dict[str, Article] = {}
    for article in story.articles:
        told.setdefault(name(article.source), article)
    told.pop("", None)
    lines = [say("card.coverage", reader.language, count=len(told))]
    lines += [
        Markup("{} · {}").format(link(article.link, words), when(article.when, now, reader))
        for words, article in list(told.items())[:most]
    ]
    if len(told) > most:
        lines.append(say("card.more_coverage", reader.language, count=len(told) - most))
    return Markup("\n").join(lines)
