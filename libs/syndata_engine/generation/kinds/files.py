"""Files: their names, paths and versions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.figures import Fields, Format, Identifier
from syndata_engine.generation.kinds.phrases import grammar
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.nodes import Uniform
from syndata_engine.generation.texts.grammar import Grammar
from syndata_engine.generation.texts.text import Case, Digits, Integer, Lit, Switch, Text


class FileOptions(Options):
    extension: str | None = Field(
        default=None, pattern=r"^[^\s./\\]{1,32}$", description="without its point; default: one of sixteen"
    )


def _file(made: Grammar, options: FileOptions) -> Text:
    suffix: Text = made.symbol("suffix") if options.extension is None else (Lit(options.extension),)
    return (*made.symbol("file_name"), Lit("."), *suffix)


class FileName(Kind):
    name = "file_name"
    aliases = ("filename",)
    summary = "A file's name with its extension."
    types = ("str",)
    options = FileOptions

    def build(self, ctx: ColumnContext, options: FileOptions) -> Column:
        return Column(ValueType("str"), text=_file(grammar(ctx.word()), options))


class FilePath(Kind):
    class FilePathOptions(FileOptions):
        system: Literal["unix", "windows"] = "unix"
        depth: int = Field(default=2, ge=0, le=8, description="folders at most, below the first ones")

    name = "file_path"
    aliases = ("filepath", "path")
    summary = "A file's path from the root."
    types = ("str",)
    options = FilePathOptions

    def build(self, ctx: ColumnContext, options: FilePathOptions) -> Column:
        made = grammar(ctx.word())
        mark = "\\" if options.system == "windows" else "/"
        folders: list[Text] = [()]
        for number in range(options.depth):
            folders.append((*folders[-1], Lit(mark), *made.symbol("noun", f"folder.{number}")))
        count = Uniform(ctx.word(), 0, len(folders), key=ctx.key("depth"))
        text = (*made.symbol(f"{options.system}_root"), Case(count, tuple(folders)), Lit(mark), *_file(made, options))
        return Column(ValueType("str"), text=text)


class SemanticVersion(Identifier):
    class SemanticVersionOptions(Options):
        major: int = Field(default=9, ge=0, le=999, description="the greatest first number; the others go to 19 and 29")
        prerelease: bool = Field(default=False, description="some end in -alpha, -beta or -rc with a number")

    name = "semantic_version"
    aliases = ("semver", "version", "version_number")
    summary = "A version as Semantic Versioning 2.0.0 writes it."
    options = SemanticVersionOptions

    def format(self, ctx: ColumnContext, options: SemanticVersionOptions) -> Format:
        def text(fields: Fields) -> Text:
            major, minor, patch = fields
            plain: Text = (Integer(major), Lit("."), Integer(minor), Lit("."), Integer(patch))
            if not options.prerelease:
                return plain
            number = Digits(ctx.word(), ctx.key("prerelease", "number"), 1, 1, 9)
            marks = tuple((Lit(f"-{mark}."), number) for mark in ("alpha", "beta", "rc"))
            return (*plain, Switch(ctx.word(), ctx.key("prerelease"), (12, 1, 1, 2), ((), *marks)))

        return Format((options.major + 1, 20, 30), text)


KINDS = (FileName(), FilePath(), SemanticVersion())
