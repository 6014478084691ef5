"""The index as a set of grams an article; what articles matched of what readers follow.

The index has to be filled anew: `facts` says from which article on, and `flows.index` does it.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsbot.chinese.variants import fold

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BALLAST = sa.text("INSERT INTO search (rowid, grams) VALUES (0, :grams)")
FOLD = sa.text("UPDATE words SET key = :key WHERE word = :word")
REST = (
    "INSERT INTO facts (name, value)"
    " SELECT 'search_rest', CAST(newest.id + 1 AS TEXT)"
    " FROM (SELECT max(id) AS id FROM articles) AS newest WHERE newest.id IS NOT NULL"
)


def upgrade() -> None:
    op.execute("DROP TABLE search")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE search (id BIGINT PRIMARY KEY, grams TEXT[] NOT NULL)")
        op.execute("CREATE INDEX ix_search_grams ON search USING gin (grams)")
    else:
        op.execute(
            # `ascii` takes every other character for a letter: what a token is was decided before, and
            # unicode61 knows neither ・ nor the characters of newer Unicodes for one. A set of grams needs
            # no places (detail), no lengths (columnsize) and no text (content): a sixth of the size.
            "CREATE VIRTUAL TABLE search USING fts5("
            "grams, content = '', detail = none, columnsize = 0, tokenize = \"ascii tokenchars '_'\")"
        )
        # FTS5 counts all grams that come and go, and takes the database for broken when more go than came. A
        # later Unicode may see one gram more in an old text: so many go before that would be noticed.
        op.execute(BALLAST.bindparams(grams="_ " * 100_000))
    op.execute(REST)
    op.add_column("words", sa.Column("alerts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("words", sa.Column("key", sa.Text(), nullable=False, server_default=""))
    _fold_words()
    op.create_index("ix_words_key", "words", ["key"])
    op.create_table(
        "hits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_hits_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "article_id", name="pk_hits"),
    )
    op.create_index("ix_hits_article_id", "hits", ["article_id"])
    op.create_index("ix_hits_at", "hits", ["at"])
    op.create_index("ix_hits_waits_article_id", "hits", ["waits", "article_id"])


def _fold_words() -> None:
    known = [word for (word,) in op.get_bind().execute(sa.text("SELECT DISTINCT word FROM words"))]
    for word in known:
        op.execute(FOLD.bindparams(key=fold(word), word=word))


def downgrade() -> None:
    op.drop_table("hits")
    op.drop_index("ix_words_key", "words")
    op.drop_column("words", "key")
    op.drop_column("words", "alerts")
    op.execute("DELETE FROM facts WHERE name = 'search_rest'")
    op.execute("DROP TABLE search")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE search (id BIGINT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL,"
            " tags TEXT NOT NULL, source TEXT NOT NULL, joined TEXT NOT NULL, grams TEXT[] NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_grams ON search USING gin (grams)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5(title, body, tags, source, joined, tokenize = 'ascii')"
        )
