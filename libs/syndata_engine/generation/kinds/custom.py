"""Rules that other packages bring: a configuration names them, and never carries code itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import Field

from syndata_contracts.schema import Rule
from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind, Options, kind_named, parse_rule
from syndata_engine.generation.nodes.codes import EVERY_TYPE


class CustomOptions(Options):
    custom_class: str = Field(description="name under which a package, or the caller's own code, announces the kind")
    custom_method: str | None = Field(default=None, description="with a method, the kind is `class.method`")
    parameters: dict[str, Any] = Field(default_factory=dict, description="the kind's own options")


class Custom(Kind):
    name = "custom"
    summary = "A rule of one's own: announced by `syndata.rule`, or by an installed package under the entry point group syndata.kinds."
    types = EVERY_TYPE
    options = CustomOptions

    def build(self, ctx: ColumnContext, options: CustomOptions) -> Column:
        kind, own = self._resolved(ctx, options)
        return _versioned(kind, kind.build(_inside(ctx), own))

    def enumerate(self, ctx: ColumnContext, options: CustomOptions) -> Enumeration | None:
        kind, own = self._resolved(ctx, options)
        found = kind.enumerate(_inside(ctx), own)
        if found is None:
            return None
        return Enumeration(found.capacity, lambda number: _versioned(kind, found.column(number)))

    def unique(self, ctx: ColumnContext, options: CustomOptions, key: int) -> Column | None:
        kind, own = self._resolved(ctx, options)
        found = kind.unique(_inside(ctx), own, key)
        return None if found is None else _versioned(kind, found)

    def _resolved(self, ctx: ColumnContext, options: CustomOptions) -> tuple[Kind, Any]:
        names = [options.custom_class]
        if options.custom_method:
            names.insert(0, f"{options.custom_class}.{options.custom_method}")
        for name in names:
            if kind_named(name) is not None:
                return parse_rule(Rule(kind=name, options=options.parameters, path=f"{ctx.path}.parameters"))
        ctx.refuse(
            f"nothing announces the custom rule {names[0]!r}",
            "a configuration carries no code: name a Python file that announces it with --rules, or install a package that does so "
            "under the entry point group syndata.kinds",
            "custom_class",
        )
        raise AssertionError


def _inside(ctx: ColumnContext) -> ColumnContext:
    """The rule's context, its faults at the parameters."""
    return replace(ctx, path=f"{ctx.path}.parameters")


def _versioned(kind: Kind, column: Column) -> Column:
    """The column with the version of the kind that made it, which plans carry."""
    return replace(column, version=kind.version)


KINDS = (Custom(),)
