"""The register: for every table, what of it is about buyers. A table or a text that is not in it fails a test.

Rows that point to others come before them, so that nothing is deleted while something still points to it.
"""

from storefront.privacy import register_billing, register_disputes, register_orders, register_people
from storefront.privacy.held import Held

HELD: dict[str, Held] = {
    held.table.name: held
    for held in (*register_disputes.HELD, *register_billing.HELD, *register_orders.HELD, *register_people.HELD)
}

PASSING: dict[str, str] = {
    "charge_questions": "What somebody typed who asks what a charge is, forgotten once it is answered, a day and an hour later at most.",
    "rate_counts": "Counters against misuse name an internet address until their window ends, an hour at most.",
}
"""What names a person for so short a time that nothing erases it before."""

GOODS = "Goods, prices and texts of the shop."
STAFF = "Of the people who run the shop, not of buyers."
HOUSE = "How the shop runs: times, counts and settings."
NOT_PERSONAL: dict[str, str] = {
    **dict.fromkeys(
        (
            "catalog_version", "collections", "collection_products", "digital_files", "media", "pages", "plans", "products",
            "product_images", "shipping_rates", "variants",
        ),
        GOODS,
    ),
    **dict.fromkeys(("stock_levels", "stock_moves"), "How many there are, and why that changed: order numbers, no buyers."),
    **dict.fromkeys(("staff", "staff_entries", "staff_recovery_codes", "staff_sessions"), STAFF),
    **dict.fromkeys(("cursors", "duties", "examinations", "refused_deliveries", "store_settings"), HOUSE),
    **dict.fromkeys(("books_checks", "books_differences"), "Sums, order numbers and Stripe's ids, compared."),
    **dict.fromkeys(("counted_months", "dispute_alarms"), "How many payments and disputes there were, counted together."),
    "erasures": "That somebody was erased, and at whose wish; not who.",
    "erased_names": "Stripe's ids of what was erased, so that it does not come back with a late event.",
}  # fmt: skip
