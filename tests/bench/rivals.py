"""The same records by other generators, each written the quick and plain way that its users would choose."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench import business
from tests.bench.record import Output, Record

Row = dict[str, Any]


def faker(record: Record, output: Output, rows: int, file: Path) -> Callable[[], None]:
    """Faker in a plain loop; writers are csv.DictWriter, orjson and pyarrow."""
    makers = {"user": faker_user, "ecommerce": business.faker_ecommerce, "company": business.faker_company}
    made = makers[record]()
    return lambda: write_rows((made() for _ in range(rows)), output, file)


def faker_user() -> Callable[[], Row]:
    """A row of Faker's, coherent as ours are: e-mail and user name come from the names, which is also quicker."""
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(1)

    def row() -> Row:
        first, last, birth = fake.first_name(), fake.last_name(), fake.date_of_birth(minimum_age=18, maximum_age=80)
        return {
            "id": fake.uuid4(),
            "first_name": first,
            "last_name": last,
            "full_name": f"{first} {last}",
            "email": f"{first}.{last}{fake.random_int(1, 999)}@example.com".lower(),
            "phone": fake.phone_number(),
            "date_of_birth": birth,
            "age": 2026 - birth.year,
            "gender": fake.random_element(("female", "male")),
            "street_address": fake.street_address(),
            "city": fake.city(),
            "state": fake.state(),
            "postal_code": fake.postcode(),
            "country": fake.current_country(),
            "username": f"{first}{last}{fake.random_int(1, 99)}".lower(),
            "job_title": fake.job(),
            "company": fake.company(),
            "salary": fake.random_int(30_000, 200_000),
            "created_at": fake.date_time_between("-5y"),
            "is_active": fake.boolean(80),
        }

    return row


def mimesis(record: Record, output: Output, rows: int, file: Path) -> Callable[[], None]:
    """Mimesis by its Schema; writers are the same as for Faker."""
    from mimesis import Schema

    makers = {"user": _mimesis_user, "ecommerce": business.mimesis_ecommerce, "company": business.mimesis_company}
    schema = Schema(schema=makers[record](), iterations=rows)
    return lambda: write_rows(iter(schema), output, file)


def _mimesis_user() -> Callable[[], Row]:
    from mimesis import Field, Locale

    field = Field(Locale.EN, seed=1)

    def row() -> Row:
        first, last, birth = field("first_name"), field("last_name"), field("birthdate", min_year=1946, max_year=2008)
        return {
            "id": field("uuid"),
            "first_name": first,
            "last_name": last,
            "full_name": f"{first} {last}",
            "email": f"{first}.{last}{field('integer_number', start=1, end=999)}@example.com".lower(),
            "phone": field("phone_number"),
            "date_of_birth": birth,
            "age": 2026 - birth.year,
            "gender": field("gender"),
            "street_address": field("address"),
            "city": field("city"),
            "state": field("state"),
            "postal_code": field("postal_code"),
            "country": field("country"),
            "username": f"{first}{last}{field('integer_number', start=1, end=99)}".lower(),
            "job_title": field("occupation"),
            "company": field("company"),
            "salary": field("integer_number", start=30_000, end=200_000),
            "created_at": field("datetime", start=2021, end=2025),
            "is_active": field("boolean"),
        }

    return row


def write_rows(rows: Iterator[Row], output: Output, file: Path) -> None:
    """Rows of Python values to a list that is dropped, or to a file."""
    if output == "memory":
        list(rows)
    elif output == "csv":
        with file.open("w", newline="") as text:
            first = next(rows)
            writer = csv.DictWriter(text, list(first))
            writer.writeheader()
            writer.writerow(first)
            writer.writerows(rows)
    elif output == "jsonl":
        import orjson

        with file.open("wb") as lines:
            lines.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE, default=str) for row in rows)
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(list(rows)), file)


POOL_SIZES = {"first": 700, "last": 1_000, "street": 4_000, "city": 4_000, "state": 50, "job": 600, "company": 4_000}

SQL = """
select
  uuid()::varchar as id, first as first_name, last as last_name, first || ' ' || last as full_name,
  lower(first) || '.' || lower(last) || (n % 1000) || '@' || (array['example.com', 'example.org', 'example.net'])[1 + n % 3]
    as email,
  printf('(%03d) %03d-%04d', 200 + (n * 7) % 800, (n * 13) % 1000, (random() * 10000)::integer % 10000) as phone,
  born as date_of_birth, 2026 - year(born) as age,
  (array['female', 'male', 'other'])[1 + (random() * 2.999)::integer % 3] as gender,
  (1 + (random() * 9998)::integer) || ' ' || street[1 + (random() * 3999)::integer] as street_address,
  city[1 + (random() * 3999)::integer] as city, state[1 + (random() * 49)::integer] as state,
  lpad(((random() * 99999)::integer)::varchar, 5, '0') as postal_code, 'United States' as country,
  lower(first) || lower(last) || (n % 100) as username, job[1 + (random() * 599)::integer] as job_title,
  company[1 + (random() * 3999)::integer] as company, 30000 + (random() * 170000)::integer as salary,
  timestamp '2021-01-01' + to_seconds((random() * 157680000)::bigint) as created_at, random() < 0.8 as is_active
from (
  select n, pools.first[1 + (random() * 699)::integer] as first, pools.last[1 + (random() * 999)::integer] as last,
    date '1946-01-01' + (random() * 22000)::integer as born, street, city, state, job, company
  from range({rows}) as numbers(n), pools
)
"""


def duckdb(record: Record, output: Output, rows: int, file: Path) -> Callable[[], None]:
    """DuckDB's SQL on one thread, over pools made once by Faker: less variety than Faker's own calls."""
    import duckdb as engine

    connection = engine.connect()
    connection.execute("set threads = 1")
    pools = {**_pools(), **({} if record == "user" else business.POOLS)}
    places = ", ".join(f"? as {name}" for name in pools)
    connection.execute(f"create table pools as select {places}", list(pools.values()))
    statements = {"user": SQL, "ecommerce": business.ORDERS, "company": business.COMPANIES}
    query = statements[record].format(rows=rows, last=len(business.NAMES) - 1)
    if output == "memory":
        return lambda: _drain(connection, query)
    form = {"csv": "csv, header", "jsonl": "json", "parquet": "parquet"}[output]
    return lambda: _run(connection, f"copy ({query}) to '{file}' (format {form})")


def polars(_: Record, output: Output, rows: int, file: Path) -> Callable[[], None]:
    """Polars' expressions on one thread, over the same pools and the same record as DuckDB's, and its own writers."""
    pools = _pools()
    return lambda: _written_by_polars(_frame(rows, pools), output, file)


def _frame(rows: int, pools: dict[str, list[str]]) -> Any:
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(1)
    picked = {name: pl.Series(pool).gather(draw.integers(0, len(pool), rows)) for name, pool in pools.items()}
    of, text, number = pl.col, pl.String, pl.int_range(rows)
    numbers = {"four": 10_000, "five": 100_000, "house": 9_999, "salary": 170_000, "born": 22_000, "at": 157_680_000}
    words = {name: draw.integers(0, most, rows) for name, most in numbers.items()}
    keys = pl.Series(draw.integers(0, 2**63, rows)), pl.Series(draw.integers(0, 2**63, rows))
    frame = pl.DataFrame({**picked, **words, "k": keys[0], "l": keys[1], "active": draw.random(rows) < 0.8})
    first, last = of("first"), of("last")
    born = pl.date(1946, 1, 1) + pl.duration(days=of("born"))
    return frame.select(
        id=pl.format("{}-{}", of("k"), of("l")),
        first_name=first,
        last_name=last,
        full_name=first + " " + last,
        email=first.str.to_lowercase() + "." + last.str.to_lowercase() + (number % 1000).cast(text) + "@example.com",
        phone=pl.format("({}) {}-{}", 200 + number % 800, number * 13 % 1000, of("four").cast(text).str.zfill(4)),
        date_of_birth=born,
        age=2026 - born.dt.year(),
        gender=pl.when(number % 2 == 0).then(pl.lit("female")).otherwise(pl.lit("male")),
        street_address=(1 + of("house")).cast(text) + " " + of("street"),
        city=of("city"),
        state=of("state"),
        postal_code=of("five").cast(text).str.zfill(5),
        country=pl.lit("United States"),
        username=first.str.to_lowercase() + last.str.to_lowercase() + (number % 100).cast(text),
        job_title=of("job"),
        company=of("company"),
        salary=30_000 + of("salary"),
        created_at=pl.datetime(2021, 1, 1) + pl.duration(seconds=of("at")),
        is_active=of("active"),
    )


def _written_by_polars(frame: Any, output: Output, file: Path) -> None:
    if output == "csv":
        frame.write_csv(file)
    elif output == "jsonl":
        frame.write_ndjson(file)
    elif output == "parquet":
        frame.write_parquet(file, compression="zstd")


def arrow(_: Record, output: Output, rows: int, file: Path) -> Callable[[], None]:
    """No generator: PyArrow's writers alone, with a table that is there already. In memory there is nothing to write."""
    import pyarrow as pa
    import pyarrow.csv as text
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    table = _frame(rows, _pools()).to_arrow()
    if output == "csv":
        return lambda: text.write_csv(table, file)
    if output == "parquet":
        return lambda: pq.write_table(table, file, compression="zstd")
    raise SystemExit(f"PyArrow writes no {output}")


def _drain(connection: Any, query: str) -> None:
    """Arrow batches, one after another, none kept."""
    for _ in connection.execute(query).to_arrow_reader(65_536):
        pass


def _run(connection: Any, query: str) -> None:
    connection.execute(query)


def _pools() -> dict[str, list[str]]:
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(1)
    makers: dict[str, Callable[[], str]] = {
        "first": fake.first_name,
        "last": fake.last_name,
        "street": fake.street_name,
        "city": fake.city,
        "state": fake.state,
        "job": fake.job,
        "company": fake.company,
    }
    return {name: [makers[name]() for _ in range(size)] for name, size in POOL_SIZES.items()}
