"""Beginning anew."""

from sandbox.beginning import begin_anew
from sandbox.control.door import Reply, door
from sandbox.control.records import sums
from sandbox.current import world


@door.delete("/world")
def forget() -> Reply:
    """Everything that happened, and every fault and limit; not the account, the variants, the clock and the environment's endpoint."""
    begin_anew(world())
    return sums()
