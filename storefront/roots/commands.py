"""The command line: `flask --app wsgi COMMAND`."""

from flask import Flask

from storefront.roots import catalog_commands, demo, staff_commands
from storefront.settings import Settings


def add_commands(app: Flask, settings: Settings) -> None:
    """The commands that make sense for this process's role."""
    if settings.serves_shop:
        app.cli.add_command(staff_commands.commands)
        app.cli.add_command(catalog_commands.commands)
        app.cli.add_command(demo.demo)
    if settings.serves_cashier:
        from storefront.roots import books, connect, doctor, reconcile, worker

        app.cli.add_command(connect.connect)
        app.cli.add_command(books.command)
        app.cli.add_command(doctor.command)
        app.cli.add_command(reconcile.command)
        app.cli.add_command(worker.worker)
