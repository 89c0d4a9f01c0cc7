"""Rules whose values another library is asked for once: what it says becomes part of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, ConditionalRule, DatasetSchema, Rule, TableSchema
from syndata_engine.generation.kinds.registry import kind_named, parse_rule
from syndata_engine.vocabularies import Vocabularies

if TYPE_CHECKING:
    from syndata_engine.generation.kinds.fakers import FakerOptions


def with_samples(schema: DatasetSchema, vocabularies: Vocabularies, faults: list[Fault]) -> DatasetSchema:
    """The schema with the values of every rule `faker` in it; what cannot be asked for joins the faults."""
    return Sampling(schema, vocabularies, faults).schema()


class Sampling:
    """Asks for each provider once, however many columns name it."""

    def __init__(self, schema: DatasetSchema, vocabularies: Vocabularies, faults: list[Fault]) -> None:
        self._schema = schema
        self._vocabularies = vocabularies
        self._faults = faults
        self._known: dict[str, dict[str, Any]] = {}

    def schema(self) -> DatasetSchema:
        """The schema with samples; itself where no rule wants any."""
        tables = tuple(self._table(table) for table in self._schema.tables)
        same = all(one is other for one, other in zip(tables, self._schema.tables, strict=True))
        return self._schema if same else self._schema.model_copy(update={"tables": tables})

    def _table(self, table: TableSchema) -> TableSchema:
        locale = table.locale or self._schema.locale
        columns = tuple(self._column(column, locale) for column in table.columns)
        same = all(one is other for one, other in zip(columns, table.columns, strict=True))
        return table if same else table.model_copy(update={"columns": columns})

    def _column(self, column: ColumnSchema, locale: str) -> ColumnSchema:
        rule = None if column.rule is None else self._rule(column.rule, locale)
        branches = tuple(self._branch(branch, locale) for branch in column.conditional_rules)
        same = all(one is other for one, other in zip(branches, column.conditional_rules, strict=True))
        if same and rule is column.rule:
            return column
        return column.model_copy(update={"rule": rule, "conditional_rules": branches})

    def _branch(self, branch: ConditionalRule, locale: str) -> ConditionalRule:
        rule = self._rule(branch.rule, locale)
        return branch if rule is branch.rule else branch.model_copy(update={"rule": rule})

    def _rule(self, rule: Rule, locale: str) -> Rule:
        kind = kind_named(rule.kind)
        if kind is None or kind.name != "faker" or isinstance(rule.options.get("sampled"), dict):
            return rule
        try:
            options: FakerOptions = parse_rule(rule)[1]
        except Refused:
            return rule  # its column tells what is wrong with it
        sampled: Any
        try:
            sampled = self._asked(options, options.locale or locale)
        except Refused as refusal:
            self._faults += [Fault(f"{rule.path}.{fault.path}", fault.what, fault.fix) for fault in refusal.faults]
            sampled = "refused"
        return rule.model_copy(update={"options": {**rule.options, "sampled": sampled}})

    def _asked(self, options: FakerOptions, locale: str) -> dict[str, Any]:
        sample = self._vocabularies.sample
        if sample is None:
            raise Refused(
                Fault("provider", "Faker cannot be asked here", "make the plan with the command or the library")
            )
        asked = repr((options.provider, locale, options.arguments, options.size))
        if asked not in self._known:
            self._known[asked] = sample(options.provider, locale, options.arguments, options.size)
        return self._known[asked]
