"""Every table, on one page.

What is published (sources, articles, stories) stands apart from what people did with it
(votes, values, saves, feedback) and from what is on its way (deliveries, inbox). The search
index is not here: it differs by database, see `search.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone must not reach the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only in a column called INTEGER
Id = BigInteger().with_variant(Integer, "sqlite")

sources = Table(
    "sources",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("category", Text),
    Column("is_on", Boolean, nullable=False),
    Column("interval", Integer),
    Column("selector", Text),
    Column("body", Text),
    Column("noise", String(20)),
    Column("fallback", JSON, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("weight", Float, nullable=False, server_default="1"),
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment),  # remembered, so that a seeded source stays removed
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(64)),
    Column("checked_at", Moment),
    Column("last_success_at", Moment),
    Column("next_at", Moment),
    Column("failures", Integer, nullable=False),
    Column("down_since", Moment),
    Column("failing_since", Moment),
    Column("ttl", Integer),
    Column("error", Text),
    Column("reason", String(20)),
    Column("via", Text),
    Column("own_next_at", Moment),
    Column("gone_at", Moment),
    Column("told_at", Moment),
    Column("per_day", Float, nullable=False),
    Index(None, "next_at"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lead_id", BigInteger),
    Column("first_at", Moment, nullable=False),
    Column("merged_into", BigInteger),  # by an administrator: buttons of before still say this one's id
    Column("pinned_until", Moment),
    Column("split_at", Moment),  # what was shown before then was another story
    Column("is_dropped", Boolean, nullable=False, server_default=false()),
    Column("rule", Text),  # the standing rule that drops it; empty: an editor wants it all the same
    Column("held_until", Moment, index=True),
    Column("released_at", Moment),  # when it was offered again, after it was dropped or held
    Column("is_led", Boolean, nullable=False, server_default=false()),  # an editor chose the lead
    Column("retracted", Text),  # why
    Column("corrected_at", Moment),
    Column("correction", Text, nullable=False, server_default=""),
    Index(None, "first_at"),
    Index(None, "merged_into"),
)

rulings = Table(  # what administrators decided about stories
    "rulings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(10), nullable=False),  # see models/stories.py
    Column("story_id", BigInteger, nullable=False),  # that was kept, or that was begun
    Column("other_id", BigInteger, nullable=False),  # that went into it, or that it was a part of
    Column("article_ids", JSON, nullable=False),  # that changed their story
    Column("by", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("before", JSON, nullable=False, server_default="{}"),
    Column("after", Text, nullable=False, server_default=""),
    Column("undone_at", Moment),
    Index(None, "story_id"),
    Index(None, "other_id"),
)

rules = Table(  # which stories are dropped by themselves
    "rules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("words", Text, nullable=False),  # a search
    Column("by", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", String(100), ForeignKey("sources.id"), nullable=False),
    Column("story_id", BigInteger, ForeignKey("stories.id")),
    Column("copy_of", BigInteger),  # the article of its story whose text it has
    Column("title", Text, nullable=False),
    Column("own_title", Text),  # that an editor gave it
    Column("own_tags", JSON(none_as_null=True)),
    Column("text", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("link", Text),
    Column("source", Text, nullable=False),
    Column("author", Text),
    Column("published", Moment),
    Column("first_seen", Moment, nullable=False),
    Column("at", Moment, nullable=False),  # published, or else first_seen: what lists are ordered by
    Column("reads", BigInteger),
    Column("language", String(8), nullable=False),
    Column("category", Text),
    Column("noise", String(20)),
    Column("noise_why", Text),
    Column("tags", JSON, nullable=False),
    Column("image", Text),
    Column("related", JSON, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("model_summary", Text),
    Column("model_title", Text),
    Column("model_at", Moment),  # when a model was asked, whatever it said
    Index(None, "at"),
    Index(None, "story_id"),
    Index(None, "link"),
    Index(None, "source_id", "at"),
)

article_keys = Table(
    "article_keys",
    metadata,
    Column("source_id", String(100), primary_key=True),
    Column("key", Text, primary_key=True),
    Column(
        "article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True
    ),
)

gone_keys = Table(  # of articles without a date that were forgotten: else they would be news again
    "gone_keys",
    metadata,
    Column("source_id", String(100), primary_key=True),
    Column("key", Text, primary_key=True),
)

article_tags = Table(
    "article_tags",
    metadata,
    Column("tag", Text, primary_key=True),  # folded
    Column(
        "article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)

story_keys = Table(  # under which clustering finds candidates
    "story_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column(
        "article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    Column("at", Moment, nullable=False),
)

signatures = Table(  # what clustering compares, worked out once when the article was read
    "signatures",
    metadata,
    Column(
        "article_id",
        BigInteger,
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("title", Text, nullable=False),
    Column("shingles", LargeBinary, nullable=False),  # unsigned, 32 bits each, little-endian, ascending
    Column("entities", JSON, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("terms", JSON, nullable=False),
)

readers = Table(
    "readers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(8), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("hours", JSON, nullable=False),
    Column("subscribed", Boolean, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("length", Integer, nullable=False),
    Column("lets_in", JSON, nullable=False, server_default="[]"),
    Column("own_titles", Boolean, nullable=False, server_default=false()),
    Column("learns", Boolean, nullable=False, server_default=true()),
    Column("quiet", String(11)),  # 23:00-07:00
    Column("least", Integer, nullable=False, server_default="1"),
    Column("tells_nothing", Boolean, nullable=False, server_default=false()),
    Column("paused_until", Moment),
    Column("most_alerts", Integer, nullable=False, server_default="5"),
    Column("preview", Boolean, nullable=False, server_default=false()),
    Column("rich", Boolean, nullable=False, server_default=false()),
    Column("reviews", Boolean, nullable=False, server_default=false()),
    Column("review_due", Moment),
    Column("told_at", Moment),  # until when news were looked at for the last digest that arrived
    Column("next_due", Moment),
    Column("greeted", Moment),
    Column("joined_at", Moment, nullable=False),
    Column("doubted_at", Moment),  # the slot at which the chat was not found, while that may pass
    Column("kind", String(10), nullable=False, server_default="private"),  # private | group | channel
    Column("hour_bits", Integer, nullable=False, server_default="0"),  # of 24, those with a digest; 0: usual
    Column("active_at", Moment),  # to about a day
    Column("left_at", Moment),  # when Telegram said that the chat is gone
    Column("thread_id", BigInteger),  # the topic of a forum that gets what no topic of its own has
    Index(None, "next_due"),
    Index(None, "review_due"),
    Index(
        "ix_readers_audience",  # all that a segment asks, so that the rows need not be read
        "subscribed", "reachable", "language", "kind", "hour_bits", "active_at", "paused_until",
    ),
    Index(None, "joined_at"),
)  # fmt: skip

words = Table(
    "words",
    metadata,
    Column("reader_id", BigInteger, ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(10), primary_key=True),  # follow | mute | topic
    Column("word", Text, primary_key=True),  # a search, or `story:12`
    Column("added_at", Moment, nullable=False),
    Column("key", Text, nullable=False),  # the word, folded: under which articles are matched
    Column("alerts", Boolean, nullable=False, server_default=false()),  # news of it is told at once
    Column("thread_id", BigInteger),  # the topic of a forum where news of it goes
    Index(None, "key", "kind", "reader_id"),
)

hits = Table(  # what new articles matched of all that is followed
    "hits",
    metadata,
    Column("key", Text, primary_key=True),  # of words
    Column(
        "article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    Column("at", Moment, nullable=False),  # when it was found out
    Column(
        "waits", Boolean, nullable=False, server_default=false()
    ),  # who wants to know at once was not told
    Index(None, "at"),
    Index(None, "waits", "article_id"),
)

votes = Table(
    "votes",
    metadata,
    Column("reader_id", BigInteger, primary_key=True),
    Column("story_id", BigInteger, ForeignKey("stories.id"), primary_key=True, index=True),
    Column("vote", SmallInteger, nullable=False),  # 1 支持, -1 反对, 0 withdrawn
    Column("at", Moment, nullable=False),
    Column("sure", Boolean, nullable=False, server_default=true()),  # see flows/story.py
    Column("update_id", BigInteger, nullable=False, server_default="0"),  # of the press or the reaction
    Column("said_by", String(50), nullable=False, server_default=""),  # message reacted to; empty: a button
    Column("chat_id", BigInteger),  # the group or channel where it was cast
    Index(None, "at"),
    Index(None, "chat_id", "at"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("reader_id", BigInteger, primary_key=True),
    Column("story_id", BigInteger, ForeignKey("stories.id"), primary_key=True, index=True),
    Column("value", SmallInteger, nullable=False),  # 1-5
    Column("at", Moment, nullable=False),
    Column("sure", Boolean, nullable=False, server_default=true()),
)

saves = Table(
    "saves",
    metadata,
    Column("reader_id", BigInteger, primary_key=True),
    Column("story_id", BigInteger, ForeignKey("stories.id"), primary_key=True, index=True),
    Column("at", Moment, nullable=False),
)

marks = Table(  # everything that taste is made of
    "marks",
    metadata,
    Column("reader_id", BigInteger, primary_key=True),
    Column("story_id", BigInteger, primary_key=True, index=True),
    Column("deed", String(10), primary_key=True),
    Column("worth", Float, nullable=False),
    Column("about", JSON, nullable=False),  # what the story was about then: key -> share
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)

tastes = Table(  # the marks of a reader folded, on the scale of `taste/fold.py`
    "tastes",
    metadata,
    Column("reader_id", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("weight", Float, nullable=False),
)

posts = Table(  # messages of ours that show one story: what is reacted to
    "posts",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    Column("story_id", BigInteger, nullable=False, index=True),
    Column("place", String(20), nullable=False),  # the list that its card was opened from
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reader_id", BigInteger, nullable=False),
    Column("story_id", BigInteger, ForeignKey("stories.id"), index=True),
    Column("reason", String(20), nullable=False),  # clickbait, duplicate, … `words` or `suggest`
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("handled_at", Moment),
    Column("handled_by", BigInteger),
    Column("answer", String(20)),  # what was done about it, see messages/inbox.py
    Index(None, "reader_id", "at"),
    Index(None, "handled_at", "reason"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("slot", String(40), nullable=False),
    Column("state", String(10), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("story_ids", JSON, nullable=False),
    Column("lost_ids", JSON, nullable=False),
    Column("grown_ids", JSON, nullable=False, server_default="[]"),
    Column("corrected_ids", JSON, nullable=False, server_default="[]"),
    Column("told_at", Moment),  # until when news were looked at for it
    Column("filtered", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Moment),
    Column("message_id", BigInteger),
    Column("sent_at", Moment),
    Column("reason", Text),
    Column("owner", String(40)),
    Column("text", Text),  # of a parked one: what was refused
    Column("broadcast_id", BigInteger),
    Column("revision", Integer, nullable=False, server_default="0"),  # whose words of the broadcast it has
    Column("acted_at", Moment),  # when something was done with it first
    Column("thread_id", BigInteger),  # the topic that it is for
    UniqueConstraint("chat_id", "slot"),
    Index(None, "state", "broadcast_id", "due_at", "id"),
    Index(None, "due_at"),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("by", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("content", JSON, nullable=False),
    Column("key", String(64), nullable=False, index=True),  # of the content
    Column("segment", JSON, nullable=False),
    Column("stage", String(10), nullable=False, index=True),
    Column("update_id", BigInteger, nullable=False, server_default="0"),
    Column("starts_at", Moment),
    Column("began_at", Moment),
    Column("ended_at", Moment),
    Column("audience", Integer, nullable=False, server_default="0"),
    Column("chat_id", BigInteger),  # where its progress is shown
    Column("message_id", BigInteger),
    Column("shown_at", Moment),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("withdrawn_at", Moment),
    Column("is_amending", Boolean, nullable=False, server_default=false()),
)

staff = Table(  # who was given a role in the chat; owners stand in the settings
    "staff",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(10), nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("nudged", Boolean, nullable=False, server_default=true()),
)

audit = Table(  # what was done from the chat, or tried
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("by", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("deed", String(30), nullable=False),
    Column("about", Text, nullable=False),
    Column("is_allowed", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "by", "at"),
    Index(None, "at"),
)

outcasts = Table(  # who was shut out
    "outcasts",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("by", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

tallies = Table(  # how often something happened on a day of the operator's
    "tallies",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("many", Integer, nullable=False),
)

shown = Table(  # the ledger: article ids, so that it survives stories that merge
    "shown",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("article_id", BigInteger, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("place", SmallInteger),  # in its digest, from 1 on; 0 in an alert
    Column("corrected_at", Moment),  # when the chat was told last that it had been corrected
    Index(None, "at"),
)

corrections = Table(  # articles that say something else than they did
    "corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("before", Text, nullable=False),  # its headline
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False, server_default=""),  # an editor's
    Column("after", Text, nullable=False, server_default=""),  # what it says now, where an editor said so
    Column("story_id", BigInteger),  # an editor's: all its articles have one of the same moment
    Column("is_retracted", Boolean, nullable=False, server_default=false()),
    Index(None, "at"),
)

impressions = Table(  # of the ledger, counted: a story is asked for more often than it is shown
    "impressions",
    metadata,
    Column("story_id", BigInteger, primary_key=True, autoincrement=False),
    Column("times", Integer, nullable=False),  # chats that were shown it
    Column("seen", Float, nullable=False),  # the same, each as likely as its place is read
)

views = Table(  # the lists that number buttons and ‹ back refer to
    "views",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("kind", String(10), nullable=False),  # see models/views.py
    Column("story_ids", JSON, nullable=False),
    Column("lost_ids", JSON, nullable=False),
    Column("grown_ids", JSON, nullable=False, server_default="[]"),
    Column("corrected_ids", JSON, nullable=False, server_default="[]"),
    Column("filtered", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)

questions = Table(
    "questions",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("about", String(20), nullable=False),
    Column("payload", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("answered_by", BigInteger),  # the update that closed it
    Column("message_id", BigInteger),  # that asked it, in a chat of several people
)

payments = Table(  # tips; kept as long as they can be given back, then without the person
    "payments",
    metadata,
    Column("charge_id", String(255), primary_key=True),  # Telegram's name of it
    Column("person_id", BigInteger, nullable=False),
    Column("stars", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("update_id", BigInteger, nullable=False),  # that told it first
    Column("refunding_at", Moment),  # when Telegram was asked last to give it back
    Column("refunded_at", Moment),
    Column("refunded_by", BigInteger),
    Index(None, "at"),
    Index(None, "person_id", "at"),
)

inbox = Table(  # updates from Telegram that were stored, not yet dealt with
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("applied", Boolean, nullable=False, server_default=false()),  # only its answer is missing
    Column("owner", String(40)),  # the process that deals with it, where several may
    Column("claimed_until", Moment),  # before then nobody else does
    Column("done_at", Moment),  # one that was pushed; only its number is left, by which it is known again
    Index(None, "chat_id", "update_id"),
)

word_counts = Table(  # in how many articles of the archive each word stands, counted once a day
    "word_counts",
    metadata,
    Column("word", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
)

facts = Table(  # single values: where polling stands
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
