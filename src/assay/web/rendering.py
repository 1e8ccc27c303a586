"""Jinja2, and the policy that every page is sent with."""

from importlib import resources
import secrets
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from assay.web import words

_TEMPLATE_CACHE = 50  # there are fewer than that


def page_policy(nonce: str) -> str:
    """The page's Content-Security-Policy: our own files only, no inline scripts, no evaluation.

    The editor makes its style sheet by script, which only `nonce` lets in.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "connect-src 'self'",
            "img-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class Renderer:
    """Renders templates; every value is escaped, and a missing one is a fault rather than a blank."""

    def __init__(self) -> None:
        templates = resources.files("assay.web") / "templates"
        self._jinja = Environment(
            loader=FileSystemLoader(str(templates)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=_TEMPLATE_CACHE,
        )
        self._jinja.filters.update(
            duration=words.duration,
            size=words.size,
            instant=words.instant,
            tone=words.tone,
            ending=words.ending,
        )

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        nonce = secrets.token_urlsafe(16)
        html = self._jinja.get_template(template).render(style_nonce=nonce, **values)
        return HTMLResponse(
            html,
            status_code=status,
            headers={"Content-Security-Policy": page_policy(nonce), "Vary": "HX-Request"},
        )
