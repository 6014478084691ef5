"""What is known of a source that fails, of what serves in its place, and an index for its articles.

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
    ("failing_since", MOMENT),
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


def downgrade() -> None:
    op.drop_index(INDEX, "articles")
    for name, _ in reversed(COLUMNS):
        op.drop_column("sources", name)
