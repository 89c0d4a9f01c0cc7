"""Documents that list the fields of one table, in the three shapes that other tools write.

    {name: contacts, schema_fields: [{name: email, field_type: email, nullable: true}]}
    {schema: {fields: [{name: age, type: integer, constraints: {min_value: 18, max_value: 80}}]}, total_rows: 500}
    {patient_id: number, diagnosis_code: icd10_code, visit_date: date}

They become the same schema that `tables:` would, with faults at their own paths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from syndata_contracts.schema import ColumnSchema, ColumnType, DatasetSchema, Rule, TableSchema
from syndata_engine.reading.column_types import NUMBER, TYPES, TypeWord, names_type, read_type
from syndata_engine.reading.columns import ColumnDraft, named_by_key
from syndata_engine.reading.dataset import DATASET_KEYS, FORMATS, LARGEST_SEED, Assembled
from syndata_engine.reading.field_constraints import CONSTRAINT_KEYS, OWN_RULES, Constraints, read_constraints
from syndata_engine.reading.locales import read_locales, read_places
from syndata_engine.reading.names import CLOSE, nearest, wrong_table_name
from syndata_engine.reading.nodes import Node, step
from syndata_engine.reading.spots import Fields, Notes, Spot

LIST_KEYS: Final = ("schema_fields", "fields", "schema")
"""Any of these marks a document of this page, unless it has `tables`."""
ROWS_KEYS: Final = ("rows", "total_rows", "record_count", "num_rows", "sample_size")
TOP_KEYS: Final = (
    "name", "description", *LIST_KEYS, *ROWS_KEYS, "chunk_size", "locale", "places", "seed", "output_format",
)  # fmt: skip
OWN_KEYS: Final = (*CONSTRAINT_KEYS, "unique", "nullable", "required", "not_null", "primary_key")
"""What may stand among a field's constraints, or beside them."""
FIELD_KEYS: Final = ("name", "field_type", "type", "description", "constraints", *OWN_KEYS)

TABLE: Final = "records"
"""The table's name where the document has none."""
_KEY_TYPES: Final = (None, "int", "str", "uuid")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,63}")
_SHAPE: Final = "a field, such as `{name: email, type: email}`"


def lists_fields(root: Node) -> bool:
    """Whether a document lists fields in place of tables."""
    entries = root.value
    if not isinstance(entries, dict) or "tables" in entries:
        return False
    return not entries.keys().isdisjoint(LIST_KEYS) or _is_bare(entries)


def _is_bare(entries: dict[str, Node]) -> bool:
    """`{patient_id: number, email: {type: email}}`: types under names of which some are no keys of a document.

    One word that is known from elsewhere is enough, so that a misspelt one is told as such.
    """
    words = [said for node in entries.values() if isinstance(said := _type_in(node), str) and _WORD.fullmatch(said)]
    known = [word for word in words if word.lower() in {NUMBER, "email", *TYPES, *OWN_RULES}]
    return len(words) == len(entries) and bool(known) and not entries.keys() <= {*DATASET_KEYS, *TOP_KEYS}


def _type_in(node: Node) -> object:
    """The word that is a field's type, alone or in its body."""
    if not isinstance(node.value, dict):
        return node.value
    inner = node.value.get("type") or node.value.get("field_type")
    return inner.value if inner else None


def read_field_list(root: Node, notes: Notes) -> Assembled:
    """Read a document for which `lists_fields`, noting every fault."""
    spot = Spot(root, "", notes)
    entries = root.value if isinstance(root.value, dict) else {}
    if _is_bare(entries):
        return _assembled(DatasetSchema(tables=()), TABLE, spot, _by_name(spot))
    fields = spot.fields("a mapping with `fields:`", TOP_KEYS)
    listed = fields.get(*LIST_KEYS) if fields else None
    if fields is None or listed is None:
        return Assembled()
    name_at = fields.get("name")
    if isinstance(listed.node.value, dict) and "fields" in listed.node.value:
        inner = listed.fields("a mapping with `fields:`", ("name", "description", "fields"))
        listed = inner.need("fields", fix="add `fields:` with at least one field") if inner else None
        name_at = name_at or (inner.get("name") if inner else None)
    settings = _settings(fields)
    if listed is None:
        return Assembled()
    return _assembled(settings, _table_name(name_at), listed, _fields(listed))


def _settings(fields: Fields) -> DatasetSchema:
    locale, rows, seed = fields.get("locale"), fields.get(*ROWS_KEYS), fields.get("seed")
    output, batch = fields.get("output_format"), fields.get("chunk_size")
    if batch:
        batch.whole("a number of rows", least=1)
    locales = read_locales(locale) if locale else ()
    return DatasetSchema(
        locale=locales[0].locale if locales else "en_US",
        locales=locales if len(locales) > 1 else (),
        places=read_places(fields.get("places")),
        rows=rows.whole("a number of rows") if rows else None,
        seed=(seed.whole("a seed", most=LARGEST_SEED) if seed else None) or 0,
        output_format=output.one_of(FORMATS, "an output format") if output else None,
        tables=(),
    )


def _table_name(spot: Spot | None) -> str:
    """The document's name, as far as it can name a file."""
    said = spot.text("a name") if spot else None
    if spot is None or said is None:
        return TABLE
    wrong = wrong_table_name(said)
    if wrong:
        spot.fault(*wrong)
    return TABLE if wrong else said


def _by_name(spot: Spot) -> list[tuple[str | None, Spot]]:
    return list((spot.entries("a mapping of fields to their types") or {}).items())


def _fields(spot: Spot) -> list[tuple[str | None, Spot]]:
    if isinstance(spot.node.value, dict):
        found = _by_name(spot)
    else:
        found = [(None, item) for item in spot.items("a list of fields (or a mapping of their types)") or []]
    if not found and not spot.is_broken and isinstance(spot.node.value, dict | list):
        spot.fault("the list is empty", f"write {_SHAPE}")
    return found


def _assembled(settings: DatasetSchema, name: str, at: Spot, listed: list[tuple[str | None, Spot]]) -> Assembled:
    columns: dict[str, _Field] = {}
    notes = at.notes
    for key, item in listed:
        one = _read_field(item, key)
        if one is None:
            continue
        twin = columns.setdefault(one.name, one)
        if twin is not one:
            what = f"the field name {one.name!r} stands twice"
            item.fault(what, "rename one of the two", related=(twin.draft.spot.path,))
    _choose_key(columns)
    for one in columns.values():
        _fit(one, "" if settings.locales else settings.locale)
    bad = {one.name for one in columns.values() if _is_faulty(one, notes)}

    def table(*made: ColumnSchema) -> tuple[TableSchema, ...]:
        return (TableSchema(path=at.path, name=name, id=name, columns=made),) if made else ()

    good = table(*(one.draft.build() for one in columns.values() if one.name not in bad))
    mended = table(*(one.draft.stand_in() if one.name in bad else one.draft.build() for one in columns.values()))
    return Assembled(
        settings.model_copy(update={"tables": good}) if good else None,
        frozenset(f"{name}.{one}" for one in bad),
        settings.model_copy(update={"tables": mended}) if mended else None,
    )


def _is_faulty(one: _Field, notes: Notes) -> bool:
    path = one.draft.spot.path
    return any(fault.path == path or fault.path.startswith((f"{path}.", f"{path}[")) for fault in notes.faults)


@dataclass(slots=True)
class _Field:
    """A field on its way to a column."""

    draft: ColumnDraft
    says_key: bool = False
    may_be_null: bool = False
    lengths: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        return self.draft.name


def _read_field(spot: Spot, key: str | None) -> _Field | None:
    if key is not None and named_by_key(spot, key) is None:
        return None
    if key is not None and isinstance(spot.node.value, str):
        one = _Field(ColumnDraft(spot, key, key, spot))
        _read_word(spot, spot, one, ())
        return one
    fields = spot.fields(_SHAPE, FIELD_KEYS)
    if fields is None:
        return None
    named = fields.get("name") if key is not None else fields.need("name", fix="add `name: ...`")
    name = key if key is not None else (named.name() if named else None)
    if name is None:
        return None
    if key is not None and named and named.node.value != key:
        named.fault(f"the name differs from its key {key!r}", "remove it: the key is the name")
    one = _Field(ColumnDraft(spot, name, name, spot))
    held = fields.get("constraints")
    inner = held.fields("constraints, such as `{min_value: 1, max_value: 10}`", OWN_KEYS) if held else None
    description = fields.get("description")
    one.draft.description = description.text("a text") if description else None
    sources = (fields, inner) if inner else (fields,)
    _read_marks(sources, one)
    typed = fields.need("field_type", "type", fix="add `type: ...`, such as string, integer or email")
    if typed:
        _read_word(spot, typed, one, sources)
    return one


def _read_marks(sources: tuple[Fields, ...], one: _Field) -> None:
    for source in sources:
        for word, mark in (("unique", "unique"), ("primary_key", "pk")):
            at = source.get(word)
            said = at.flag() if at else None
            if at and said:
                one.draft.marks.setdefault(mark, at)
            one.says_key = one.says_key or (word == "primary_key" and said is not None)
        for word in ("nullable", "required", "not_null"):
            at = source.get(word)
            said = at.flag() if at else None
            if at is None or said is None:
                continue
            if said == (word == "nullable"):
                one.may_be_null = True
            else:
                one.draft.nulls.forbidden = at


def _read_word(spot: Spot, typed: Spot, one: _Field, sources: tuple[Fields, ...]) -> None:
    """The type, or else the rule, that a word names, with the options that the constraints are for it."""
    draft, options = one.draft, {}
    text = typed.text("a type, such as string, integer or email")
    if text is None:
        return
    said = "_".join(text.strip().lower().replace("-", " ").split())
    kind: str | None = None
    if names_type(typed):
        word = read_type(typed) or TypeWord(None)
        draft.type, draft.precision, draft.scale, draft.storage = word.type, word.precision, word.scale, word.storage
        draft.type = _number(one) if word.number else word.type
    elif said in OWN_RULES:
        kind, options = OWN_RULES[said]["kind"], dict(OWN_RULES[said]["options"])
        if said == "foreign_key":
            draft.type = "int"
            what = "a list of fields has no other table, so this refers to nothing"
            spot.notes.warn(spot.path, what, "describe both tables under `tables:`, with `references`")
    else:
        near, kind = nearest(said, [*TYPES, NUMBER, *OWN_RULES], cutoff=CLOSE), said
        if near and spot.notes.check_rule and list(spot.notes.check_rule(Rule(path=spot.path, kind=said))):
            typed.fault(f"the type {text[:60]!r} is not known", f"did you mean {near}?")
            return
    constraints = read_constraints(sources, type_=draft.type if kind is None else None)
    if constraints is not None:
        draft.scale = draft.scale if constraints.digits is None else constraints.digits
        _read_rule(spot, one, (kind, options), constraints)


def _number(one: _Field) -> ColumnType:
    """`number` is whole for what is named as an id, and a float for the rest, as in `tables`."""
    ids = one.name.lower() == "id" or one.name.lower().endswith("_id") or "pk" in one.draft.marks
    return "int" if ids else "float"


def _read_rule(spot: Spot, one: _Field, said: tuple[str | None, dict[str, Any]], constraints: Constraints) -> None:
    kind, options = said[0] or constraints.kind, {**said[1], **constraints.options()}
    one.lengths = constraints.lengths
    if kind is None:
        return
    for option, at in constraints.given.items():
        spot.notes.also_at(step(spot.path, option), at.node, at.path)
    rule = Rule(path=spot.path, kind=kind, options=options)
    if spot.notes.check_rule is not None:
        for fault in spot.notes.check_rule(rule):
            spot.notes.note(fault)
    one.draft.rule = rule


def _fit(one: _Field, locale: str) -> None:
    """A rule whose texts are as long as the field says."""
    if one.lengths is None:
        return
    from syndata_engine.reading.sql.texts import fitted

    key = bool(one.draft.marks.keys() & {"unique", "pk"})
    options = fitted(one.name, one.lengths, key=key, english=locale == "en_US")
    one.draft.rule = Rule(path=one.draft.spot.path, kind=options.pop("type"), options=options)


def _choose_key(fields: dict[str, _Field]) -> None:
    """Where no field says whether it is the key: `id`, else the first if it ends in `_id`."""
    if not fields or any(one.says_key for one in fields.values()):
        return
    first = next(iter(fields.values()))
    named = next((one for one in fields.values() if one.name.lower() == "id"), None)
    chosen = named or (first if first.name.lower().endswith("_id") else None)
    if chosen is None or chosen.may_be_null or chosen.draft.type not in _KEY_TYPES:
        return
    if chosen.draft.rule is None or chosen.draft.rule.kind in {"uuid", "range", "sequence", "ulid"}:
        chosen.draft.marks["pk"] = chosen.draft.spot
