"""The language as a JSON Schema, so that editors complete and check documents while they are typed.

It describes shapes. What only reading can tell (names that dangle, sums that contradict) it lets pass;
it never refuses what reading accepts.
"""

from __future__ import annotations

from syndata_contracts.schema import LANGUAGE_VERSION
from syndata_engine.reading.column_types import MOST_DIGITS, NUMBER, TYPES
from syndata_engine.reading.columns import MARKS
from syndata_engine.reading.conditions import ALL_OPERATORS, JUNCTIONS
from syndata_engine.reading.dataset import FORMATS, LARGEST_SEED
from syndata_engine.reading.dirt import DIRT_WAYS, KINDS
from syndata_engine.reading.editor_shapes import Shape, any_case, mapping, said
from syndata_engine.reading.fan_outs import DISTRIBUTIONS
from syndata_engine.reading.locales import LOCALE, MOST_LOCALES, PLACES
from syndata_engine.reading.names import LONGEST_NAME
from syndata_engine.reading.references import DEEPEST_FOREST
from syndata_engine.reading.spots import LARGEST_COUNT


def json_schema() -> Shape:
    """The schema of a whole document, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Syndata dataset",
        "description": f"Tables to generate, in the schema language of Syndata, version {LANGUAGE_VERSION}.",
        **mapping(_DATASET, ("tables",), {"^x-": {"description": "Free for authors: a place to set anchors."}}),
        "$defs": {
            "table": {"title": "Table", **mapping(_TABLE, ("columns",))},
            "column": {"title": "Column", **mapping(_COLUMN)},
            "rule": _RULE,
            "condition": {"title": "Condition", "anyOf": [_COMPARED, _JOINED]},
            "missing": {"title": "Missing values", **mapping(_MISSING)},
            "dirt": {"title": "Rule of dirt", **mapping(_DIRT, ("kind", "columns", "rate"))},
            "conditional": {"title": "Conditional rule", **mapping(_CONDITIONAL, ("rule",))},
            "foreignKey": {"title": "Foreign key", **mapping({**_FOREIGN_KEY, **_REFERENCE})},
            "reference": _REFERENCES,
        },
    }


_NAME: Shape = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
_NAMES: Shape = {"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1}]}
_NAMES_OR_TEXTS: Shape = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_COUNT: Shape = {"type": "integer", "minimum": 0, "maximum": LARGEST_COUNT}
_COEFFICIENT: Shape = {"type": "number", "minimum": -1, "maximum": 1}
_FLAG: Shape = {"type": "boolean"}
_RATE: Shape = {"type": ["number", "string"], "minimum": 0, "maximum": 1, "pattern": r"^[0-9]{1,3}(\.[0-9]+)? ?%$"}
_LOCALE: Shape = {"anyOf": [
    {"type": "string", "pattern": f"^{LOCALE}$"},
    {"type": "array", "minItems": 1, "maxItems": MOST_LOCALES, "items": {"type": "string", "pattern": f"^{LOCALE}$"}},
    {"type": "object", "minProperties": 1, "maxProperties": MOST_LOCALES, "additionalProperties": {"type": "number", "exclusiveMinimum": 0}},
]}  # fmt: skip
_ANY: Shape = {"type": ["string", "number", "boolean", "null"]}
_TABLE_BODY: Shape = {"$ref": "#/$defs/table"}
_NAMED_TABLE: Shape = {**_TABLE_BODY, "anyOf": [{"required": ["table_name"]}, {"required": ["name"]}]}
_MISSING_REF: Shape = {"$ref": "#/$defs/missing"}
_RULE_REF: Shape = {"$ref": "#/$defs/rule"}
_KEYS: Shape = {"type": "array", "items": {"$ref": "#/$defs/foreignKey"}}

_DATASET: Shape = {
    "$schema": {"type": "string"},
    "syndata": said("Version of the language.", {"enum": [LANGUAGE_VERSION]}),
    "name": said("Name of the dataset.", _NAME),
    "locale": said(
        "Language and country of the values, or several, of which each row has one; tables may state their own.",
        _LOCALE,
        default="en_US",
    ),
    "places": said(
        "Whether addresses stand in cities that exist, with their points and time zones.", any_case(list(PLACES))
    ),
    "rows": said("Rows of every table that states none.", _COUNT),
    "seed": said("Same seed, same bytes.", {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED}, default=0),
    "as_of": said("The moment that relative dates count from; UTC unless it states its zone.", {"type": "string"}),
    "secret_id": said("Name of the secret that sensitive columns mix in; never the secret itself.", _NAME),
    "output_format": said("Format of the files.", any_case(list(FORMATS))),
    "tables": {
        "description": "The tables, as a list or by their names.",
        "anyOf": [
            {"type": "array", "items": _NAMED_TABLE, "minItems": 1},
            {"type": "object", "additionalProperties": _TABLE_BODY, "minProperties": 1},
        ],
    },
    "foreign_keys": said("References of all tables, each naming its child_table.", _KEYS),
}

_WEIGHTS: Shape = {"anyOf": [
    {"type": "array", "items": {"type": "number", "minimum": 0}},
    {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
]}  # fmt: skip
_SEVERAL: Shape = {"type": "array", "items": _NAME, "minItems": 2}
_ALTERNATIVES: Shape = {
    "exactly_one": said("Columns of which each row has a value in exactly one.", _SEVERAL),
    "at_most_one": said("Columns of which each row has a value in one or none.", _SEVERAL),
    "at_least_one": said("Columns of which no row is NULL in all.", _SEVERAL),
    "weights": said("One for each column, as a list or by name.", _WEIGHTS),
    "none": said("Share of rows without a value, of at_most_one.", _RATE),
}
_COMBINATION: Shape = {
    "columns": said("What is drawn together.", _NAMES),
    "values": said("A list for each combination, with a value for every column.", {
        "type": "array", "minItems": 1, "items": {"type": "array", "items": _ANY, "minItems": 1}
    }),
    "weights": said("One for each combination.", {"type": "array", "items": {"type": "number", "minimum": 0}}),
    "exact": said("Of the whole table each combination gets its share to the row.", _FLAG),
    "id": said("Keys the choice; defaults to the columns.", _NAME),
}  # fmt: skip

_CORRELATION: Shape = {
    "anyOf": [
        {"type": "array", "minItems": 3, "maxItems": 3, "prefixItems": [_NAME, _NAME, _COEFFICIENT]},
        mapping(
            {
                "columns": said("Columns that go along with each other.", {"type": "array", "items": _NAME, "minItems": 2}),
                "matrix": said("Their correlations, row by row, or what stands on and below the diagonal.", {
                    "type": "array", "minItems": 2, "items": {"type": "array", "minItems": 1, "items": _COEFFICIENT}
                }),
                "correlation": said("The same for each pair.", _COEFFICIENT),
            },
            ("columns",),
        ),
    ]
}  # fmt: skip

_CONDITION_REF: Shape = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/condition"}]}
_UNIQUE: Shape = {"anyOf": [
    {"type": "string", "minLength": 1}, {"type": "array", "items": _NAME, "minItems": 1},
    mapping({
        "columns": said("What is unique together.", _NAMES), "column": said("The same as columns.", _NAMES),
        "where": said("Among the rows where this holds.", _CONDITION_REF),
    }, ("where",)),
]}  # fmt: skip
_DIRT_REFS: Shape = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/dirt"}}
_AMOUNT: Shape = {
    "type": ["integer", "string"],
    "minimum": 0,
    "maximum": LARGEST_COUNT,
    "pattern": r"^\s*[0-9]{1,7}(\.[0-9]+)? ?%\s*$",
}
_DERIVED: Shape = {"anyOf": [_FLAG, _NAME]}
_CHANGES: Shape = {
    "from": said("Moment of the first snapshot: a time, as_of, or a distance from it.", {"type": "string"}, default="as_of"),
    "to": said("Moment of the later snapshot, such as +30d.", {"type": "string"}),
    "inserts": said('Rows that are inserted: a number, or a share of the table\'s such as "5%".', _AMOUNT),
    "updates": said("Updates of rows, likewise.", _AMOUNT),
    "deletes": said("Rows that are deleted, likewise.", _AMOUNT),
    "columns": said("What updates change: columns, lists of columns that change together, or weights by column.", {
        "anyOf": [
            {"type": "array", "minItems": 1, "items": {"anyOf": [
                _NAMES, mapping({"columns": _NAMES, "weight": {"type": "number", "minimum": 0}}, ("columns",)),
            ]}},
            {"type": "object", "minProperties": 1, "additionalProperties": {"type": "number", "minimum": 0}},
        ],
    }),
    "inserted_at": said("Column that holds when a row was inserted, of rows that are.", _NAME),
    "changed_at": said("Column that holds when a row was last inserted or updated, of rows that are.", _NAME),
    "log": said("The table of changes, as Debezium tells of them: its name, or false for none.", _DERIVED),
    "history": said("The table of row versions (SCD2): its name, or false for none.", _DERIVED),
    "later": said("The later snapshot: its name, or false for none.", _DERIVED),
    "snapshot": said("The log begins with a reading of every row.", _FLAG),
}  # fmt: skip

_TABLE: Shape = {
    "table_name": said("Name of the table and of its files.", _NAME),
    "name": said("The same as table_name.", _NAME),
    "id": said("Keys the table's random streams, so that renaming changes no value.", _NAME),
    "rows": said("Number of rows.", _COUNT),
    "locale": said("Language and country of this table's values, or several.", _LOCALE),
    "places": said("Whether addresses of this table stand in cities that exist.", any_case(list(PLACES))),
    "columns": {
        "description": "The columns, as a list or by their names.",
        "anyOf": [
            {"type": "array", "items": {"$ref": "#/$defs/column", "required": ["name"]}, "minItems": 1},
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {
                    "anyOf": [{"$ref": "#/$defs/column"}, {"type": ["string", "null"]}, {"type": "array"}]
                },
            },
        ],
    },
    "foreign_keys": said("References of this table's columns to other tables.", _KEYS),
    "unique": said("Columns that are unique, and lists of columns that are unique together; `{columns, where}`: among some rows.", {
        "anyOf": [_UNIQUE, {"type": "array", "items": _UNIQUE}]
    }),
    "primary_key": said("The column, or the columns together, that identify a row.", _NAMES),
    "combinations": said("Columns that are drawn together from a list of rows.", {
        "type": "array", "items": mapping(_COMBINATION, ("columns", "values"))
    }),
    "dirt": said("What is damaged once the table is clean: a list of rules, or these with the name of a table that tells the truth.", {
        "anyOf": [_DIRT_REFS, mapping({
            "rules": said("What is damaged.", _DIRT_REFS),
            "truth": said("Name of a table that holds a row for each damaged cell.", _NAME),
        }, ("rules",))],
    }),
    "changes": said("What becomes of the rows in a period, as a log, a history and a later snapshot.", mapping(_CHANGES)),
    "correlate": said("Columns that rise and fall together: `[height, weight, 0.7]`, or a matrix.", {
        "type": "array", "items": _CORRELATION
    }),
    "constraints": said("Orderings of columns, such as `shipped_at >= ordered_at`, and references kept apart, such as `buyer != seller`; and columns of which one has a value, `{exactly_one: [a, b]}`.", {
        "type": "array",
        "items": {"anyOf": [
            {"type": "string"},
            mapping(_ALTERNATIVES),
            mapping({"later": _NAME, "earlier": _NAME, "strict": said("Equal is refused.", _FLAG)}, ("later", "earlier")),
        ]},
    }),
}  # fmt: skip

_CONDITION: Shape = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/condition"}]}
_COMPARED: Shape = mapping(
    {
        "column": {"description": "Another column of the table.", **_NAME},
        "operator": said("How it is compared.", any_case(list(ALL_OPERATORS)), default="=="),
        "value": {
            "description": "What it is compared with.",
            "anyOf": [_ANY, {"type": "array", "items": _ANY}],
        },
    },
    ("column",),
)
_JOINED: Shape = mapping(
    {
        **{
            key: said(
                "Conditions, of which every one holds." if word == " and " else "Conditions, of which one holds.",
                {"type": "array", "items": _CONDITION, "minItems": 1},
            )
            for key, word in JUNCTIONS.items()
        },
        "not": said("A condition that does not hold.", _CONDITION),
    }
)
_MISSING: Shape = {
    "when": said("Where the share counts: `age > 60`.", _CONDITION), "condition": said("The same as when.", _CONDITION),
    "rate": said("Share of those rows without a value; all when left out.", _RATE),
}  # fmt: skip
_DIRT: Shape = {
    "kind": said("How cells are damaged.", any_case(list(KINDS))),
    "columns": said("The columns; each loses its share. Two for swap.", _NAMES),
    "rate": said("Share of the eligible cells, met to the cell.", _RATE),
    "where": said("Only in rows where this holds.", _CONDITION),
    "keys": said("true: keys and references may be damaged too.", _FLAG),
    "ways": said("Of typo, case, whitespace and format: in which ways; all when left out.", {
        "anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": any_case(sorted({way for ways in DIRT_WAYS.values() for way in ways}))}]
    }),
    "factor": said("Of outlier: what numbers are multiplied by; 10 when left out.", {"type": "number"}),
    "by": said("Of outlier: how far values move, such as 1000 or 36525d.", {"type": ["number", "string"]}),
    "sigma": said("Of outlier: how many standard deviations from the mean, at least.", {"type": "number", "exclusiveMinimum": 0}),
    "values": said("Of placeholder: what stands for a missing value. Of variant: other ways to write each value.", {
        "anyOf": [
            {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}},
            {"type": "object", "minProperties": 1, "additionalProperties": _NAMES_OR_TEXTS},
        ]
    }),
}  # fmt: skip

_COLUMN: Shape = {
    "name": said("Name of the column.", _NAME),
    "id": said("Keys the column's random stream, so that renaming changes no value.", _NAME),
    "type": said("Type of the values; without one, the rule decides.", {
        "anyOf": [*any_case([*TYPES, NUMBER])["anyOf"], {"type": "string", "pattern": r"^\s*[A-Za-z]+\s*\([0-9, ]+\)\s*$"}]
    }),
    "precision": said("Digits in all, of a decimal.", {"type": "integer", "minimum": 1, "maximum": MOST_DIGITS}),
    "scale": said("Digits after the point.", {"type": "integer", "minimum": 0, "maximum": MOST_DIGITS}),
    "decimals": said("The same as scale.", {"type": "integer", "minimum": 0, "maximum": MOST_DIGITS}),
    "zone": said("Whose clock a datetime shows: a name, an offset such as +05:30, or none. UTC when left out.", {"type": "string"}),
    "rule": said("How the values are made; without one, name and type decide.", _RULE_REF),
    "conditional_rules": said("Rules that apply where a condition holds; the first that holds wins.", {
        "type": "array", "items": {"$ref": "#/$defs/conditional"}
    }),
    "constraints": said("PK, FK, UNIQUE, NOT NULL.", {
        "anyOf": [any_case(list(MARKS)), {"type": "array", "items": any_case(list(MARKS))}]
    }),
    "primary_key": said("The column identifies a row, alone or with others.", _FLAG),
    "unique": said("No value stands twice.", _FLAG),
    "nullable": said("false: never NULL. A share: so many are NULL.", {**_RATE, "type": ["boolean", "number", "string"]}),
    "null_rate": said('Share of rows that are NULL, such as 0.05 or "5%".', _RATE),
    "null_when": said("Where values are missing: a condition, or conditions with shares; the first that holds wins.", {
        "anyOf": [_CONDITION, _MISSING_REF, {"type": "array", "items": {"anyOf": [{"type": "string"}, _MISSING_REF]}}]
    }),
    "references": said("The column referred to, as `table.column`, or with options.", {"$ref": "#/$defs/reference"}),
    "sensitivity": said("Why the values are sensitive, such as PII.", _NAMES),
    "description": said("For readers.", {"type": "string"}),
}  # fmt: skip

_RULE: Shape = {
    "title": "Rule",
    "description": "A kind (`first_name`), a kind with options (`{type: range, min: 1, max: 10}`), or choices (`[a, b]`).",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array"},
        {"type": "object", "minProperties": 1, "properties": {
            "type": {"description": "The kind of rule.", "type": "string"},
            "custom_class": {"description": "Class of a rule of your own.", "type": "string"},
            "custom_method": {"description": "Its method.", "type": "string"},
        }},
    ],
}  # fmt: skip

_CONDITIONAL: Shape = {
    "condition": said("When the rule applies: `{column, operator, value}` or text such as `dept_id == 1`.", _CONDITION),
    "when": said("The same as condition.", _CONDITION),
    "rule": _RULE_REF,
}

_ANY_NUMBER: Shape = {"type": "number"}
_FAN_OUT: Shape = {
    "min": said("At least.", _COUNT), "max": said("At most.", _COUNT),
    "distribution": said("How often each number of children occurs; uniform when left out.", any_case(list(DISTRIBUTIONS))),
    "exponent": said("Of zipf: the higher, the rarer are many children.", _ANY_NUMBER),
    "p": said("Of geometric: each number is 1 - p times as frequent as the one before.", _ANY_NUMBER),
    "mean": said("Of poisson and normal, before they are cut to min..max.", _ANY_NUMBER),
    "stddev": said("Of normal.", _ANY_NUMBER),
    "histogram": said("Numbers of children with their weights, such as [[0, 5], [1, 3]].", {
        "type": "array", "minItems": 1, "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": _ANY_NUMBER},
    }),
}  # fmt: skip

_REFERENCE: Shape = {
    "id": said("Keys the choice of parents; defaults to the child columns.", _NAME),
    "fan_out": said("Children per parent: a number, `1..5`, or `{min, max}` with a distribution.", {
        "anyOf": [_COUNT, {"type": "string", "pattern": r"^\s*[0-9]+\s*\.\.\s*[0-9]+\s*$"}, mapping(_FAN_OUT)]
    }),
    "owning": said("Children of one parent are consecutive rows.", _FLAG),
    "choice": said("`independent`: every child picks for itself, and counts are noisy.", any_case(["exact", "independent"])),
    "nullable": said("false: every child has a parent. A share: so many have none.", {**_RATE, "type": ["boolean", "number", "string"]}),
    "null_rate": said("Share of children without a parent.", _RATE),
    "depth": said("Levels of a table that refers to itself.", {"type": "integer", "minimum": 1, "maximum": DEEPEST_FOREST}),
    "roots": said("Rows without a parent in a table that refers to itself.", {"type": "integer", "minimum": 1}),
    "weights": said("How often a parent is meant, by one of its columns: `{tier: {gold: 5, silver: 1}}`.", {
        "type": "object", "minProperties": 1, "maxProperties": 1,
        "additionalProperties": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "number", "minimum": 0}},
    }),
    "edge": said("The other end of an edge that begins at another reference to the same table.", mapping({
        "from": said("Reference where edges begin, or its column.", _NAME),
        "within": said("Reference of that table to the communities of its rows, or its column.", _NAME),
        "inside": said("Share of edges that stay inside a community.", _RATE),
        "exact": said("The share is met to the row.", _FLAG),
        "undirected": said("An edge and its reverse are the same.", _FLAG),
    }, ("from",))),
    "type_column": said("Column that says which of several parents is meant.", _NAME),
    "parents": said("The tables that may be meant.", {
        "type": "array", "minItems": 1,
        "items": {"anyOf": [{"type": "string"}, mapping({
            "table": _NAME, "column": said("Its key.", _NAMES), "columns": said("The same as column.", _NAMES),
            "label": said("What the type column says for it.", _NAME), "weight": said("Relative frequency.", {"type": "integer", "minimum": 1}),
        }, ("table",))]},
    }),
}  # fmt: skip
_FOREIGN_KEY: Shape = {
    "child_table": said("Table whose column refers; only beside `tables`.", _NAME),
    "child_column": said("Column that refers, or several.", _NAMES),
    "child_columns": said("The same as child_column.", _NAMES),
    "parent_table": said("Table that is referred to.", _NAME),
    "parent_column": said("Its key, or the columns of it.", _NAMES),
    "parent_columns": said("The same as parent_column.", _NAMES),
}
_REFERENCES: Shape = {
    "title": "Reference",
    "anyOf": [
        {"type": "string"},
        mapping({
            "table": said("Table that is referred to.", _NAME), "column": said("Its key.", _NAMES),
            "columns": said("The same as column.", _NAMES), **_REFERENCE,
        }),
    ],
}  # fmt: skip
