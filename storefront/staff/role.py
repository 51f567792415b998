"""Roles: how much of the back office somebody may use. Each may do all that the ones before it may."""

from enum import StrEnum


class Role(StrEnum):
    """packer: sees orders and sends them. clerk: also money, disputes, subscriptions and products. owner: everything."""

    PACKER = "packer"
    CLERK = "clerk"
    OWNER = "owner"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what `other` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


WORDS = {
    Role.PACKER: "sees orders, packs and sends them, and writes notes",
    Role.CLERK: "also refunds, captures, cancels, answers disputes, and keeps products and subscriptions",
    Role.OWNER: "everything: staff, settings, the books, and buyers' data",
}
