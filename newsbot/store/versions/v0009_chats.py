"""Groups, channels and topics; what people pay; where a vote was cast.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COLUMNS: tuple[tuple[str, str, Any], ...] = (
    ("readers", "thread_id", sa.BigInteger()),
    ("deliveries", "thread_id", sa.BigInteger()),
    ("votes", "chat_id", sa.BigInteger()),
    ("questions", "message_id", sa.BigInteger()),
    ("words", "thread_id", sa.BigInteger()),
)


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind))
    op.create_index("ix_votes_chat_id_at", "votes", ["chat_id", "at"])
    op.create_table(
        "payments",
        sa.Column("charge_id", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("refunding_at", MOMENT),
        sa.Column("refunded_at", MOMENT),
        sa.Column("refunded_by", sa.BigInteger()),
    )
    # until now what was deleted was only marked as free: SQLite's file is written anew, see store/scrub.py
    op.execute("INSERT INTO facts (name, value) SELECT 'rewrite', 'yes' WHERE EXISTS (SELECT 1 FROM readers)")
    op.create_index("ix_payments_at", "payments", ["at"])
    op.create_index("ix_payments_person_id_at", "payments", ["person_id", "at"])


def downgrade() -> None:
    op.execute("DELETE FROM facts WHERE name = 'rewrite'")
    op.drop_table("payments")
    op.drop_index("ix_votes_chat_id_at", "votes")
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
