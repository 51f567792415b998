"""How the hosted page looks and which names it asks for; what it cannot show is refused (STRIPE.md section 3)."""

from sandbox.errors import invalid
from sandbox.transaction import Thing

_UNSEEN = {
    "payment_method_data": "The sandbox does not offer payment_method_data.",
    "permissions": "`permissions` needs a page embedded in the shop's own, which the sandbox does not offer.",
    "redirect_on_completion": "`redirect_on_completion` cannot be used with `ui_mode: hosted_page`.",
}
# Stripe's own look, which every session with branding_settings tells where the shop says nothing else.
_LOOK = {
    "background_color": "#ffffff",
    "border_style": "rounded",
    "button_color": "#0074d4",
    "display_name": "Sandbox",
    "font_family": "default",
    "icon": None,
    "logo": None,
}


def check(params: Thing) -> None:
    for name, words in _UNSEEN.items():
        if name in params:
            raise invalid(words, name)
    for name in sorted(set(params.get("branding_settings") or {}) - {"display_name"}):
        message = "The sandbox's page looks as it does; of branding_settings it shows display_name."
        raise invalid(message, f"branding_settings[{name}]")


def made(params: Thing) -> Thing:
    """The session's fields about its page; a look and names are absent where the shop said nothing."""
    look, names = params.get("branding_settings"), params.get("name_collection")
    fields: Thing = {"wallet_options": params.get("wallet_options")}
    if look:
        fields["branding_settings"] = _LOOK | look
    if names:
        fields["name_collection"] = {kind: _asked(names.get(kind)) for kind in ("business", "individual")}
    return fields


def _asked(given: Thing | None) -> Thing | None:
    return given and {"enabled": given["enabled"], "optional": given.get("optional", False)}
