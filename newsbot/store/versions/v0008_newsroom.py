"""The newsroom: broadcasts, roles and their log, what editors decide, what is done with digests.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# (table, column, kind, not null with this value)
COLUMNS: tuple[tuple[str, str, Any, str | None], ...] = (
    ("stories", "is_dropped", sa.Boolean(), "0"),
    ("stories", "rule", sa.Text(), None),
    ("stories", "held_until", MOMENT, None),
    ("stories", "released_at", MOMENT, None),
    ("stories", "is_led", sa.Boolean(), "0"),
    ("stories", "retracted", sa.Text(), None),
    ("stories", "corrected_at", MOMENT, None),
    ("stories", "correction", sa.Text(), ""),
    ("rulings", "before", sa.JSON(), "{}"),
    ("rulings", "after", sa.Text(), ""),
    ("rulings", "undone_at", MOMENT, None),
    ("articles", "own_title", sa.Text(), None),
    ("articles", "own_tags", sa.JSON(), None),
    ("readers", "kind", sa.String(10), "private"),
    ("readers", "hour_bits", sa.Integer(), "0"),
    ("readers", "active_at", MOMENT, None),
    ("readers", "left_at", MOMENT, None),
    ("feedback", "handled_at", MOMENT, None),
    ("feedback", "handled_by", sa.BigInteger(), None),
    ("feedback", "answer", sa.String(20), None),
    ("deliveries", "broadcast_id", sa.BigInteger(), None),
    ("deliveries", "revision", sa.Integer(), "0"),
    ("deliveries", "acted_at", MOMENT, None),
    ("corrections", "note", sa.Text(), ""),
    ("corrections", "after", sa.Text(), ""),
    ("corrections", "story_id", sa.BigInteger(), None),
    ("corrections", "is_retracted", sa.Boolean(), "0"),
)
INDEXES = (
    ("ix_deliveries_state_broadcast_id_due_at_id", "deliveries", ["state", "broadcast_id", "due_at", "id"]),
    (
        "ix_readers_audience",
        "readers",
        ["subscribed", "reachable", "language", "kind", "hour_bits", "active_at", "paused_until"],
    ),
    ("ix_readers_joined_at", "readers", ["joined_at"]),
    ("ix_votes_at", "votes", ["at"]),
    ("ix_stories_held_until", "stories", ["held_until"]),
    ("ix_words_key_kind_reader_id", "words", ["key", "kind", "reader_id"]),
    ("ix_feedback_handled_at_reason", "feedback", ["handled_at", "reason"]),
)


def upgrade() -> None:
    for table, name, kind, value in COLUMNS:
        default: Any = sa.text(f"'{value}'") if value is not None else None
        if isinstance(kind, sa.Boolean):
            default = sa.false()
        op.add_column(table, sa.Column(name, kind, nullable=value is None, server_default=default))
    op.execute("UPDATE readers SET kind = 'group' WHERE id < 0")
    _what_is_known_of_readers()
    op.drop_index("ix_deliveries_state_due_at_id", "deliveries")
    op.drop_index("ix_words_key", "words")
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    _rules()
    _broadcasts()
    _people()
    op.create_table(
        "tallies",
        sa.Column("day", sa.String(10), primary_key=True, nullable=False),
        sa.Column("name", sa.String(20), primary_key=True, nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
    )


def _what_is_known_of_readers() -> None:
    """The hours that they chose, and when they did something last."""
    connection = op.get_bind()
    readers = sa.table("readers", sa.column("id"), sa.column("hours", sa.JSON()), sa.column("hour_bits"))
    rows = [
        {"number": row.id, "bits": sum(1 << hour for hour in {int(at[:2]) for at, _ in row.hours})}
        for row in connection.execute(sa.select(readers.c.id, readers.c.hours))
        if row.hours
    ]
    if rows:
        mine = readers.c.id == sa.bindparam("number")
        connection.execute(sa.update(readers).where(mine).values(hour_bits=sa.bindparam("bits")), rows)
    op.execute(
        "UPDATE readers SET active_at = COALESCE("
        "(SELECT MAX(marks.at) FROM marks WHERE marks.reader_id = readers.id), joined_at)"
    )


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("id", ID, primary_key=True, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def _broadcasts() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", ID, primary_key=True, nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("starts_at", MOMENT),
        sa.Column("began_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("audience", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("chat_id", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("shown_at", MOMENT),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("is_amending", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_broadcasts_key", "broadcasts", ["key"])
    op.create_index("ix_broadcasts_stage", "broadcasts", ["stage"])


def _people() -> None:
    op.create_table(
        "staff",
        sa.Column("person_id", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("nudged", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, primary_key=True, nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(30), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_audit_by_at", "audit", ["by", "at"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "outcasts",
        sa.Column("person_id", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in ("tallies", "outcasts", "audit", "staff", "broadcasts", "rules"):
        op.drop_table(table)
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
    for table, name, _, _ in reversed(COLUMNS):
        op.drop_column(table, name)
    op.create_index("ix_words_key", "words", ["key"])
    op.create_index("ix_deliveries_state_due_at_id", "deliveries", ["state", "due_at", "id"])
