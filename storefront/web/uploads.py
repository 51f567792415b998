"""Views that take more than a small form: how much is said on the view, and allowed only once the visitor is known."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def takes(view: View) -> View:
    """Mark a view that takes files or long forms, up to 34 MB; its door widens the limits once it knows who asks."""
    view.takes_more = True  # type: ignore[attr-defined]
    return view


def is_wide() -> bool:
    """Whether the view of this request takes more."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "takes_more")


def widen() -> None:
    """Let this request be as large as its view takes, and refuse what no database keeps. Before its form is read."""
    if not is_wide():
        return
    request.max_content_length = 34 * 1024 * 1024
    request.max_form_memory_size = 4 * 1024 * 1024
    request.max_form_parts = 4000
    if any("\0" in name + value for name, value in request.form.items(multi=True)):
        abort(400)
