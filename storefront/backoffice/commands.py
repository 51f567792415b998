"""`/backoffice/commands`: what Stripe was asked to do, and what it answered."""

from typing import Any

from flask import abort, redirect, render_template

from storefront.backoffice.door import blueprint
from storefront.backoffice.paging import before, chosen
from storefront.payments.command import CommandState, StripeCommand
from storefront.reports import waiting
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake

HERE = "/backoffice/commands"
STATES = {"": "All", **{state.value: state.value.capitalize() for state in CommandState}}


@blueprint.get("/commands")
def commands() -> Any:
    """Newest first."""
    state = chosen("state", STATES)
    listed = waiting.commands(session(), state=state, before=before())
    return render_template("backoffice/commands.html", listed=listed, states=STATES, state=state)


@blueprint.post("/commands/<int:command_id>/tries")
def try_command(command_id: int) -> Any:
    """Ask again, under the same key: if Stripe did it already, it says so and does nothing."""
    command = session().get(StripeCommand, command_id, with_for_update=True)
    if command is None:
        abort(404)
    if command.state in (CommandState.DONE, CommandState.REFUSED):
        raise Refusal(409, "Stripe has answered this already", "There is nothing to try again.", link=("Back", HERE))
    command.state = CommandState.PENDING
    command.due_now()
    wake(session().connection())
    session().commit()
    return redirect(HERE, 303)
