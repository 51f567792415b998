"""The link that begins an expired session again, at /r/<token>."""

from flask import abort, redirect
from werkzeug.wrappers import Response

from sandbox.current import world
from sandbox.hosted.door import door
from sandbox.paying import recovering


@door.get("/r/<token>")
def begin_again(token: str) -> Response:
    for livemode in (False, True):
        with world().writing(livemode) as tx:
            session = recovering.begun_again(tx, token)
        if session is not None:
            break
    else:
        abort(404, "This link is no longer valid. Begin again in the shop.")
    return redirect(session["url"], 303)
