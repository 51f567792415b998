"""How a sandbox begins, and how it begins anew while it runs."""

from sandbox.resources.webhook_endpoints import new_endpoint
from sandbox.world import World

FORGET_WAITING = ("DELETE FROM deliveries", "DELETE FROM duties")
FORGET = (
    *FORGET_WAITING,
    "DELETE FROM objects",
    "DELETE FROM answers",
    "DELETE FROM attempts",
    "DELETE FROM mails",
    "DELETE FROM contents",
)


def begin(world: World) -> None:
    """The endpoint that the environment names exists from the start, once; a secret rolled since then stays."""
    url, secret = world.settings.webhook_url, world.settings.webhook_secret
    if url is None or secret is None:
        return
    with world.writing() as tx:
        for endpoint in tx.all("webhook_endpoint"):
            if endpoint["url"] == url:
                if endpoint.get("_given", endpoint["_secret"]) != secret:
                    endpoint["_secret"] = secret
                endpoint["_given"] = secret
                tx.put(endpoint)
                return
        made = new_endpoint(tx, url, ["*"], secret, description="From SANDBOX_WEBHOOK_URL")
        tx.put(made | {"_given": secret})


def begin_anew(world: World) -> None:
    """Forget all that happened, every fault and limit; the account, the variants and the clock stay.

    What is under way is waited for, and what waits to be sent is not sent.
    """
    _do(world, FORGET_WAITING)
    world.dispatcher.rest()
    _do(world, FORGET)
    world.faults.clear()
    world.limits.choose({})
    world.catcher.change("ok")
    world.log.empty()
    begin(world)


def _do(world: World, statements: tuple[str, ...]) -> None:
    with world.store.writing() as connection:
        for statement in statements:
            connection.execute(statement)
