"""Which country a locale's rows belong to."""

from __future__ import annotations

import pytest

from tests.unit.kinds.making import batch_of, by


@pytest.mark.parametrize(
    ("locale", "country", "currency", "calling"),
    [("dk_DK", "DK", "DKK", "+45"), ("fr_BE", "BE", "EUR", "+32"), ("ga_IE", "IE", "EUR", "+353"), ("it_CH", "CH", "CHF", "+41"),
     ("es_CA", "ES", "EUR", "+34"), ("fr_QC", "CA", "CAD", "+1"), ("gu_IN", "IN", "INR", "+91"), ("or_IN", "IN", "INR", "+91")],
)  # fmt: skip
def test_whatever_names_a_country_names_the_same(locale: str, country: str, currency: str, calling: str) -> None:
    """Also for locales without places of their own, which take those of another locale of their country."""
    columns = {
        "code": {"rule": "country_code"}, "money": by("currency_code", local=True), "phone": by("phone", format="e164"),
    }  # fmt: skip
    for row in batch_of(columns, 20, locale=locale).to_pylist():
        assert (row["code"], row["money"]) == (country, currency)
        assert row["phone"].startswith(calling)
