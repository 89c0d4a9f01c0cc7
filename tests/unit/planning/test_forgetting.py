"""A process that compiles for years keeps nothing of what it compiled."""

import gc
from collections import Counter

import syndata
from syndata_contracts.presets import load_preset


def kept() -> Counter[str]:
    """How many objects of each of our classes live."""
    gc.collect()
    # Some types answer `__module__` with something else than text.
    places = ((str(getattr(type(one), "__module__", "")), type(one).__qualname__) for one in gc.get_objects())
    return Counter(f"{module}.{name}" for module, name in places if module.startswith("syndata"))


def test_plans_that_are_gone_leave_nothing_behind() -> None:
    text = load_preset("user")
    syndata.plan(text, seed=0)
    before = kept()
    for seed in range(1, 6):
        syndata.plan(text, seed=seed)
    assert kept() - before == Counter()
