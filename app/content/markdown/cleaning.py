"""A second line of defence: checks that rendered HTML has only known elements and attributes.

One regular expression recognises allowed HTML, which passes unchanged. Other HTML would be a bug of
the renderer and is sanitised. Sanitising everything would take five times as long as rendering.
"""

import re

from app.content.markdown.footnotes import SLUG

_WHOLE = r"(?:https?://[^/\"<>]|mailto:)[^\"<>]*"
_NOTE = rf"fn(?:ref)?_{SLUG}_\d+"
_TITLE = r'(?: title="[^"<>]*")?'
_LABEL = r' aria-label="[A-Za-z0-9 ]+"'
_ELEMENT = re.compile(
    "|".join(
        (
            r"</?(?:p|h[1-6]|blockquote|ul|ol|li|em|strong|del|table|thead|tbody|tr|th|td)>",
            r"</(?:a|pre|code|div|sup)>|<(?:br|hr|pre)>",
            rf'<a href="{_WHOLE}"{_TITLE} rel="nofollow noopener">',
            rf'<a(?: class="footnote-back")? href="#{_NOTE}"(?: id="{_NOTE}")?(?:{_LABEL})?>',
            rf'<img src="{_WHOLE}"{_TITLE} alt="[^"<>]*">',
            rf'<code(?: class="language-[^"<>]*")?{_TITLE}>',
            r'<t[hd] align="(?:left|center|right)">|<ol start="\d{1,9}">',
            rf'<input type="checkbox" disabled(?: checked)?{_LABEL}>',
            rf'<li id="{_NOTE}">|<div class="footnotes">|<sup class="footnote-ref">',
        )
    ),
    re.IGNORECASE,
)


def clean(html: str) -> str:
    """Return HTML that has only known elements with known attributes."""
    return html if is_clean(html) else _cleaned(html)


def is_clean(html: str) -> bool:
    """Whether all elements are ones that the renderer writes, with absolute addresses."""
    return sum(1 for _ in _ELEMENT.finditer(html)) == html.count("<")


def _cleaned(html: str) -> str:
    import nh3  # here, because no server needs it unless the renderer has a bug

    return nh3.clean(
        html,
        tags={"p", "br", "hr", "em", "strong", "del", "ul", "ol", "li", "a", "pre", "code"}
        | {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
        | {"table", "thead", "tbody", "tr", "th", "td"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="nofollow noopener",
    )
