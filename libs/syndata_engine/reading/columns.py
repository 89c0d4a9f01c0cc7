"""One column: its name, type, marks, rule and reference."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from syndata_contracts.schema import ColumnSchema, ColumnType, ConditionalRule, MissingRule, Rule, Storage
from syndata_engine.generation.nodes.codes import CLOCKED
from syndata_engine.generation.texts.clocks import ZONE_NAMES, is_zone
from syndata_engine.reading.column_types import MOST_DIGITS, TypeWord, cut_off, names_type, read_type
from syndata_engine.reading.literals import lists_fractions
from syndata_engine.reading.names import suggest
from syndata_engine.reading.rules import read_conditional_rules, read_missing_rules, read_rule
from syndata_engine.reading.spots import Fields, Spot

COLUMN_KEYS = (
    "name", "id", "type", "precision", "scale", "decimals", "rule", "conditional_rules", "constraints", "primary_key",
    "unique", "nullable", "null_rate", "references", "sensitivity", "description", "zone", "null_when",
)  # fmt: skip
MARKS = {
    "pk": "pk", "primary key": "pk", "fk": "fk", "foreign key": "fk", "unique": "unique", "not null": "not null",
}  # fmt: skip
"""Every spelling of a column's constraint, in lower case, with spaces for underscores."""

_STAND_INS: dict[ColumnType | None, str] = {
    None: "word", "str": "word", "bool": "boolean", "uuid": "uuid",
    "int": "range", "float": "range", "decimal": "range", "date": "range", "datetime": "range",
    "time": "range", "duration": "range", "binary": "bytes",
    "json": "null", "struct": "null", "list": "null",
}  # fmt: skip
_KEY_STAND_INS: dict[ColumnType | None, str] = {None: "sequence", "int": "sequence", "str": "uuid"}


@dataclass(slots=True)
class Nulls:
    """What a column or reference says about NULL."""

    rate: Decimal = Decimal(0)
    forbidden: Spot | None = None
    """Where NULL is ruled out."""
    at: Spot | None = None
    """Where the rate stands."""


@dataclass(slots=True)
class ColumnDraft:
    """A column whose table is not read yet as a whole."""

    spot: Spot
    name: str
    id: str
    id_at: Spot
    type: ColumnType | None = None
    precision: int | None = None
    scale: int | None = None
    storage: Storage | None = None
    zone: str | None = None
    rule: Rule | None = None
    conditional_rules: tuple[ConditionalRule, ...] = ()
    marks: dict[str, Spot] = field(default_factory=dict)
    """pk, fk, unique, not null: where each is said."""
    nulls: Nulls = field(default_factory=Nulls)
    null_when: tuple[MissingRule, ...] = ()
    references: Spot | None = None
    combined: Spot | None = None
    """Where the table's combinations name it."""
    sensitivity: str | None = None
    description: str | None = None

    def build(self) -> ColumnSchema:
        """The column as the engine takes it."""
        key = "pk" in self.marks
        return ColumnSchema(
            path=self.spot.path,
            name=self.name,
            id=self.id,
            type=self.type,
            precision=self.precision,
            scale=self.scale,
            storage=self.storage,
            zone=self.zone,
            rule=self.rule,
            conditional_rules=self.conditional_rules,
            primary_key=key,
            unique="unique" in self.marks,
            nullable=not (key or self.nulls.forbidden),
            null_rate=self.nulls.rate,
            null_when=self.null_when,
            sensitivity=self.sensitivity,
            description=self.description,
        )

    def stand_in(self) -> ColumnSchema:
        """A column of this name, type and marks with a rule that nothing is wrong with."""
        key = "pk" in self.marks
        kind = _KEY_STAND_INS.get(self.type) if key or "unique" in self.marks else None
        return ColumnSchema(
            path=self.spot.path,
            name=self.name,
            id=self.id,
            type=self.type,
            rule=Rule(path=self.spot.path, kind=kind or _STAND_INS[self.type]),
            primary_key=key,
            unique="unique" in self.marks,
            nullable=not (key or self.nulls.forbidden),
        )


def read_column(spot: Spot, key: str | None) -> ColumnDraft | None:
    """The column at a spot, named by `key` where columns stand in a mapping; None when it has no name."""
    if key is not None and not isinstance(spot.node.value, dict):
        return _short(spot, key)
    fields = spot.fields("a column, such as `{name: age, type: int, rule: ...}`", COLUMN_KEYS, ignore=cut_off(spot))
    if fields is None:
        return None
    name = read_own_name(fields, key, "name")
    if name is None:
        return None
    id_at = fields.get("id")
    column = ColumnDraft(spot, name, (id_at.name("an id") if id_at else None) or name, id_at or spot)
    _read_marks(fields, column)
    _read_type(fields, column)
    _read_rules(fields, column)
    column.nulls = read_nulls(fields)
    column.nulls.forbidden = column.nulls.forbidden or column.marks.get("not null")
    _read_null_when(fields, column)
    column.references = fields.get("references")
    sensitivity, description = fields.get("sensitivity"), fields.get("description")
    said = sensitivity.names("a sensitivity, such as PII") if sensitivity else None
    column.sensitivity = ", ".join(name for name, _ in said) if said else None
    column.description = description.text("a text") if description else None
    return column


def _short(spot: Spot, name: str) -> ColumnDraft | None:
    """`columns: {id: int, email: email, city: [Rome, Oslo], note: null}`: a type, or else a rule."""
    if spot.is_broken or named_by_key(spot, name) is None:
        return None
    column = ColumnDraft(spot, name, name, spot)
    if names_type(spot):
        word = read_type(spot)
        if word is not None:
            column.precision, column.scale, column.storage = word.precision, word.scale, word.storage
            column.type = _number(column) if word.number else word.type
        return column
    column.rule = None if spot.is_null else read_rule(spot)
    _infer_number(column, spot)
    return column


def named_by_key(spot: Spot, key: str) -> str | None:
    """The key, when it is a name."""
    return Spot(spot.node._replace(value=key), spot.path, spot.notes).name()


def read_own_name(fields: Fields, key: str | None, *spellings: str) -> str | None:
    """The name that stands in a body, or the key that it stands under; they may not differ."""
    if key is None:
        said = fields.need(*spellings, fix=f"add `{spellings[0]}: ...`")
        return said.name() if said else None
    said = fields.get(*spellings)
    if said and said.node.value != key:
        said.fault(f"the name differs from its key {key!r}", "remove it: the key is the name")
    return named_by_key(fields.spot, key)


def _read_rules(fields: Fields, column: ColumnDraft) -> None:
    rule, conditional = fields.get("rule"), fields.get("conditional_rules")
    column.rule = read_rule(rule) if rule else None
    column.conditional_rules = read_conditional_rules(conditional) if conditional else ()
    refers = "fk" in column.marks or fields.get("references")
    if rule and not (conditional or refers or fields.get("type")):
        _infer_number(column, rule)


def _infer_number(column: ColumnDraft, rule_at: Spot) -> None:
    """Numbers with a point, listed without a type, are numbers: the engine only sees their digits, as text."""
    if column.rule is not None and lists_fractions(column.rule, rule_at.node):
        column.type = "float" if column.precision is None and column.scale is None else "decimal"


def _read_marks(fields: Fields, column: ColumnDraft) -> None:
    said = fields.get("constraints")
    for spot in _listed(said) if said else []:
        text = spot.text("a constraint, such as PK")
        if text is None:
            continue
        mark = MARKS.get(" ".join(text.lower().replace("_", " ").split()))
        if mark is None:
            spot.fault(
                f"the constraint {text!r} is not known",
                suggest(text, ["PK", "FK", "UNIQUE", "NOT NULL"], noun="constraints"),
            )
        else:
            column.marks.setdefault(mark, spot)
    for key, mark in (("primary_key", "pk"), ("unique", "unique")):
        at = fields.get(key)
        flag = at.flag() if at else None
        if at and flag:
            column.marks.setdefault(mark, at)
        elif at and flag is False and mark in column.marks:
            at.fault(f"`{key}: false` contradicts the constraints", "keep one", related=(column.marks[mark].path,))


def _listed(spot: Spot) -> list[Spot]:
    if isinstance(spot.node.value, str):
        return [spot]
    return spot.items("a list of PK, FK, UNIQUE and NOT NULL") or []


def _read_type(fields: Fields, column: ColumnDraft) -> None:
    type_at, precision_at, scale_at = fields.get("type"), fields.get("precision"), fields.get("scale", "decimals")
    word = read_type(type_at) if type_at else TypeWord(None)
    precision = precision_at.whole("the digits of a decimal", least=1, most=MOST_DIGITS) if precision_at else None
    scale = scale_at.whole("the digits after the point", most=MOST_DIGITS) if scale_at else None
    if word is None:
        return
    for at, outer, inner in ((precision_at, precision, word.precision), (scale_at, scale, word.scale)):
        if at and outer is not None and inner is not None and outer != inner:
            at.fault(f"{outer} contradicts the type, which says {inner}", "keep one")
    column.precision, column.scale = precision or word.precision, word.scale if scale is None else scale
    column.type = _number(column) if word.number else word.type
    column.storage = word.storage
    _check_digits(column, precision_at, scale_at)
    _read_zone(fields, column)


def _read_zone(fields: Fields, column: ColumnDraft) -> None:
    at = fields.get("zone")
    text = at.text("a zone, such as Europe/Rome, +05:30 or none") if at else None
    if at is None or text is None:
        return
    if column.type not in ("datetime", None):
        at.fault(f"a column of type {column.type} has no zone", "remove it, or write `type: datetime`")
    elif not is_zone(text):
        near = suggest(text, ZONE_NAMES, noun="zones")
        at.fault(f"the zone {text!r} is not known", f"{near}; or write an offset such as +05:30, or none")
    else:
        column.zone = text


def _number(column: ColumnDraft) -> ColumnType:
    """What `number` means: digits make it a decimal, a key is whole, anything else is a float."""
    if column.precision is not None or column.scale is not None:
        return "decimal"
    return "int" if column.marks.keys() & {"pk", "fk"} else "float"


def _check_digits(column: ColumnDraft, precision_at: Spot | None, scale_at: Spot | None) -> None:
    if precision_at and column.precision and column.type not in ("decimal", None):
        precision_at.fault(f"a column of type {column.type} has no precision", "remove it, or write `type: decimal`")
    elif scale_at and column.scale is not None and column.type in CLOCKED:
        if column.scale not in (0, 3, 6):
            scale_at.fault(f"{column.scale} digits of a second's fraction", "write 0, 3 or 6")
    elif scale_at and column.scale is not None and column.type not in ("decimal", "float", None):
        scale_at.fault(
            f"a column of type {column.type} has no digits after the point", "remove it, or write `type: decimal`"
        )
    elif scale_at and column.precision and column.scale is not None and column.scale > column.precision:
        scale_at.fault(
            f"{column.scale} digits after the point of {column.precision} in all", "raise `precision` or lower `scale`"
        )


def read_nulls(fields: Fields) -> Nulls:
    """What `nullable` and `null_rate` say together."""
    nullable, rated = fields.get("nullable"), fields.get("null_rate")
    nulls = Nulls()
    if rated:
        nulls.rate, nulls.at = rated.rate() or Decimal(0), rated
    if nullable is None or nullable.is_broken:
        return nulls
    value = nullable.node.value
    if isinstance(value, bool):
        nulls.forbidden = None if value else nullable
    elif isinstance(value, Decimal) or (isinstance(value, str) and re.search(r"%\s*$", value)):
        if rated:
            rated.fault("'null_rate' says the same as 'nullable'", "keep one of the two", related=(nullable.path,))
        nulls.rate, nulls.at = nullable.rate() or Decimal(0), nullable
    elif isinstance(value, int):
        nullable.misfit(
            "true, false or a share", f"write {'true' if value else 'false'}, or a share such as `null_rate: 0.05`"
        )
    else:
        nullable.flag()
    return nulls


def _read_null_when(fields: Fields, column: ColumnDraft) -> None:
    at = fields.get("null_when")
    if at is None:
        return
    column.null_when = read_missing_rules(at)
    key = column.marks.get("pk")
    ruled_out = key or column.nulls.forbidden
    if ruled_out is not None:
        what = "a primary key is never NULL" if key else "NULL is ruled out for the column"
        at.fault(f"{what}, but null_when makes it so", "remove one of the two", related=(ruled_out.path,))


def check_nulls(nulls: Nulls, key_at: Spot | None) -> None:
    """Note a rate where NULL is ruled out, by a primary key or otherwise."""
    if not nulls.rate or nulls.at is None:
        return
    if key_at is not None:
        nulls.at.fault(
            f"a primary key is never NULL, got a share of {nulls.rate}", "remove the share", related=(key_at.path,)
        )
    elif nulls.forbidden is not None:
        nulls.at.fault(
            f"a share of {nulls.rate} is NULL where NULL is ruled out",
            "remove one of the two",
            related=(nulls.forbidden.path,),
        )
