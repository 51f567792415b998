"""Every view of the merchants' door; registering it brings the cookie and the lock along."""

from flask.blueprints import BlueprintSetupState

from storefront.backoffice import (
    alarm,
    attention,
    books,
    buyers,
    cancellation,
    captures,
    commands,
    dispute_answers,
    dispute_evidence,
    dispute_reports,
    disputes,
    downloads,
    events,
    examinations,
    fulfilments,
    invitations,
    letters,
    notes,
    orders,
    own_sessions,
    payment_links,
    product_parts,
    products,
    recurring,
    refunds,
    reports,
    second_factor,
    signing_in,
    staff,
    store_settings,
    subscription_requests,
    subscriptions,
    today,
)
from storefront.backoffice.access import init_access
from storefront.backoffice.cookie import init_cookie
from storefront.backoffice.door import blueprint

VIEWS = (
    alarm,
    attention,
    books,
    buyers,
    cancellation,
    captures,
    commands,
    dispute_answers,
    dispute_evidence,
    dispute_reports,
    disputes,
    downloads,
    events,
    examinations,
    fulfilments,
    invitations,
    letters,
    notes,
    orders,
    own_sessions,
    payment_links,
    product_parts,
    products,
    recurring,
    refunds,
    reports,
    second_factor,
    signing_in,
    staff,
    subscription_requests,
    store_settings,
    subscriptions,
    today,
)


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """On the application that opens this door."""
    settings = state.app.extensions["settings"]
    init_cookie(state.app, settings)  # type: ignore[arg-type]
    init_access(state.app, settings)  # type: ignore[arg-type]


__all__ = ["VIEWS", "blueprint"]
