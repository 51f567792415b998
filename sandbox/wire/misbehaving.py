"""What a fault does to a call: errors, silence, cut connections, slowness."""

import socket

from flask import request
from werkzeug.exceptions import ServiceUnavailable

from sandbox.errors import StripeError, server_error
from sandbox.faults import Fault
from sandbox.limits import too_many
from sandbox.world import World


class Gone(ServiceUnavailable):
    """The connection has been cut; whatever is answered now reaches nobody."""


def before(world: World, fault: Fault | None) -> None:
    """Cut or keep silent before anything has been done."""
    if fault is None:
        return
    if fault.do == "timeout_before":
        world.stopping.wait(fault.seconds)
    if fault.do in ("timeout_before", "cut_before"):
        _cut()


def refuse(fault: Fault | None) -> None:
    """Errors that come before anything has been done; their idempotency key stays free."""
    if fault is None:
        return
    if fault.do == "500_before":
        raise server_error()
    if fault.do == "429":
        raise too_many()
    if fault.do == "403":
        raise _not_allowed()
    if fault.do == "lock_timeout":
        message = (
            "This object cannot be accessed right now because another API request or Stripe process is currently accessing "
            "it. If you see this error intermittently, retry the request."
        )
        raise StripeError(429, "invalid_request_error", message, begun=False, code="lock_timeout")


def _not_allowed() -> StripeError:
    """What a restricted key hears that lacks a permission."""
    message = "The provided key does not have the required permissions for this endpoint."
    return StripeError(403, "invalid_request_error", message, begun=False)


def hold(world: World, fault: Fault | None) -> None:
    """A slow call: it has begun, holds its idempotency key, and takes its time."""
    if fault is not None and fault.do == "slow":
        world.stopping.wait(fault.seconds)


def after(world: World, fault: Fault | None) -> None:
    """Cut or keep silent after everything has been done."""
    if fault is None:
        return
    if fault.do == "timeout_after":
        world.stopping.wait(fault.seconds)
    if fault.do in ("timeout_after", "cut_after"):
        _cut()


def _cut() -> None:
    connection = request.environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    raise Gone
