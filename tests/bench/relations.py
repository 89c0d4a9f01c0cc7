"""Marks of relational generation: far rows, large children, unique texts, large plans, and what references cost."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.bench import timing

Figures = dict[str, float]

CHILDREN = 100_000_000
EMAILS = 50_000_000
FAR = 10**12
_PART_ROWS = 14_000
"""Rows of a part of which there are over 7,000 in the large child."""


def print_relations(share: float) -> None:
    """Everything about relations, each figure from a process of its own; `share` of the rows of what is counted."""
    print("\nRelations (each line from a fresh process)")
    for name, said in (("owned", "rows in order of parents"), ("scattered", "rows in no order")):
        one = _asked("far_part", name)
        print(f"  part 7,000 of a child of {CHILDREN:,} rows, {said}: {one['seconds']:.2f} s after planning,"
              f" {one['mebibytes']:.0f} MiB, {one['orphans']:.0f} orphans"
              f"   goal 300 MiB, none: {_verdict(one['mebibytes'] <= 300 and not one['orphans'])}")  # fmt: skip
    emails = int(EMAILS * share)
    one = _asked("emails", str(emails))
    print(f"  {emails:,} unique e-mails: {one['doubled']:.0f} doubled, {one['mebibytes']:.0f} MiB at the end,"
          f" {one['early_mebibytes']:.0f} MiB after a tenth"
          f"   goal none, flat: {_verdict(not one['doubled'] and one['mebibytes'] <= 1.1 * one['early_mebibytes'])}")  # fmt: skip
    one = _asked("far_row")
    print(
        f"  row {FAR - 1:,} after planning: {one['seconds'] * 1e3:.1f} ms   goal 50 ms: {_verdict(one['seconds'] <= 0.05)}"
    )
    one = _asked("large_plan")
    print(f"  plan of 10 billion rows in five tables: {one['seconds'] * 1e3:.0f} ms, {one['bytes']:,.0f} bytes"
          f"   goal 1 s, 1 MB: {_verdict(one['seconds'] <= 1 and one['bytes'] <= 1e6)}")  # fmt: skip
    one = _asked("wide_plan")
    print(
        f"  200 columns in 30 tables compiled: {one['seconds'] * 1e3:.0f} ms   goal 1 s: {_verdict(one['seconds'] <= 1)}"
    )
    for name, said in (("plain", "an integer in its place"), ("owned", "a reference that owns the order of rows"),
                       ("scattered", "a reference to rows in any order"), ("lookup", "a reference and two lookups"),
                       ("counted", "parents that count and add up their children")):  # fmt: skip
        ratio = _asked("cost", name)
        verdict = "" if name == "plain" else f"   goal 1.5: {_verdict(ratio['csv'] <= 1.5)}"
        print(f"  both tables with {said}: x {ratio['csv']:.2f} as CSV with digests, x {ratio['columns']:.2f} as columns{verdict}",
              flush=True)  # fmt: skip


def _asked(what: str, *words: str) -> Figures:
    command = [sys.executable, "-m", "tests.bench.relations", what, *words]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(f"{' '.join(command)}\n{answer.stderr}")
    figures: Figures = json.loads(answer.stdout)
    return figures


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT reached"


def _bound(config: Any) -> Any:
    from syndata.preparing import prepare
    from syndata.tables import bound
    from syndata_engine.planning import Overrides

    return bound(prepare(config, Overrides()))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def shop(orders: int, fan_out: Any, **more: Any) -> dict[str, Any]:
    """Customers and their orders."""
    customer = {"references": {"table": "customers", "column": "id", "fan_out": fan_out}}
    columns = {
        "id": "uuid",
        "customer_id": customer,
        "total": {"rule": {"type": "range", "min": 1.0, "max": 999.0}},
        **more,
    }
    own = {
        "id": "sequence",
        "name": "full_name",
        "joined": {"rule": {"type": "range", "min": "2020-01-01", "max": "2025-12-31"}},
    }
    return {
        "tables": {
            "customers": {"rows": orders // 10, "primary_key": "id", "columns": own},
            "orders": {"rows": orders, "primary_key": "id", "columns": columns},
        }
    }


def far_part(name: str) -> Figures:
    """Part 7,000 of a large child alone, each of its references checked against its parents' keys."""
    fan_out: Any = (
        {"min": 0, "max": 40} if name == "owned" else {"min": 0, "max": 1000, "distribution": "zipf", "exponent": 1.2}
    )
    config = shop(CHILDREN, fan_out)
    config["tables"]["orders"]["columns"]["customer_id"]["references"]["owning"] = name == "owned"
    dataset = _bound(config)
    child, parents = dataset.tables["orders"], dataset.tables["customers"]
    child.batch(0, 10)
    begun = time.perf_counter()
    batch = child.batch(7_000 * _PART_ROWS, 7_001 * _PART_ROWS)
    seconds = time.perf_counter() - begun
    peak = _peak()
    keys = batch.column("customer_id").to_pylist()
    # A key is its parent's row and one: an orphan is one whose parent, made alone, says otherwise.
    orphans = sum(parents.batch(key - 1, key).column("id")[0].as_py() != key for key in set(keys[:500]))
    orphans += sum(not 1 <= key <= CHILDREN // 10 for key in keys)
    return {"seconds": seconds, "mebibytes": peak, "orphans": orphans}


def emails(rows: str) -> Figures:
    """So many unique addresses, in steps; the hashes of all are compared afterwards."""
    import numpy as np

    total, step = int(rows), 100_000
    table = _bound({"tables": {"t": {"rows": total, "columns": {"email": {"rule": "email", "unique": True}}}}}).tables[
        "t"
    ]
    with tempfile.TemporaryDirectory(dir=timing.scratch()) as folder:
        hashes = np.lib.format.open_memmap(Path(folder, "h.npy"), mode="w+", dtype=np.uint64, shape=(total,))
        early = 0.0
        for start in range(0, total, step):
            stop = min(total, start + step)
            hashes[start:stop] = _hashes(table.batch(start, stop).column("email"))
            # The pages of the map count as ours while they are mapped.
            hashes.flush()
            early = early or (_resident() if stop * 10 >= total else 0.0)
        late = _resident()
        ordered = np.sort(hashes)
    # Two of 50 million 64-bit hashes are equal by chance once in 15,000 runs.
    return {"doubled": float(np.sum(ordered[1:] == ordered[:-1])), "mebibytes": late, "early_mebibytes": early}


def _hashes(texts: Any) -> Any:
    import numpy as np

    from syndata_engine.profiling.distinct import hashes_of

    return hashes_of(texts).astype(np.uint64)


def _resident() -> float:
    """MiB of our own memory, files that are mapped left out."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return _peak()


def far_row() -> Figures:
    """The last of 10**12 rows, by the median of five looks."""
    own = {"id": "sequence", "name": "full_name", "mail": {"rule": "email", "unique": True}}
    table = _bound({"tables": {"t": {"rows": FAR, "primary_key": "id", "columns": own}}}).tables["t"]
    return {"seconds": _median(lambda: table.batch(FAR - 1, FAR), 5, first=False)}


def large_plan() -> Figures:
    """A plan of 10 billion rows."""
    import syndata

    config = shop(8_000_000_000, "0..20")
    line = {"references": {"table": "orders", "column": "id", "fan_out": "0..2"}}
    config["tables"]["customers"]["rows"] = 800_000_000
    config["tables"]["lines"] = {"rows": 1_000_000_000, "columns": {"order_id": line, "number": "position"}}
    config["tables"]["products"] = {"rows": 190_000_000, "columns": {"id": "sequence", "name": "word"}}
    config["tables"]["visits"] = {"rows": 10_000_000, "columns": {"id": "uuid", "at": "ipv4"}}
    begun = time.perf_counter()
    plan = syndata.plan(config)
    seconds = time.perf_counter() - begun
    assert sum(table.rows for table in plan.tables) == 10_000_000_000
    return {"seconds": seconds, "bytes": len(plan.to_bytes())}


def wide_plan() -> Figures:
    """Thirty tables, each but the first a child of the one before, 200 columns."""
    import syndata

    rules = ["full_name", "email", "city", "word", "uuid", "boolean"]
    tables: dict[str, Any] = {}
    columns = 0
    for number in range(30):
        own: dict[str, Any] = {"id": "sequence"}
        if number:
            own["parent"] = {"references": {"table": f"t{number - 1}", "column": "id"}}
        while len(own) < (7 if number < 20 else 6):
            own[f"c{len(own)}"] = rules[len(own) % len(rules)]
        columns += len(own)
        tables[f"t{number}"] = {"rows": 1000, "primary_key": "id", "columns": own}
    assert columns == 200
    return {"seconds": _median(lambda: syndata.plan({"tables": tables}), 3)}


def cost(name: str) -> Figures:
    """Two tables with references over the same with plain columns in their places, in Arrow columns and as CSV."""
    plain = ranged(1, 100_000)
    amount = ranged(1.0, 999.0)
    parents = {"id": "sequence", "name": "full_name", "rate": amount}
    children = {"id": "uuid", "note": "sentence", "at": ranged("2024-01-01T00:00:00", "2024-12-31T00:00:00")}
    scattered = {"references": {"table": "p", "column": "id"}}
    owned = {"references": {"table": "p", "column": "id", "fan_out": "0..20"}}
    without = ({**parents}, {**children, "p": plain})
    related = ({**parents}, {**children, "p": {"plain": plain, "owned": owned, "counted": owned}.get(name, scattered)})
    if name == "lookup":
        without[1].update(a="full_name", b=amount)
        related[1].update(a=looked_up("name"), b=looked_up("rate"))
    if name == "counted":
        without[0].update(n=plain, s=amount)
        without[1].update(amount=amount)
        related[0].update(n={"rule": {"type": "count", "table": "c"}}, s=added_up("amount"))
        related[1].update(amount=amount)
    datasets = [_bound(two_tables(*columns)) for columns in (related, without)]
    return {"columns": _ratio(datasets, _as_columns), "csv": _ratio(datasets, _as_csv)}


def ranged(least: Any, most: Any) -> dict[str, Any]:
    """A column of values between two."""
    return {"rule": {"type": "range", "min": least, "max": most}}


def looked_up(column: str) -> dict[str, Any]:
    """A column of the parent."""
    return {"rule": {"type": "lookup", "via": "p", "column": column}}


def added_up(column: str) -> dict[str, Any]:
    """A column of the children, added up."""
    return {"rule": {"type": "sum", "table": "c", "column": column}}


def two_tables(parents: dict[str, Any], children: dict[str, Any]) -> dict[str, Any]:
    """Parents, and ten times as many children."""
    return {
        "tables": {
            "p": {"rows": 50_000, "primary_key": "id", "columns": parents},
            "c": {"rows": 500_000, "columns": children},
        }
    }


def _ratio(datasets: Sequence[Any], make: Callable[[Any], None]) -> float:
    for dataset in datasets:
        make(dataset)
    taken: list[list[float]] = [[], []]
    for _ in range(5):
        for times, dataset in zip(taken, datasets, strict=True):
            begun = time.perf_counter()
            make(dataset)
            times.append(time.perf_counter() - begun)
    return statistics.median(taken[0]) / statistics.median(taken[1])


def _as_columns(dataset: Any) -> None:
    for table in dataset.tables.values():
        for start in range(0, table.planned.rows, 65_536):
            table.batch(start, min(table.planned.rows, start + 65_536))


def _as_csv(dataset: Any) -> None:
    from syndata_contracts.digests import hasher
    from syndata_engine.formats import encode_part

    for table in dataset.tables.values():
        for part in range(table.planned.parts):
            encode_part(table, part, "csv", hasher("blake3").update)


def _median(action: Callable[[], Any], times: int, *, first: bool = True) -> float:
    if not first:
        action()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    parts: dict[str, Callable[..., Figures]] = {
        "far_part": far_part, "emails": emails, "far_row": far_row,
        "large_plan": large_plan, "wide_plan": wide_plan, "cost": cost,
    }  # fmt: skip
    print(json.dumps(parts[sys.argv[1]](*sys.argv[2:])))
