"""Foreign keys in all their spellings, checked against the tables they name."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Literal, TypedDict

from syndata_contracts.schema import EdgeSchema, FanOut, ForeignKeySchema, ParentOption, ParentWeights
from syndata_engine.reading.columns import ColumnDraft, check_nulls, read_nulls
from syndata_engine.reading.spots import Fields, Spot
from syndata_engine.reading.tables import TableDraft, Tables
from syndata_engine.reading.weights import read_weight

_SHARED_KEYS = (
    "id",
    "fan_out",
    "owning",
    "choice",
    "nullable",
    "null_rate",
    "depth",
    "roots",
    "type_column",
    "parents",
    "weights",
    "edge",
)
FOREIGN_KEY_KEYS = ("parent_table", "parent_column", "parent_columns", "child_column", "child_columns", *_SHARED_KEYS)
REFERENCES_KEYS = ("table", "column", "columns", *_SHARED_KEYS)
PARENT_KEYS = ("table", "column", "columns", "label", "weight")
DEEPEST_FOREST = 64
_CHOICES: tuple[Literal["exact"], Literal["independent"]] = ("exact", "independent")


class _Options(TypedDict, total=False):
    fan_out: FanOut | None
    owning: bool | None
    choice: Literal["exact", "independent"]
    depth: int | None
    roots: int | None
    weights: ParentWeights | None
    edge: EdgeSchema | None


@dataclass(slots=True)
class ReferenceReader:
    """Reads the references of one child table."""

    tables: Tables
    child: TableDraft

    def read_entry(self, spot: Spot, *, ignore: tuple[str, ...] = ()) -> list[str] | None:
        """Read an entry of `foreign_keys`. Gives the child columns it covers, None when they are unknown."""
        shape = "`{parent_table, parent_column, child_column}`"
        fields = spot.fields(shape, FOREIGN_KEY_KEYS, ignore=lambda key: key in ignore)
        if fields is None:
            return None
        said = fields.need("child_column", "child_columns", fix="add `child_column: ...`, a column of this table")
        children = said.names("the name of a column, or a list of them") if said else None
        columns = self._columns(children, self.child)
        self._read(spot, fields, columns, ("parent_table", ("parent_column", "parent_columns")))
        return [name for name, _ in children] if children else None

    def read_short(self, column: ColumnDraft) -> None:
        """Read the `references` of a column."""
        spot = column.references
        if spot is None:
            return
        if isinstance(spot.node.value, str):
            parent = self._dotted(spot, spot.node.value)
            if parent:
                self._add(
                    spot,
                    None,
                    [column],
                    ForeignKeySchema(id="", child_columns=(), parent_table=parent[0], parent_columns=(parent[1],)),
                )
            return
        fields = spot.fields("`table.column` or `{table, column, fan_out, ...}`", REFERENCES_KEYS)
        if fields:
            self._read(spot, fields, [column], ("table", ("column", "columns")))

    def _read(
        self, spot: Spot, fields: Fields, columns: list[ColumnDraft] | None, keys: tuple[str, tuple[str, str]]
    ) -> None:
        """Read everything but the child columns, and keep the reference when it is known what it refers to.

        Keeping one that has faults is safe, because the schema leaves out what stands at a faulty path.
        """
        table_key, column_keys = keys
        type_at, parents_at = fields.get("type_column"), fields.get("parents")
        options = self._options(fields)
        edge = options.get("edge")
        if edge is not None and (type_at or parents_at):
            fields.spot.fault("an edge leads to one table", "drop `edge`, or the other parents", related=(edge.path,))
        if type_at or parents_at:
            draft = self._polymorphic(fields, columns, table_key)
        else:
            draft = self._single(fields, columns, table_key, column_keys)
        if draft is not None:
            options["weights"] = self._weights(fields, draft, options["choice"])
            self_reference = draft.parent_table == self.child.name
            for key in ("depth", "roots"):
                at = fields.get(key)
                if at and not self_reference and not at.is_broken:
                    at.fault(f"`{key}` belongs to a reference of a table to itself", "remove it")
        nulls = read_nulls(fields)
        if nulls.forbidden is not None:
            self.child.required.update((column.name, nulls.forbidden) for column in columns or ())
        # Of several columns, one may be another reference's, which decides it: NULL is what is left.
        keyed = barred = None
        if all("pk" in column.marks or column.nulls.forbidden for column in columns or ()):
            keyed = next((column.marks["pk"] for column in columns or () if "pk" in column.marks), None)
            barred = next((column.nulls.forbidden for column in columns or () if column.nulls.forbidden), None)
        nulls.forbidden = nulls.forbidden or barred
        check_nulls(nulls, keyed)
        if draft is not None and columns is not None:
            self._add(spot, fields.get("id"), columns, draft.model_copy(update={**options, "null_rate": nulls.rate}))

    def _add(self, spot: Spot, id_at: Spot | None, columns: list[ColumnDraft], draft: ForeignKeySchema) -> None:
        children = tuple(column.name for column in columns)
        own = (id_at.name("an id") if id_at else ",".join(column.id for column in columns)) or ""
        twin = next((key for key in self.child.foreign_keys if key.id == own), None)
        if twin is not None:
            what = f"the foreign key id {own!r} is taken" if id_at else f"{own!r} has a foreign key already"
            fix = "remove one of the two, or give this one its own `id`"
            (id_at or spot).fault(what, fix, related=(twin.path,))
        elif own:
            draft = _with_nulls_of(columns, draft, spot)
            self.child.foreign_keys.append(
                draft.model_copy(update={"path": spot.path, "id": own, "child_columns": children})
            )

    def _columns(self, names: list[tuple[str, Spot]] | None, table: TableDraft) -> list[ColumnDraft] | None:
        found = [table.column(spot, name) for name, spot in names or ()]
        return None if names is None or None in found else [column for column in found if column]

    def _single(
        self, fields: Fields, columns: list[ColumnDraft] | None, table_key: str, keys: tuple[str, str]
    ) -> ForeignKeySchema | None:
        said = fields.need(table_key, fix=f"add `{table_key}: ...`, the table that is referred to")
        name = said.name("the name of a table") if said else None
        parent = self.tables.table(said, name) if said and name else None
        names = self._parent_columns(fields, parent, columns, keys)
        if name is None or parent is None or names is None:
            return None
        return ForeignKeySchema(id="", child_columns=(), parent_table=name, parent_columns=names)

    def _parent_columns(
        self, fields: Fields, parent: TableDraft | None, columns: list[ColumnDraft] | None, keys: tuple[str, str]
    ) -> tuple[str, ...] | None:
        """The columns referred to: as many as the child has, each of them known."""
        key = parent.key() if parent else []
        example = key[0] if len(key) == 1 else f"[{', '.join(key)}]" if key else "..."
        said = fields.need(*keys, fix=f"add `{keys[len(key) > 1]}: {example}`")
        names = said.names("the name of a column, or a list of them") if said else None
        if said is None or names is None:
            return None
        if parent is not None and self._columns(names, parent) is None:
            return None
        if columns is not None and len(columns) != len(names):
            said.fault(
                f"{len(names)} parent columns for {len(columns)} child columns",
                "name as many parent columns as child columns",
            )
            return None
        return tuple(name for name, _ in names)

    def _dotted(self, spot: Spot, text: str) -> tuple[str, str] | None:
        """Table and column of `table.column`; both names may hold dots."""
        splits = [(text[:at], text[at + 1 :]) for at, character in enumerate(text) if character == "."]
        splits = [(table, column) for table, column in splits if table and column]
        if not splits:
            spot.misfit("`table.column`", "write the table, a dot and the column, such as `departments.dept_id`")
            return None
        for table, column in splits:
            if table in self.tables.by_name and column in self.tables.by_name[table].columns:
                return table, column
        table, column = next((split for split in splits if split[0] in self.tables.by_name), splits[0])
        parent = self.tables.table(spot, table)
        if parent is not None:
            parent.column(spot, column)
        return None

    def _polymorphic(
        self, fields: Fields, columns: list[ColumnDraft] | None, table_key: str
    ) -> ForeignKeySchema | None:
        single = fields.get(table_key)
        type_at = fields.need("type_column", fix="add `type_column: ...`, the column that says which parent is meant")
        parents_at = fields.need("parents", fix="add `parents: [{table: ..., column: ...}, ...]`")
        if single:
            single.fault(
                f"`{table_key}` and `parents` exclude each other",
                "keep `parents` for several tables, or the table for one",
            )
        type_name = type_at.name("the name of a column") if type_at else None
        known = self.child.column(type_at, type_name) if type_at and type_name else None
        parents = self._parents(parents_at, columns) if parents_at else None
        if type_name is None or known is None or parents is None or single:
            return None
        return ForeignKeySchema(id="", child_columns=(), type_column=type_name, parents=parents)

    def _parents(self, spot: Spot, columns: list[ColumnDraft] | None) -> tuple[ParentOption, ...] | None:
        items = spot.items("a list of `{table, column, label, weight}`")
        if items is not None and not items:
            spot.fault("the list is empty", "name at least one parent")
        found: dict[str, ParentOption] = {}
        for item in items or ():
            parent = self._parent(item, columns)
            if parent is None:
                continue
            if parent.label in found:
                item.fault(
                    f"the label {parent.label!r} stands twice",
                    "give each parent its own `label`",
                    related=(found[parent.label].path,),
                )
            found.setdefault(parent.label, parent)
        return tuple(found.values()) or None

    def _parent(self, spot: Spot, columns: list[ColumnDraft] | None) -> ParentOption | None:
        if isinstance(spot.node.value, str):
            dotted = self._dotted(spot, spot.node.value)
            return (
                ParentOption(path=spot.path, table=dotted[0], columns=(dotted[1],), label=dotted[0]) if dotted else None
            )
        fields = spot.fields("`{table, column, label, weight}`", PARENT_KEYS)
        single = self._single(fields, columns, "table", ("column", "columns")) if fields else None
        if fields is None or single is None or single.parent_table is None:
            return None
        label_at, weight_at = fields.get("label"), fields.get("weight")
        label = label_at.name("a label") if label_at else single.parent_table
        weight = weight_at.whole("a weight", least=1) if weight_at else 1
        if label is None or weight is None:
            return None
        return ParentOption(
            path=spot.path, table=single.parent_table, columns=single.parent_columns, label=label, weight=weight
        )

    def _weights(self, fields: Fields, draft: ForeignKeySchema, choice: str) -> ParentWeights | None:
        """How often parents are meant, by the values of one of their columns."""
        shape = "a column of the parent with weights of its values, such as `{tier: {gold: 5, silver: 1}}`"
        spot = fields.get("weights")
        entries = spot.entries(shape) if spot else None
        if spot is None or entries is None:
            return None
        said = ((key, fields.get(key)) for key in ("parents", "owning"))
        other = next((key for key, at in said if at and at.node.value is not False), None)
        other = "choice" if choice == "independent" else other
        if other is not None:
            at = fields.get(other)
            what = f"`weights` and `{other}` both say which parents are chosen"
            spot.fault(what, "keep one of the two", related=(at.path,) if at else ())
            return None
        if len(entries) != 1:
            spot.misfit(shape)
            return None
        name, at = next(iter(entries.items()))
        parent = self.tables.by_name.get(draft.parent_table or "")
        known = parent is None or parent.column(at, name) is not None
        values = at.entries("weights by value, such as `{gold: 5, silver: 1}`")
        if values is None or not known:
            return None
        weights = [(value, read_weight(one)) for value, one in values.items()]
        found = tuple((value, weight) for value, weight in weights if weight is not None)
        return ParentWeights(path=spot.path, column=name, values=found) if len(found) == len(weights) else None

    def _options(self, fields: Fields) -> _Options:
        fan_out, owning, choice = fields.get("fan_out"), fields.get("owning"), fields.get("choice")
        depth, roots = fields.get("depth"), fields.get("roots")
        options = _Options()
        if fan_out:
            from syndata_engine.reading.fan_outs import read_fan_out

            options["fan_out"] = read_fan_out(fan_out)
        options["owning"] = owning.flag() if owning else None
        options["choice"] = (choice.one_of(_CHOICES, "a choice of parents") if choice else None) or "exact"
        options["depth"] = depth.whole("a depth", least=1, most=DEEPEST_FOREST) if depth else None
        edge = fields.get("edge")
        if edge:
            from syndata_engine.reading.edges import read_edge

            options["edge"] = read_edge(edge)
        options["roots"] = roots.whole("a number of roots", least=1) if roots else None
        return options


def in_precedence(table: TableDraft) -> list[ForeignKeySchema]:
    """The references in the order in which they decide columns that several of them have.

    Those that say how many children belong to a parent come first, since only they can keep that; then the plain ones,
    those written at their column before the others; then those with several parents; at last those to the table itself,
    whose parents are rows with these columns.
    """
    keys = table.foreign_keys
    if not any(set(one.child_columns) & set(other.child_columns) for one, other in combinations(keys, 2)):
        return keys

    def place(fk: ForeignKeySchema) -> tuple[int, bool]:
        counted = fk.fan_out is not None or bool(fk.owning)
        kind = 2 if fk.parents else 3 if fk.parent_table == table.name else 0 if counted else 1
        return kind, not fk.path.endswith(".references")

    return sorted(keys, key=place)


def check_covered(table: TableDraft, covered: set[str], tables: Tables) -> None:
    """Note columns that are marked FK and belong to no reference, showing the entry to write."""
    for column in table.columns.values():
        mark = column.marks.get("fk")
        if mark is None or column.name in covered or column.references:
            continue
        parent, parent_column = _likely_parent(table, column.name, tables)
        entry = (
            f"foreign_keys: [{{parent_table: {parent}, parent_column: {parent_column}, child_column: {column.name}}}]"
        )
        short = f"`references: {parent}.{parent_column}`"
        mark.fault(
            f"the column {column.name!r} is marked FK and no foreign key names it",
            f"add {short} to it, or `{entry}` to the table",
        )


def _likely_parent(table: TableDraft, name: str, tables: Tables) -> tuple[str, str]:
    """The other table that has a column of this name, rather as its key; dots where none has."""
    others = [other for other in tables.by_name.values() if other is not table and name in other.columns]
    others.sort(key=lambda other: name not in other.key())
    return (others[0].name, name) if others else ("...", "...")


def _with_nulls_of(columns: list[ColumnDraft], draft: ForeignKeySchema, spot: Spot) -> ForeignKeySchema:
    """The share of NULL that a reference's only column states is the reference's: those children have no parent.

    Else the cell alone would be empty, and a look-up would still find the parent.
    """
    if len(columns) != 1 or not columns[0].nulls.rate:
        return draft
    nulls = columns[0].nulls
    if draft.null_rate:
        fix = "keep one of the two"
        (nulls.at or spot).fault("the column and its reference both state a share of NULL", fix, related=(spot.path,))
        return draft
    rate, nulls.rate = nulls.rate, Decimal(0)
    return draft.model_copy(update={"null_rate": rate})
