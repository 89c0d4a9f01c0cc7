"""The API's description as a page for people: one file without scripts, so that any browser shows it, without internet."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

PAGE: Final = "/docs"
UNFOLDED: Final = "/redoc"
"""The same page with everything unfolded: to be read, searched and printed."""

_STYLE: Final = """
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--get:#1667b7;--post:#207a3c;--put:#9a6200;--head:#666}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:62rem;padding:1rem 1.5rem 4rem}
h1{margin:.5rem 0 0}h2{margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line)}h4{margin:1rem 0 .3rem}
code,pre{font:.875em/1.45 ui-monospace,monospace}pre{background:var(--soft);padding:.7rem;overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0;
border-bottom:1px solid var(--line)}th{font-weight:600;font-size:.85em}td:first-child{white-space:nowrap}
details{border:1px solid var(--line);border-radius:.3rem;margin:.4rem 0}summary{cursor:pointer;padding:.4rem .6rem}
details>div{padding:0 .8rem .8rem}summary b{display:inline-block;min-width:3.4rem;font-size:.8em}
summary span{opacity:.8;margin-left:.6rem}.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.head{color:var(--head)}
@media(prefers-color-scheme:dark){:root{--get:#7db8f0;--post:#7fd39a;--put:#e5b567;--head:#aaa}}
"""
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_CODE: Final = re.compile(r"`([^`]+)`")
_REFERENCE: Final = "#/components/schemas/"
_LIMITS: Final = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "matches <code>{}</code>",
    "default": "default {}",
}
_LARGE: Final = 2**32


def page_routes() -> list[Route]:
    """The page, and a way to it for who only knows the address. Open to all, as the description is: it holds no data."""
    return [
        Route(PAGE, _shown, include_in_schema=False),
        Route(UNFOLDED, _shown_unfolded, include_in_schema=False),
        Route("/", _sent_there, include_in_schema=False),
    ]


async def _shown(request: Request) -> Response:
    return HTMLResponse(page_of(request.app.openapi()), headers=_HEADERS)


async def _shown_unfolded(request: Request) -> Response:
    return HTMLResponse(page_of(request.app.openapi()).replace("<details>", "<details open>"), headers=_HEADERS)


async def _sent_there(_request: Request) -> Response:
    return RedirectResponse(PAGE)


def page_of(document: dict[str, Any]) -> str:
    """An OpenAPI document as HTML: every route by its noun, then the shapes of what is sent and answered."""
    info, shapes = document["info"], document["components"]["schemas"]
    return "".join(
        (
            "<!doctype html>\n<html lang=en><meta charset=utf-8>",
            "<meta name=viewport content='width=device-width,initial-scale=1'>",
            f"<title>{escape(info['title'])}: the REST API</title><style>{_STYLE}</style>",
            f"<h1>{escape(info['title'])}</h1><p>{escape(info.get('summary', ''))} Version {escape(info['version'])}.</p>",
            "<p>Send the key as <code>X-API-Key</code> or <code>Authorization: Bearer</code>. For programs: ",
            "<a href='/api/v1/openapi.json'>openapi.json</a>.</p>",
            *_operations(document["paths"]),
            "<h2 id=shapes>Shapes</h2>",
            *(_shape(name, shape) for name, shape in sorted(shapes.items())),
        )
    )


def _operations(paths: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            for tag in operation.get("tags", ("others",)):
                by_tag.setdefault(tag, []).append(_operation(method, path, operation))
    for tag, shown in by_tag.items():
        yield f"<h2 id='{escape(tag)}'>{escape(tag.capitalize())}</h2>"
        yield from shown


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    heading = f"<b class='{escape(method)}'>{escape(method.upper())}</b><code>{escape(path)}</code>"
    parts = [f"<p>{_told(operation.get('description', ''))}</p>", _parameters(operation.get("parameters", ()))]
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(f"<h4>Body</h4><p><code>{escape(kind)}</code>: {_type_of(body.get('schema', {}))}</p>")
    rows = (
        (escape(status), _told(told["description"]), " ".join(_shapes_of(told)))
        for status, told in sorted(operation["responses"].items())
    )
    parts.append(_table("Answers", ("status", "means", "holds"), rows))
    summary = f"<summary>{heading}<span>{escape(operation.get('summary', ''))}</span></summary>"
    return f"<details>{summary}<div>{''.join(parts)}</div></details>"


def _shapes_of(told: dict[str, Any]) -> Iterator[str]:
    for kind, content in told.get("content", {}).items():
        found = _type_of(content["schema"]) if content.get("schema") else ""
        yield found if "json" in kind and found else f"<code>{escape(kind)}</code>"


def _parameters(parameters: Any) -> str:
    rows = (
        (
            f"<code>{escape(one['name'])}</code>",
            escape(one["in"]) + (", needed" if one.get("required") else ""),
            _type_of(one["schema"]),
            _told(one.get("description", "")),
        )
        for one in parameters
    )
    return _table("Parameters", ("name", "where", "type", "meaning"), rows)


def _shape(name: str, shape: dict[str, Any]) -> str:
    needed = set(shape.get("required", ()))
    rows = (
        (
            f"<code>{escape(field)}</code>",
            _type_of(told) + (", needed" if field in needed else ""),
            _told(told.get("description", "")),
        )
        for field, told in shape.get("properties", {}).items()
    )
    choices = ", ".join(f"<code>{escape(str(one))}</code>" for one in shape.get("enum", ()))
    examples = "".join(
        f"<pre>{escape(json.dumps(one, ensure_ascii=False, indent=1))}</pre>" for one in shape.get("examples", ())
    )
    inside = f"<p>{_told(shape.get('description', ''))}</p>{choices}{_table('', ('field', 'type', 'meaning'), rows)}{examples}"
    # An open one, so that a link to it leads to something: nothing on this page runs that could open it.
    return f"<details open id='shape-{escape(name)}'><summary><code>{escape(_called(name))}</code></summary><div>{inside}</div></details>"


def _type_of(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_REFERENCE)
        return f"<a href='#shape-{escape(name)}'>{escape(_called(name))}</a>"
    if "anyOf" in schema:
        found = " or ".join(_type_of(one) for one in schema["anyOf"] if one.get("type") != "null")
    elif schema.get("type") == "array":
        found = f"list of {_type_of(schema.get('items', {}))}"
    elif "enum" in schema or "const" in schema:
        found = ", ".join(f"<code>{escape(str(one))}</code>" for one in schema.get("enum", (schema.get("const"),)))
    else:
        found = escape(str(schema.get("format") or schema.get("type") or "anything"))
    limits = [
        text.format(escape(_number(schema[name])))
        for name, text in _LIMITS.items()
        if schema.get(name) not in (None, "")
    ]
    return ", ".join((found, *limits))


def _called(name: str) -> str:
    """A shape's name for people: `Success_JobView_` is `Success[JobView]`."""
    outer, _, inner = name.partition("_")
    return f"{outer}[{inner.rstrip('_').replace('dict_str__Any', 'object')}]" if inner else name


def _number(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    exact = isinstance(value, int) and value >= _LARGE and value & (value - 1) == 0
    return f"2^{value.bit_length() - 1}" if exact else str(value) if isinstance(value, str) else json.dumps(value)


def _told(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _table(title: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return ""
    head = "".join(f"<th>{name}</th>" for name in heads)
    return (f"<h4>{title}</h4>" if title else "") + f"<table><tr>{head}</tr>{body}</table>"
