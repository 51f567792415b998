"""Alembic's environment: one history for SQLite and PostgreSQL."""

from alembic import context
from flask import current_app

from storefront.roots.tables import metadata

HAND_MADE = "product_search"
"""Full-text tables, which each database has in its own way and which no model declares."""


def is_declared(_object: object, name: str | None, type_: str, _reflected: bool, _compare_to: object) -> bool:
    """Leave what is hand-made out of comparisons."""
    return not (type_ in ("table", "index") and (name or "").startswith((HAND_MADE, f"ix_{HAND_MADE}")))


def run() -> None:
    """Bring the database up or down, in one transaction."""
    extension = current_app.extensions["migrate"]
    with extension.db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A table that is made anew would take the rows that refer to it along; only outside a transaction is this heard.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection, target_metadata=metadata, include_object=is_declared, **extension.configure_args
        )
        with context.begin_transaction():
            context.run_migrations()


run()
