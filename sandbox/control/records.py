"""The log of calls, and the sums of everything."""

from flask import Response, jsonify, request

from sandbox.control.door import Reply, door
from sandbox.control.totals import totals
from sandbox.current import world


@door.get("/requests")
def requests() -> Response:
    """JSON lines; ?since=N leaves out the first N."""
    since = request.args.get("since", 0, type=int)
    return Response(b"".join(world().log.lines(max(0, since))), mimetype="application/x-ndjson")


@door.get("/totals")
def sums() -> Reply:
    return jsonify(totals(world().store))
