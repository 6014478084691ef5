"""Stories that administrators merge, split and pin; who was shown what where; what readers like.

Votes, values and saves of before become marks here; `flows.taste` folds them into tastes, and facts say so.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# (table, column, kind, not null with this value)
COLUMNS: tuple[tuple[str, str, Any, str | None], ...] = (
    ("sources", "weight", sa.Float(), "1"),
    ("stories", "merged_into", sa.BigInteger(), None),
    ("stories", "pinned_until", MOMENT, None),
    ("stories", "split_at", MOMENT, None),
    ("articles", "copy_of", sa.BigInteger(), None),
    ("votes", "sure", sa.Boolean(), "1"),
    ("votes", "update_id", sa.BigInteger(), "0"),
    ("votes", "said_by", sa.String(50), ""),
    ("ratings", "sure", sa.Boolean(), "1"),
    ("shown", "place", sa.SmallInteger(), None),
    ("readers", "learns", sa.Boolean(), "1"),
    ("deliveries", "grown_ids", sa.JSON(), "[]"),
    ("views", "grown_ids", sa.JSON(), "[]"),
)
# what was marked before, as deeds; what a story is about is looked up when it is folded
DEEDS = (
    "INSERT INTO marks (reader_id, story_id, deed, worth, about, at)"
    " SELECT reader_id, story_id, 'vote', vote, '{}', at FROM votes",
    "INSERT INTO marks (reader_id, story_id, deed, worth, about, at)"
    " SELECT reader_id, story_id, 'value', (value - 3) / 2.0, '{}', at FROM ratings",
    "INSERT INTO marks (reader_id, story_id, deed, worth, about, at)"
    " SELECT reader_id, story_id, 'save', 1.5, '{}', at FROM saves",
    "INSERT INTO facts (name, value) SELECT 'taste_rest', '1'"
    " FROM (SELECT count(*) AS many FROM marks) AS known WHERE known.many > 0",
)
# clustering looks up other keys than before: `flows.group` indexes the articles of its window anew
KEYS = (
    "INSERT INTO facts (name, value) SELECT 'keys_rest', '1'"
    " FROM (SELECT count(*) AS many FROM story_keys) AS known WHERE known.many > 0"
)
SHOWN = (
    "INSERT INTO impressions (story_id, times, seen)"
    " SELECT told.story_id, count(*), count(*) FROM"
    " (SELECT DISTINCT articles.story_id AS story_id, shown.chat_id AS chat_id FROM shown"
    " JOIN articles ON articles.id = shown.article_id WHERE articles.story_id IS NOT NULL) AS told"
    " GROUP BY told.story_id"
)


def upgrade() -> None:
    for table, name, kind, value in COLUMNS:
        default: Any = sa.text(f"'{value}'") if value is not None else None
        if isinstance(kind, sa.Boolean):
            default = sa.true()
        op.add_column(table, sa.Column(name, kind, nullable=value is None, server_default=default))
    op.create_index("ix_stories_merged_into", "stories", ["merged_into"])
    op.create_table(
        "impressions",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", name="pk_impressions"),
    )
    op.create_table(
        "rulings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, nullable=False
        ),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("article_ids", sa.JSON(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_rulings_story_id", "rulings", ["story_id"])
    op.create_index("ix_rulings_other_id", "rulings", ["other_id"])
    op.create_table(
        "posts",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name="pk_posts"),
    )
    op.create_index("ix_posts_story_id", "posts", ["story_id"])
    op.create_index("ix_posts_at", "posts", ["at"])
    op.create_table(
        "marks",
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(10), nullable=False),
        sa.Column("worth", sa.Float(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("reader_id", "story_id", "deed", name="pk_marks"),
    )
    op.create_index("ix_marks_story_id", "marks", ["story_id"])
    op.create_index("ix_marks_at", "marks", ["at"])
    op.create_table(
        "tastes",
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("reader_id", "key", name="pk_tastes"),
    )
    op.execute(SHOWN)
    op.execute(KEYS)
    for statement in DEEDS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DELETE FROM votes WHERE vote = 0")  # withdrawn
    op.execute("DELETE FROM facts WHERE name IN ('taste_rest', 'keys_rest')")
    op.execute("DELETE FROM stories WHERE merged_into IS NOT NULL")
    for table in ("tastes", "marks", "posts", "rulings", "impressions"):
        op.drop_table(table)
    op.drop_index("ix_stories_merged_into", "stories")
    for table, name, _, _ in reversed(COLUMNS):
        op.drop_column(table, name)
