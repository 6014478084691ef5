"""What Alembic runs; the connection comes from `migrate`."""

from __future__ import annotations

from alembic import context

from newsbot.store.tables import metadata

OTHERS = ("search", "procrastinate")  # the index differs by database, and jobs are another's tables


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and (name or "").startswith(OTHERS))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    include_name=_ours,
)
with context.begin_transaction():
    context.run_migrations()
