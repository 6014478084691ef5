"""What Alembic runs; the connection comes from `migrate`."""

from __future__ import annotations

from alembic import context

from newsbot.store.tables import metadata

INDEX = ("search",)  # the index differs by database and is not compared


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and (name or "").startswith(INDEX))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    include_name=_ours,
)
with context.begin_transaction():
    context.run_migrations()
