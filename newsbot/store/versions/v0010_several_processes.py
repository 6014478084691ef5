"""Updates that several processes share: who deals with one, until when nobody else may, what is done.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("owner", sa.String(40)))
    op.add_column("inbox", sa.Column("claimed_until", sa.DateTime(timezone=True)))
    op.add_column("inbox", sa.Column("done_at", sa.DateTime(timezone=True)))
    op.create_index("ix_inbox_chat_id_update_id", "inbox", ["chat_id", "update_id"])


def downgrade() -> None:
    op.drop_index("ix_inbox_chat_id_update_id", "inbox")
    op.execute("DELETE FROM inbox WHERE done_at IS NOT NULL")
    op.drop_column("inbox", "done_at")
    op.drop_column("inbox", "claimed_until")
    op.drop_column("inbox", "owner")
