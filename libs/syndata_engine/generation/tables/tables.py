"""Building a dataset: every column of every table on demand, every fault gathered."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.plan import PlannedDirt
from syndata_contracts.schema import ColumnSchema, ConditionalKey, DatasetSchema, ForeignKeySchema, Rule, TableSchema
from syndata_engine.generation.columns.casting import cast_column, declared_type, differs_in_digits
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext, TableContext, WholeTable
from syndata_engine.generation.columns.mixed import built as built_for_all
from syndata_engine.generation.columns.mixed import gazetteer_of, mix_locales
from syndata_engine.generation.columns.storage import stored
from syndata_engine.generation.expressions.branches import conditional
from syndata_engine.generation.keys.keys import Keys
from syndata_engine.generation.kinds.registry import Kind, parse_rule
from syndata_engine.generation.nodes.codes import FLOAT32_DIGITS, MAX_FLOAT_DIGITS, shown
from syndata_engine.generation.references.alternatives import with_alternatives
from syndata_engine.generation.references.blame import lines_behind, rule_line
from syndata_engine.generation.references.key_sets import KeySet
from syndata_engine.generation.references.references import References, RowCounts
from syndata_engine.generation.tables.correlated import check_correlated
from syndata_engine.generation.tables.inference import inferred_rule
from syndata_engine.generation.tables.missing import with_missing
from syndata_engine.generation.tables.ordered import Ordered
from syndata_engine.vocabularies import Vocabularies

if TYPE_CHECKING:
    from syndata_engine.generation.dirt.layer import TableDirt
    from syndata_engine.generation.keys.classes import Listed
    from syndata_engine.generation.keys.conditional_keys import ConditionalKeys


@dataclass(eq=False)
class TableBuilder(WholeTable):
    """One table's columns."""

    dataset: DatasetBuilder
    schema: TableSchema
    context: TableContext
    family_limits: list[tuple[KeySet, ForeignKeySchema, int]] = field(default_factory=list)
    """Keys that tell apart only so many children of one parent."""
    columns: dict[str, Column] = field(default_factory=dict)
    drafts: dict[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = Keys(self)
        self.conditional: ConditionalKeys | None = None
        if self.schema.conditional_keys:
            from syndata_engine.generation.keys.conditional_keys import ConditionalKeys

            self.conditional = ConditionalKeys(self)
        self.ordered = Ordered(self)

    def column_schema(self, name: str) -> ColumnSchema:
        """The column's schema; KeyError when there is none."""
        for column in self.schema.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def rule_of(self, column: ColumnSchema) -> Rule:
        """The column's rule, inferred where the user gave none."""
        return column.rule or inferred_rule(column, key=self.keys.holds(column.name))

    def listed(self, name: str) -> Listed | str:
        """The values of a column in exact shares; else why nobody knows how many rows have each of its values."""
        from syndata_engine.generation.keys.classes import listed_values

        return listed_values(self, name)

    def column_context(self, column: ColumnSchema, *, key: bool = False) -> ColumnContext:
        """What the column's kind may see."""
        rule = self.rule_of(column)
        declared = declared_type(column)
        kind = parse_rule(rule)[0]
        usable = declared is None or declared.name in kind.types
        if not usable and key:
            self._wrong_type(column, rule, kind)
        return ColumnContext(self.context, column, declared if usable else None, rule.path or column.path)

    def build(self, name: str, path: str) -> Column:
        """The column, with bounds, conditions and NULLs; Refused on a circle of definitions."""
        if name not in self.columns:
            names = [column.name for column in self.schema.columns]
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                fix = f"did you mean {near[0]}?" if near else f"{self.schema.name} has: {', '.join(names)}"
                raise Refused(Fault(path, f"{self.schema.name} has no column {name!r}", fix))
            self.dataset.note_read(self.schema.name, name)
            with self.dataset.building(self.schema.name, name, path):
                self.columns[name] = self._finished(self.column_schema(name))
        return self.columns[name]

    def _finished(self, column: ColumnSchema) -> Column:
        built = stored(column, self.ordered.bounded(column, self._draft(column)))
        self._check_digits(column, built)
        ruled = built
        built = with_missing(self, column, built)
        built = with_alternatives(self.context, column, (ruled, built))
        if built.null is not None and not column.nullable:
            raise Refused(
                Fault(
                    column.path,
                    f"{column.name} is NOT NULL, but its values can be NULL",
                    "allow NULL, or cover every row by a rule",
                )
            )
        return built

    def nested(self, column: ColumnSchema) -> Column:
        """A value inside another, described as a column of no table."""
        if column.conditional_rules:
            built = conditional(self, column)
        else:
            built = self.from_rule(column, column.rule or inferred_rule(column, key=False), "")
        built = stored(column, built)
        self._check_digits(column, built)
        built = with_missing(self, column, built)
        if built.null is not None and not column.nullable:
            raise Refused(Fault(column.path, f"{column.name} is NOT NULL, but its values can be NULL", "allow NULL"))
        return replace(built, narrow=None, offset_from=None)

    def _check_digits(self, column: ColumnSchema, built: Column) -> None:
        """Refuse numbers with more digits than a double or the decimal's precision keeps: formats would differ."""
        real = FLOAT32_DIGITS if built.type.storage == "float32" else MAX_FLOAT_DIGITS
        digits = {"float": real, "decimal": built.type.precision or 18}.get(built.type.name)
        if digits and max(-(built.low or 0), built.high or 0) >= 10**digits:
            scale = built.type.scale
            least, most, held = (shown(code, built.type) for code in (built.low or 0, built.high or 0, 10**digits - 1))
            what = f"{column.name} has numbers of more than {digits} digits, {scale} of them after the point"
            what += f": they reach from {least} to {most}, beyond {held}"
            lines = lines_behind(self.dataset, self.schema.name, column, built.reads) if built.reads else ()
            fix = "use smaller numbers, fewer digits, or decimal(18, ...)"
            raise Refused(Fault(rule_line(column), what, fix, related=lines[1:]))

    def _draft(self, column: ColumnSchema) -> Column:
        """The column before orderings and NULLs."""
        if column.name not in self.drafts:
            self.drafts[column.name] = self._made(column)
        return self.drafts[column.name]

    def _made(self, column: ColumnSchema) -> Column:
        if self.schema.truth_of is not None or self.schema.derived is not None:
            return self._following(column)
        check_correlated(self, column)
        relations = self.context.relations
        polymorphic = relations.typed_by(column.name)
        if polymorphic is not None:
            return relations.type_column(polymorphic)
        fk = relations.covering(column.name)
        if fk is not None:
            return self._referring(column, fk)
        key = self.keys.column(column.name) if self.keys.holds(column.name) else None
        if key is None and self.conditional is not None:
            key = self._conditional(column, self.conditional)
            if key is not None:
                return key
        if key is None:
            return self._ruled(column)
        return replace(key, version=max(parse_rule(self.rule_of(column))[0].version, key.version))

    def _following(self, column: ColumnSchema) -> Column:
        """A column of a table that tells of another: of its dirt, or of its changes. Both bring kernels of their own."""
        if self.schema.truth_of is not None:
            from syndata_engine.generation.dirt.truths import truth_column

            return truth_column(self.dataset, self.schema.truth_of, column)
        from syndata_engine.generation.changes.views import derived_columns

        return self.context.shared(("derived",), lambda: derived_columns(self))[column.name]

    def _referring(self, column: ColumnSchema, fk: ForeignKeySchema) -> Column:
        """A column of a reference, with what is told of it in vain."""
        if column.rule is not None or column.conditional_rules:
            path = column.rule.path if column.rule else column.path
            self.dataset.warn(
                path, f"{column.name} refers to {fk.parent_table}, so its own rule is ignored", "drop the rule"
            )
        child = self.context.relations.child_column(fk, column.name)
        if (
            column.type is not None
            and column.type != child.type.name
            and {column.type, child.type.name} != {"str", "uuid"}
        ):
            what = f"{column.name} takes the type of the key it refers to, {child.type.name}, and not {column.type}"
            self.dataset.warn(column.path, what, f"declare {child.type.name}, or no type")
        return child

    def capping(self, name: str) -> tuple[ConditionalKey, ForeignKeySchema] | None:
        """The conditional key that draws this column, so that its condition holds for one row of a family at most."""
        return None if self.conditional is None else self.conditional.capping(name)

    def _conditional(self, column: ColumnSchema, keys: ConditionalKeys) -> Column | None:
        """The column as conditional keys number or draw it; None where none does."""
        keys.check()
        deciding = keys.deciding(column.name)
        if deciding is not None:
            return keys.column(column, deciding)
        if keys.capping(column.name) is None:
            return None
        from syndata_engine.generation.keys.capped import capped_column

        return capped_column(self, column)

    def _ruled(self, column: ColumnSchema) -> Column:
        if column.conditional_rules:
            return conditional(self, column)
        return self.from_rule(column, self.rule_of(column), "")

    def from_rule(self, column: ColumnSchema, rule: Rule, branch: str) -> Column:
        """The column as one rule makes it, cast to the declared type where that loses nothing."""
        kind, options = parse_rule(rule)
        declared = declared_type(column)
        usable = declared is None or declared.name in kind.types
        ctx = ColumnContext(self.context, column, declared if usable else None, rule.path or column.path, branch)
        built = built_for_all(ctx, lambda each: kind.build(each, options)) or self._wrong_type(column, rule, kind)
        built = replace(built, version=max(kind.version, built.version), reads=(*ctx.reads, *built.reads))
        if declared is None or (built.type.name == declared.name and not differs_in_digits(built.type, declared)):
            return built
        return cast_column(built, declared) or self._wrong_type(column, rule, kind)

    def _wrong_type(self, column: ColumnSchema, rule: Rule, kind: Kind) -> Any:
        fix = f"set type to {' or '.join(kind.types)}, or choose another rule"
        raise Refused(
            Fault(
                rule.path or column.path, f"the rule {kind.name} cannot make {column.name}, which is {column.type}", fix
            )
        )


@dataclass(eq=False)
class DatasetBuilder:
    """All tables, and what they need of each other."""

    schema: DatasetSchema
    as_of: datetime
    vocabularies: Vocabularies
    secret: bytes = b""
    row_counts: Mapping[str, int] = field(default_factory=dict)
    """Rows of tables as far as they are decided."""
    warnings: list[Fault] = field(default_factory=list)
    _stack: list[tuple[str, str]] = field(default_factory=list)
    _circles: set[frozenset[tuple[str, str]]] = field(default_factory=set)
    rehearsing: set[tuple[str, str]] | None = None
    """Columns read so far, while one is built without orderings."""
    planned_dirt: Mapping[str, tuple[PlannedDirt, ...]] = field(default_factory=dict)
    """What a plan says of the tables' dirt; what it does not say is counted."""
    _dirt: dict[str, TableDirt] = field(default_factory=dict)
    counting: set[tuple[str, str, str, str]] = field(default_factory=set)
    """Table and column, and the table whose `rows` or `families` it is made by; references aside, which have parents."""
    linking: int = 0
    """References that are being followed."""
    is_scaled: bool = False
    """Whether this is planned as the small copy of a database, where shares of few rows need not fit."""

    def __post_init__(self) -> None:
        self.names = [table.name for table in self.schema.tables]
        self.tables: dict[str, TableBuilder] = {}
        self.decide_rows: RowCounts | None = None
        for table in self.schema.tables:
            shares = self.schema.locales_of(table)
            path = shares[0].path or (f"{table.path}.locale" if table.locale else "locale")
            pack = self.vocabularies.pack(shares[0].locale, path)
            context = TableContext(table, self.schema.seed, self.as_of, pack, self.secret, self._column_of(table.name))
            builder = TableBuilder(self, table, context)
            context.relate(References(self, context))
            context.make = builder.nested
            context.read_phones = self.vocabularies.phones
            if (table.places or self.schema.places) == "real":
                context.gazetteer = gazetteer_of(pack, self.vocabularies, context)
            mix_locales(context, shares, self.vocabularies)
            self.tables[table.name] = builder

    def _column_of(self, table: str) -> Callable[[str, str], Column]:
        return lambda name, path: self.column(table, name, path)

    def column(self, table: str, name: str, path: str) -> Column:
        """A column of a table."""
        return self.tables[table].build(name, path)

    def leaving(self, table: str, name: str, path: str) -> Column:
        """A column as it leaves: with its dirt, which nothing else of the dataset ever reads."""
        return self.dirt(table).column(name) if self.tables[table].schema.dirt else self.column(table, name, path)

    def dirt(self, table: str) -> TableDirt:
        """A table's dirt; Refused where its columns cannot hold it."""
        from syndata_engine.generation.dirt.layer import TableDirt

        if table not in self._dirt:
            self._dirt[table] = TableDirt(self.tables[table], self.planned_dirt.get(table, ()))
        return self._dirt[table]

    def rehearse(self, table: str, name: str) -> tuple[Column, frozenset[str]]:
        """A column as it is without any ordering, and the columns of its table that it reads; nothing is kept."""
        kept = [(builder, builder.columns, builder.drafts) for builder in self.tables.values()]
        stack, self._stack, self.rehearsing = self._stack, [], set()
        for builder in self.tables.values():
            builder.columns, builder.drafts = {}, {}
        try:
            column = self.column(table, name, self.tables[table].column_schema(name).path)
            return column, frozenset(read for where, read in self.rehearsing if where == table and read != name)
        finally:
            self._stack, self.rehearsing = stack, None
            for builder, columns, drafts in kept:
                builder.columns, builder.drafts = columns, drafts

    def note_read(self, table: str, name: str) -> None:
        """Remember that a column was asked for, during a rehearsal."""
        if self.rehearsing is not None:
            self.rehearsing.add((table, name))

    def context(self, table: str) -> TableContext:
        """A table's context."""
        return self.tables[table].context

    def references(self, table: str) -> References:
        """A table's references."""
        return self.tables[table].context.relations

    def rows(self, table: str) -> int:
        """Rows of a table, deciding them first where planning has not yet."""
        self.note_count(table, "rows")
        if table not in self.row_counts and self.decide_rows is not None:
            return self.decide_rows(table)
        return self.row_counts[table]

    def note_count(self, table: str, what: str) -> None:
        """Remember that the column being built depends on a table's rows or families as a whole."""
        if self._stack and not self.linking:
            self.counting.add((*self._stack[-1], table, what))

    def warn(self, path: str, what: str, fix: str) -> None:
        """Tell the user something that does not stop generation."""
        fault = Fault(path, what, fix)
        if fault not in self.warnings:
            self.warnings.append(fault)

    def building(self, table: str, name: str, path: str) -> _Building:
        """Marks a column as being built, to find circles."""
        return _Building(self._stack, (table, name), path, self._circles)


@dataclass
class _Building:
    stack: list[tuple[str, str]]
    item: tuple[str, str]
    path: str
    told: set[frozenset[tuple[str, str]]]
    """Circles that were refused already: each is one fault, wherever it is entered."""

    def __enter__(self) -> None:
        if self.item in self.stack:
            circle = [*self.stack[self.stack.index(self.item) :], self.item]
            shown = " -> ".join(f"{table}.{name}" for table, name in circle)
            if frozenset(circle) in self.told:
                raise Refused(())
            self.told.add(frozenset(circle))
            raise Refused(
                Fault(
                    self.path, f"these columns are defined by each other: {shown}", "let one of them stand on its own"
                )
            )
        self.stack.append(self.item)

    def __exit__(self, *_: object) -> None:
        self.stack.pop()
