"""Parked texts, doubtful chats, updates whose effect is there already, and an index for what is due.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BEFORE, AFTER = "ix_deliveries_state_next_try_at", "ix_deliveries_state_due_at_id"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("text", sa.Text(), nullable=True))
    op.add_column("readers", sa.Column("doubted_at", MOMENT, nullable=True))
    op.add_column("inbox", sa.Column("applied", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("questions", sa.Column("answered_by", sa.BigInteger(), nullable=True))
    op.create_index(AFTER, "deliveries", ["state", "due_at", "id"])
    op.create_index("ix_deliveries_due_at", "deliveries", ["due_at"])
    op.drop_index(BEFORE, "deliveries")


def downgrade() -> None:
    op.create_index(BEFORE, "deliveries", ["state", "next_try_at"])
    op.drop_index("ix_deliveries_due_at", "deliveries")
    op.drop_index(AFTER, "deliveries")
    op.drop_column("questions", "answered_by")
    op.drop_column("inbox", "applied")
    op.drop_column("readers", "doubted_at")
    op.drop_column("deliveries", "text")
