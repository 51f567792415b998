"""One call under /v1: what was sent, what was answered, and what was told of it; where request_log_url leads."""

import json
from urllib.parse import parse_qsl

from flask import abort, render_template

from sandbox.current import world
from sandbox.dashboard.door import door
from sandbox.transaction import Thing


@door.get("/requests/<request_id>")
def request(request_id: str) -> str:
    here = world()
    call = here.log.find(request_id)
    if call is None:
        abort(404, "There is no call of this id. The sandbox may have been reset since.")
    path, _, query = call["path"].partition("?")
    return render_template(
        "dashboard/request.html",
        call=call,
        path=path,
        parameters=parse_qsl(call["body"] or query, keep_blank_values=True),
        text=json.dumps(call["response"], indent=2),
        events=_told(request_id),
    )


def _told(request_id: str) -> list[Thing]:
    """The events that this call caused."""
    here = world()
    for livemode in (False, True):
        with here.reading(livemode) as tx:
            found = tx.all("event", newest_first=False, **{"request.id": request_id})
        if found:
            return found
    return []
