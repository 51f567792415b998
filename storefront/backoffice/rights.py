"""What each role may open: by the view's name. A view that is not named here is the owners' alone."""

from storefront.staff.role import Role

ANYBODY_IN = frozenset({
    "staff", "end_one", "end_others", "second_factor_form", "set_second_factor", "end_second_factor", "confirmation_form", "confirm",
    "end_own_session",
})  # fmt: skip
"""One's own account."""

PACKERS = frozenset({"today", "orders", "order", "add_fulfilment", "add_note", "products", "edit_product"})

CLERKS = frozenset({
    # orders and money
    "cancel", "capture", "add_payment_link", "add_refund", "resolve", "send_downloads",
    # disputes
    "disputes", "dispute", "answer", "evidence", "note_dispute", "paper", "attach", "take_away", "write_text", "dispute_figures",
    # subscriptions
    "subscriptions", "subscription", "ask_for", "confirm_request", "resolve_subscription", "subscription_figures",
    # goods
    "add_product", "save_product", "save_file", "save_pictures", "save_stock", "new_product",
    # what the worker does
    "commands", "try_command", "events", "event", "try_event", "letters", "try_letter", "examinations", "ask_for_examination",
})  # fmt: skip


def needed(view: str) -> Role:
    """The least role that may open this view."""
    if view in ANYBODY_IN or view in PACKERS:
        return Role.PACKER
    return Role.CLERK if view in CLERKS else Role.OWNER


def may(role: str, view: str) -> bool:
    """Whether somebody of this role may open it."""
    return Role(role).includes(needed(view))
