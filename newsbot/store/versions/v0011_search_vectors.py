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
# of an article with more than a tsvector takes: those that are marked, and the shortest
FITTING = """(
    SELECT array_agg(gram) FROM (
        SELECT gram, sum(octet_length(gram)) OVER (ORDER BY left(gram, 1) <> '_', length(gram), gram) AS bytes
        FROM unnest(grams) AS gram
    ) AS counted WHERE bytes <= 1000000
)"""
TOO_LARGE = "octet_length(array_to_string(grams, '')) > 1000000"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_search_grams")
    op.execute(f"UPDATE search SET grams = {FITTING} WHERE {TOO_LARGE}")  # noqa: S608 constants
    op.execute(
        f"ALTER TABLE search ALTER COLUMN grams TYPE TSVECTOR USING array_to_tsvector(grams || ({BLOCK}))"
    )
    # what is new stands in a list that every search goes through, by default until that has 4 MB
    op.execute("CREATE INDEX ix_search_grams ON search USING gin (grams) WITH (gin_pending_list_limit = 512)")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_search_grams")
    op.execute(
        "ALTER TABLE search ALTER COLUMN grams TYPE TEXT[]"
        f" USING array_remove(tsvector_to_array(grams), {BLOCK})"
    )
    op.execute("CREATE INDEX ix_search_grams ON search USING gin (grams)")
