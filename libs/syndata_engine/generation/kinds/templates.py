"""Texts composed of other columns of the row."""

from __future__ import annotations

import re
from typing import Final

from pydantic import AliasChoices, Field

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.patterns import PATTERN, PatternOptions
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.nodes import any_of
from syndata_engine.generation.texts.filters import FILTERS
from syndata_engine.generation.texts.text import Case, Lit, Piece, Text

_TOKEN: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
MAX_LENGTH: Final = 100_000


class TemplateOptions(Options):
    template: str | None = Field(
        default=None,
        validation_alias=AliasChoices("template", "value"),
        description="text with columns in braces, such as `{first_name} <{email}>`; `{{` and `}}` are braces",
    )
    missing: str | None = Field(default=None, description="stands for a NULL; without it the whole text is NULL")
    pattern: str | None = Field(default=None, description="in place of a template: the rule pattern")


class Template(Kind):
    name = "template"
    aliases = ("compose", "interpolate", "concat")
    summary = (
        "Text with other columns of the row in it: `{name}`, and `{name|upper}`, `{name|lower}`, `{name|initial}` or `{name|slug}`; "
        "slugs keep a-z and 0-9, letters without accents among them, and join what is left by hyphens."
    )
    types = ("str",)
    options = TemplateOptions

    def build(self, ctx: ColumnContext, options: TemplateOptions) -> Column:
        self._check(ctx, options)
        if options.pattern is not None:
            return PATTERN.build(ctx, PatternOptions(pattern=options.pattern))
        pieces: list[Piece] = []
        nulls = []
        cost = 1
        for match in _TOKEN.finditer(options.template or ""):
            token = match[0]
            if match[1] is None:
                pieces.append(Lit(self._plain(ctx, token)))
                continue
            name, *filters = (part.strip() for part in match[1].split("|"))
            source = ctx.other(name, "template")
            text = source.written()
            for wanted in filters:
                text = self._filtered(ctx, name, wanted, text)
            if source.null is not None:
                nulls.append(source.null)
                if options.missing is not None:
                    text = (Case(source.null, (text, (Lit(options.missing),))),)
            cost += source.cost
            pieces += text
        null = any_of(*nulls) if nulls and options.missing is None else None
        return Column(ValueType("str"), text=tuple(pieces), null=null, cost=cost)

    def enumerate(self, ctx: ColumnContext, options: TemplateOptions) -> Enumeration | None:
        self._check(ctx, options)
        return None if options.pattern is None else PATTERN.enumerate(ctx, PatternOptions(pattern=options.pattern))

    def _check(self, ctx: ColumnContext, options: TemplateOptions) -> None:
        if (options.template is None) == (options.pattern is None):
            what = "a template and a pattern are given" if options.pattern else "there is nothing to compose"
            ctx.refuse(what, "write template: a text with columns in braces", "template")
        if options.template is not None and not 0 < len(options.template) <= MAX_LENGTH:
            what = f"the template has {len(options.template):,} characters"
            ctx.refuse(what, f"write 1 to {MAX_LENGTH:,} characters", "template")

    def _plain(self, ctx: ColumnContext, token: str) -> str:
        if token in {"{", "}"}:
            ctx.refuse(f"a {token} of the template stands alone", "write {{ or }} for a brace in the text", "template")
        return token[0] if token in {"{{", "}}"} else token

    def _filtered(self, ctx: ColumnContext, name: str, wanted: str, text: Text) -> Text:
        change = FILTERS.get(wanted)
        if change is None:
            ctx.refuse(
                f"{wanted!r} is nothing that {name} can go through", f"use one of: {', '.join(FILTERS)}", "template"
            )
        try:
            return change(text)
        except ValueError as error:
            ctx.refuse(f"{name} has no {wanted} form: {error}", "leave the filter out", "template")


KINDS = (Template(),)
