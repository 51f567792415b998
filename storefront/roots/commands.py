"""The command line: `flask --app wsgi COMMAND`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from storefront.roots import backup, catalog_commands, demo, order_commands, privacy_commands, staff_commands
from storefront.settings import Settings

NO_TABLES = ("no such table", "does not exist")


def add_commands(app: Flask, settings: Settings) -> None:
    """The commands that make sense for this process's role."""
    for command in (backup.backup, backup.restore):
        app.cli.add_command(_plain_spoken(command))
    if settings.serves_shop:
        for command in (
            staff_commands.commands, catalog_commands.commands, order_commands.commands, privacy_commands.commands, demo.demo,
        ):  # fmt: skip
            app.cli.add_command(_plain_spoken(command))
    if settings.serves_cashier:
        from storefront.roots import books, connect, doctor, reconcile, worker

        for command in (connect.connect, books.command, doctor.command, reconcile.command, worker.worker):
            app.cli.add_command(_plain_spoken(command))


def _plain_spoken(command: click.Command) -> click.Command:
    """The command, and those in its group, saying in a sentence what is wrong with the database."""
    for one in command.commands.values() if isinstance(command, click.Group) else (command,):
        if one.callback is not None and not hasattr(one.callback, "plain_spoken"):
            one.callback = _told(one.callback)
    return command


def _told(act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def told(*arguments: Any, **options: Any) -> Any:
        try:
            return act(*arguments, **options)
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(_sentence(error)) from error

    told.plain_spoken = True  # type: ignore[attr-defined]
    return told


def _sentence(error: DBAPIError) -> str:
    if any(words in str(error.orig) for words in NO_TABLES):
        return "The database has no tables, or not today's. Run: flask db upgrade"
    return f"The database does not serve: {str(error.orig).splitlines()[0]}"
