"""What is known of a source that fails and of what serves in its place; its articles, and those forgotten.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
INDEX = "ix_articles_source_id_at"
COLUMNS: tuple[tuple[str, Any], ...] = (
    ("down_since", MOMENT),
    ("failing_since", MOMENT),
    ("ttl", sa.Integer()),
    ("reason", sa.String(20)),
    ("via", sa.Text()),
    ("own_next_at", MOMENT),
    ("gone_at", MOMENT),
    ("told_at", MOMENT),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("sources", sa.Column(name, kind, nullable=True))
    op.create_index(INDEX, "articles", ["source_id", "at"])
    op.create_table(
        "gone_keys",
        sa.Column("source_id", sa.String(100), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "key", name="pk_gone_keys"),
    )


def downgrade() -> None:
    op.drop_table("gone_keys")
    op.drop_index(INDEX, "articles")
    for name, _ in reversed(COLUMNS):
        op.drop_column("sources", name)
