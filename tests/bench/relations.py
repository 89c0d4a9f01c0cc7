"""Marks of relational generation: far rows, large children, unique texts, large plans, and what references cost."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
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
        ratio = _asked("cost", name)["ratio"]
        verdict = "" if name == "plain" else f"   goal 1.5: {_verdict(ratio <= 1.5)}"
        print(f"  cost of {said}: x {ratio:.2f} of the same columns without{verdict}", flush=True)


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
    dataset = _bound(shop(CHILDREN, fan_out))
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
    """A table's time over that of the same table with plain columns in the references' places, turn by turn."""
    plain = {"rule": {"type": "range", "min": 1, "max": 100_000}}
    amount = {"rule": {"type": "range", "min": 1.0, "max": 999.0}}
    own = {
        "id": "uuid",
        "note": "sentence",
        "at": {"rule": {"type": "range", "min": "2024-01-01T00:00:00", "max": "2024-12-31T00:00:00"}},
    }
    parents = {"id": "sequence", "name": "full_name", "rate": amount}
    scattered = {"references": {"table": "p", "column": "id"}}
    owned = {"references": {"table": "p", "column": "id", "fan_out": "0..20"}}
    without: dict[str, Any] = {**own, "p": plain}
    measured = "c"
    with_: dict[str, Any] = {**own, "p": {"plain": plain, "owned": owned}.get(name, scattered)}
    if name == "lookup":
        without |= {"a": "full_name", "b": amount}
        with_ |= {
            "a": {"rule": {"type": "lookup", "via": "p", "column": "name"}},
            "b": {"rule": {"type": "lookup", "via": "p", "column": "rate"}},
        }
    parents_with = dict(parents)
    if name == "counted":
        measured = "p"
        with_ = {**own, "p": owned, "amount": amount}
        without = {**own, "p": plain, "amount": amount}
        parents_with |= {
            "n": {"rule": {"type": "count", "table": "c"}},
            "s": {"rule": {"type": "sum", "table": "c", "column": "amount"}},
        }
        parents |= {"n": plain, "s": amount}

    def bound(columns: dict[str, Any], above: dict[str, Any]) -> Any:
        return _bound({"tables": {"p": {"rows": 100_000, "primary_key": "id", "columns": above},
                                  "c": {"rows": 1_000_000, "columns": columns}}}).tables[measured]  # fmt: skip

    tables = [bound(with_, parents_with), bound(without, parents)]
    taken: list[list[float]] = [[], []]
    rows = 65_536
    for table in tables:
        table.batch(0, rows)
    for _ in range(7):
        for times, table in zip(taken, tables, strict=True):
            begun = time.perf_counter()
            table.batch(0, rows)
            times.append(time.perf_counter() - begun)
    return {"ratio": statistics.median(taken[0]) / statistics.median(taken[1])}


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
