"""What a reader plans: quiet hours, pauses, the week's review, how a digest looks; corrections.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# (table, column, kind, not null with this value)
COLUMNS: tuple[tuple[str, str, Any, str | None], ...] = (
    ("readers", "quiet", sa.String(11), None),
    ("readers", "least", sa.Integer(), "1"),
    ("readers", "tells_nothing", sa.Boolean(), "0"),
    ("readers", "paused_until", MOMENT, None),
    ("readers", "most_alerts", sa.Integer(), "5"),
    ("readers", "preview", sa.Boolean(), "0"),
    ("readers", "rich", sa.Boolean(), "0"),
    ("readers", "told_at", MOMENT, None),
    ("readers", "reviews", sa.Boolean(), "0"),
    ("readers", "review_due", MOMENT, None),
    ("shown", "corrected_at", MOMENT, None),
    ("deliveries", "corrected_ids", sa.JSON(), "[]"),
    ("deliveries", "told_at", MOMENT, None),
    ("views", "corrected_ids", sa.JSON(), "[]"),
)


def upgrade() -> None:
    for table, name, kind, value in COLUMNS:
        default: Any = sa.text(f"'{value}'") if value is not None else None
        if isinstance(kind, sa.Boolean):
            default = sa.false()
        op.add_column(table, sa.Column(name, kind, nullable=value is None, server_default=default))
    op.create_index("ix_readers_review_due", "readers", ["review_due"])
    op.create_table(
        "corrections",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, nullable=False
        ),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_corrections_article_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_corrections_article_id", "corrections", ["article_id"])
    op.create_index("ix_corrections_at", "corrections", ["at"])


def downgrade() -> None:
    op.drop_table("corrections")
    op.drop_index("ix_readers_review_due", "readers")
    for table, name, _, _ in reversed(COLUMNS):
        op.drop_column(table, name)
