"""The kinds that come with the engine, one file per family.

A family is loaded when one of its names is asked for: a command uses few of them, and all together take as long to load
as a small dataset takes to make.

Begin with `registry`, where kinds are announced and looked up. Files without kinds of their own are what several
families share: `drawing`, `figures`, `persons`, `phrases`, `real_places`, `codes_of_the_world`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from syndata_engine.generation.kinds.registry import Kind

# fmt: off
FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "numbers": (
        "range", "between", "uniform", "random_int", "random_number", "pyint", "pyfloat", "pydecimal", "date_between",
        "date_time_between", "sequence", "autoincrement", "auto_increment", "serial", "row_number", "increment", "id",
        "constant", "fixed", "literal", "static", "null", "none", "empty", "boolean", "pybool", "random_bool", "flag",
    ),
    "categories": (
        "choice", "choices", "random_element", "enum", "categorical", "category", "weighted_choice", "one_of", "map",
        "depends_on", "by", "choice_by", "bucket", "band", "cut", "bin",
    ),
    "combinations": ("combination",),
    "moments": ("date_of_birth", "dob", "birth_date", "birthdate", "birthday", "age"),
    "offsets": ("offset", "after", "date_after", "later_than"),
    "patterns": ("pattern", "bothify", "numerify", "lexify", "mask", "regex", "regexify", "matches"),
    "people": (
        "first_name", "given_name", "firstname", "last_name", "surname", "family_name", "lastname", "full_name",
        "name", "person_name", "fullname", "prefix", "salutation", "honorific", "gender", "sex", "email",
        "email_address", "safe_email", "mail", "company_email", "free_email", "username", "user_name", "login",
        "account_name", "nickname", "phone", "phone_number", "telephone", "mobile", "cell_phone", "msisdn", "job",
        "job_title", "occupation", "profession",
    ),
    "places": (
        "street_address", "street", "address_line", "address_line1", "address", "full_address", "shipping_address",
        "billing_address", "city", "town", "municipality", "postal_code", "postcode", "zip", "zipcode", "zip_code",
        "state", "province", "region", "administrative_unit", "state_abbr", "state_code", "province_abbr", "country",
        "current_country", "country_name", "country_code", "current_country_code", "iso_country", "street_name",
    ),
    "row_locales": ("row_locale", "locale_of_row"),
    "companies": (
        "company", "company_name", "organization", "employer", "website", "url", "homepage", "uri", "domain",
        "domain_name", "hostname", "business_email", "organization_email", "contact_email", "catch_phrase", "slogan",
        "tagline", "company_suffix",
    ),
    "words": (
        "word", "lorem_word", "sentence", "title", "headline", "description", "lorem", "text", "paragraph", "comment",
        "note", "notes", "body", "words", "tags", "keywords", "paragraphs", "article", "long_text", "color",
        "color_name", "colour", "currency_code", "currency", "language", "language_name", "business_phrase", "bs",
        "buzzword", "license_plate", "plate", "file_extension", "mime_type", "bytes", "blob", "random_bytes",
        "binary",
    ),
    "identifiers": (
        "credit_card", "credit_card_number", "card_number", "imei", "device_imei", "ean", "ean13", "gtin", "barcode",
        "upc", "isbn", "isbn13", "book_number", "vin", "vehicle_identification_number", "chassis_number", "lei",
        "legal_entity_identifier", "bic", "swift", "swift_code",
    ),
    "cards": (
        "card_brand", "card_network", "card_scheme", "credit_card_brand", "credit_card_provider", "card_cvv", "cvv", "cvc",
        "card_security_code", "credit_card_security_code", "card_expiry", "card_expiration", "credit_card_expire",
        "card_expires", "expiry_date",
    ),
    "products": (
        "product_name", "product", "article_name", "product_title", "product_category", "product_group", "product_type",
        "department_of_product", "product_sku", "sku", "stock_keeping_unit", "article_code", "product_ean", "product_gtin",
        "product_barcode", "product_price", "list_price", "catalogue_price",
    ),
    "ibans": ("iban", "bank_account", "account_iban"),
    "national_ids": ("national_id", "ssn", "social_security_number", "personal_id", "tax_id"),
    "templates": ("template", "compose", "interpolate", "concat"),
    "tokens": (
        "uuid", "uuid4", "guid", "ulid", "nanoid", "nano_id", "short_id", "hash", "digest", "checksum", "commit_hash",
        "token", "base64", "api_key", "secret_key", "access_token",
    ),
    "network": (
        "ipv4", "ip", "ip_address", "ipv6", "ip6", "mac", "mac_address", "ethernet_address", "port", "port_number",
        "tcp_port", "http_status", "status_code", "http_status_code", "http_method", "request_method", "http_verb",
        "user_agent", "browser", "host", "host_name", "server_name", "fqdn", "page_url", "url_path", "page", "link",
    ),
    "files": (
        "file_name", "filename", "file_path", "filepath", "path", "semantic_version", "semver", "version",
        "version_number",
    ),
    "fakers": ("faker", "provider"),
    "points": ("latitude", "lat", "longitude", "lng", "lon", "coordinates", "lat_long", "geo_point"),
    "world": (
        "timezone", "time_zone",
        "tz", "language_code", "iso_language", "lang", "locale_code", "locale", "country_alpha3", "country_code3",
        "iso3", "currency_name", "currency_symbol", "hex_color", "hex_colour", "color_hex", "rgb_color", "rgb_colour",
        "color_rgb", "icd10", "icd_10", "diagnosis_code",
    ),
    "formulas": ("formula", "expression", "computed", "calculated"),
    "relations": (
        "lookup", "parent", "from_parent", "count", "count_of", "number_of", "sum", "sum_of", "total_of", "min",
        "min_of", "least_of", "max", "max_of", "greatest_of", "first", "first_of", "last", "last_of", "position",
        "line_number", "sequence_in_parent", "rank_in_parent", "running_sum", "running_total", "cumulative_sum",
        "rank", "rank_among_siblings", "share", "share_of", "part_of_total", "balanced_share", "posting",
        "double_entry", "debit_credit", "previous", "lag", "of_previous", "one_per_parent", "one_of_siblings",
        "primary_child",
    ),
    "nesting": ("struct", "object", "record", "list", "array", "list_of"),
    "signals": ("series", "time_series", "signal", "anomaly", "is_anomaly", "anomaly_of"),
    "timelines": ("timeline", "time_points", "regular_times"),
    "streams": (
        "event_time", "event_times", "arrival_times", "point_process", "session", "session_number", "sessionize",
        "session_window",
    ),
    "chains": ("markov", "markov_chain", "state_machine", "next_state"),
    "arrivals": ("arrival", "arrived_at", "ingested_at", "late_arrival", "is_late", "late", "late_of"),
    "tabled": ("histogram", "binned", "quantiles", "quantile_table", "percentiles", "inverse_cdf", "mixture", "mix"),
    "counted": (
        "poisson", "poisson_distribution", "binomial", "binomial_distribution", "geometric", "geometric_distribution",
        "zipf", "zipf_distribution", "zeta",
    ),
    "custom": ("custom",),
    "distributions": (
        "normal", "gaussian", "normal_distribution", "lognormal", "log_normal", "exponential", "exp",
        "exponential_distribution", "gamma", "gamma_distribution", "erlang", "beta", "beta_distribution", "pareto",
        "power_law",
    ),
}
# fmt: on
"""By file, the names and other names of its kinds; a test holds it against them."""

_FAMILY_OF: Final = {name: family for family, names in FAMILIES.items() for name in names}


def family_of(name: str) -> str | None:
    """The family that has a kind of this name, or other name."""
    return _FAMILY_OF.get(name)


def load(family: str) -> tuple[Kind, ...]:
    """The kinds of a family."""
    found: tuple[Kind, ...] = tuple(import_module(f"{__name__}.{family}").KINDS)
    return found
