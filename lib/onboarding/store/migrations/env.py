"""Run by alembic, on the connection that `store.migrate` opened."""

from __future__ import annotations

from alembic import context

from onboarding.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
