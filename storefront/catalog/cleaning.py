"""Making text from merchants and files safe and fit for our pages."""

import re

import nh3
from markupsafe import escape

_TAGS = {
    "p", "br", "strong", "b", "em", "i", "u", "s", "sub", "sup", "small", "ul", "ol", "li", "dl", "dt", "dd", "h2",
    "blockquote", "code", "pre", "a", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "hr",
}  # fmt: skip
_HEADING = re.compile(r"<(/?)h[1-6]\b", re.IGNORECASE)


class CleanHtml(str):
    """HTML that `clean` has made, here or before it was stored: templates show it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def clean(html: str) -> str:
    """HTML without scripts, styles, classes, pictures and foreign frames; headings become those below the page's own.

    Text without any tag is taken as plain, with an empty line between paragraphs.
    """
    if "<" not in html:
        return "".join(f"<p>{escape(part.strip())}</p>" for part in re.split(r"\r?\n\s*\r?\n", html) if part.strip())
    return nh3.clean(
        _HEADING.sub(r"<\1h2", html),
        tags=_TAGS,
        attributes={"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    ).strip()
