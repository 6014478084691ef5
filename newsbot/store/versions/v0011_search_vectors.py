"""PostgreSQL's index of grams as a tsvector, with the block of ids that an article is in.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BLOCK = "'_b' || (id / 5000)"
# the shortest of them, of an article with more than a tsvector takes
FITTING = """(
    SELECT array_agg(gram) FROM (
        SELECT gram, sum(octet_length(gram)) OVER (ORDER BY length(gram), gram) AS bytes
        FROM unnest(grams) AS gram
    ) AS counted WHERE bytes <= 1000000
)"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_search_grams")
    op.execute("ALTER TABLE search ADD COLUMN vector TSVECTOR")
    op.execute(f"UPDATE search SET vector = array_to_tsvector({FITTING} || ({BLOCK}))")  # noqa: S608 constants
    op.execute("ALTER TABLE search DROP COLUMN grams")
    op.execute("ALTER TABLE search RENAME COLUMN vector TO grams")
    op.execute("ALTER TABLE search ALTER COLUMN grams SET NOT NULL")
    op.execute("CREATE INDEX ix_search_grams ON search USING gin (grams)")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_search_grams")
    op.execute(
        "ALTER TABLE search ALTER COLUMN grams TYPE TEXT[]"
        f" USING array_remove(tsvector_to_array(grams), {BLOCK})"
    )
    op.execute("CREATE INDEX ix_search_grams ON search USING gin (grams)")
