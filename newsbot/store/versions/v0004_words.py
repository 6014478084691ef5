"""Why an article is noise, what a reader lets in, what a model wrote, how often words stand in the archive.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS: tuple[tuple[str, str, Any, Any], ...] = (
    ("sources", "body", sa.Text(), None),
    ("sources", "noise", sa.String(20), None),
    ("articles", "noise_why", sa.Text(), None),
    ("articles", "model_summary", sa.Text(), None),
    ("articles", "model_title", sa.Text(), None),
    ("articles", "model_at", sa.DateTime(timezone=True), None),
    ("readers", "lets_in", sa.JSON(), sa.text("'[]'")),
    ("readers", "own_titles", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    for table, name, kind, default in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_table(
        "word_counts",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_word_counts"),
    )


def downgrade() -> None:
    op.drop_table("word_counts")
    for table, name, _, _ in reversed(COLUMNS):
        op.drop_column(table, name)
