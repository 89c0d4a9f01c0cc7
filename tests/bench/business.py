"""The ecommerce and the company record by other generators, coherent in the ways that cost ours most: sums, dates in order, maps."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

Row = dict[str, Any]
Pick = Callable[[tuple[str, ...]], str]
Number = Callable[[int, int], int]

PRODUCTS: Final = {
    "Electronics": ("Wireless Headphones", "4K Monitor", "Mechanical Keyboard", "USB-C Hub", "Smart Watch"),
    "Apparel": ("Cotton T-Shirt", "Denim Jacket", "Running Shoes", "Wool Scarf", "Rain Coat"),
    "Books": ("Mystery Novel", "Cookbook", "Travel Guide", "Poetry Collection"),
    "Sports": ("Yoga Mat", "Dumbbell Set", "Camping Tent", "Road Bike Helmet"),
}
CATEGORY_OF: Final = {product: category for category, products in PRODUCTS.items() for product in products}
NAMES: Final = tuple(CATEGORY_OF)
CODES: Final = {name: f"P-{number}" for number, name in enumerate(NAMES)}
SHIPPING: Final = {"standard": 4.99, "express": 12.99, "overnight": 24.99, "pickup": 0.0}
METHODS: Final = tuple(SHIPPING)
PAYMENTS: Final = ("credit_card", "debit_card", "paypal", "apple_pay", "bank_transfer", "gift_card")
STATUSES: Final = ("pending", "processing", "shipped", "delivered", "cancelled", "returned")
SENT: Final = frozenset({"shipped", "delivered", "returned"})
ARRIVED: Final = frozenset({"delivered", "returned"})
INDUSTRIES: Final = {
    "Technology": ("Software", "Hardware", "Cloud Services"),
    "Healthcare": ("Hospitals", "Pharmaceuticals", "Diagnostics"),
    "Finance": ("Banking", "Insurance", "Payments"),
    "Retail": ("Grocery", "Fashion", "Home Improvement"),
}
SECTORS: Final = tuple(INDUSTRIES)
COMPANY_TYPES: Final = ("Private", "Public", "Non-profit", "Partnership")
EXCHANGES: Final = ("NYSE", "NASDAQ", "LSE", "TSX")
SIZES: Final = ((10, "Micro"), (50, "Small"), (250, "Medium"), (1000, "Large"), (10**9, "Enterprise"))


def _order(fake: Row, pick: Pick, number: Number, ordered: datetime) -> Row:
    """What an order has beside identifiers and texts; `pick` and `number` are each generator's own."""
    product, status, method = pick(NAMES), pick(STATUSES), pick(METHODS)
    quantity, price, discount = number(1, 10), number(499, 89_999) / 100, number(0, 6) * 5
    subtotal = round(quantity * price * (100 - discount) / 100, 2)
    tax = round(subtotal * 0.0825, 2)
    shipped = ordered + timedelta(seconds=number(7_200, 345_600)) if status in SENT else None
    delivered = shipped + timedelta(seconds=number(28_800, 777_600)) if shipped and status in ARRIVED else None
    return {
        **fake,
        "customer_id": number(1, 250_000),
        "product_id": CODES[product],
        "product_name": product,
        "product_category": CATEGORY_OF[product],
        "quantity": quantity,
        "unit_price": price,
        "discount_percent": discount,
        "subtotal": subtotal,
        "tax_amount": tax,
        "shipping_cost": SHIPPING[method],
        "total_amount": round(subtotal + tax + SHIPPING[method], 2),
        "currency": "USD",
        "payment_method": pick(PAYMENTS),
        "order_status": status,
        "shipping_method": method,
        "order_date": ordered,
        "shipped_date": shipped,
        "delivered_date": delivered,
    }


def _company(fake: Row, pick: Pick, number: Number) -> Row:
    """What a company has beside identifiers and texts."""
    sector, kind, founded = pick(SECTORS), pick(COMPANY_TYPES), number(1920, 2024)
    public = kind == "Public"
    staff = number(250, 90_000) if public else number(20, 4_000) if founded < 1980 else number(1, 600)
    revenue, growth = round(staff * (90_000 + (founded - 1900) * 850.25), 2), number(-1_800, 6_400) / 100
    return {
        **fake,
        "industry": sector,
        "sub_industry": pick(INDUSTRIES[sector]),
        "company_type": kind,
        "founded_year": founded,
        "employee_count": staff,
        "size_category": next(name for most, name in SIZES if staff < most),
        "annual_revenue": revenue,
        "revenue_growth_percent": growth,
        "market_cap": round(round(revenue) * (120 + growth) * 0.02, 2) if public else None,
        "stock_exchange": pick(EXCHANGES) if public else None,
    }


def faker_ecommerce() -> Callable[[], Row]:
    """A row of Faker's."""
    fake = _faker()

    def row() -> Row:
        texts = {
            "order_id": fake.uuid4(),
            "transaction_id": fake.bothify("TXN-??########"),
            "customer_email": fake.email(),
            "shipping_address": fake.address(),
        }
        return _order(texts, fake.random_element, fake.random_int, fake.date_time_between("-2y", "-14d"))

    return row


def faker_company() -> Callable[[], Row]:
    """A row of Faker's."""
    fake = _faker()

    def row() -> Row:
        name = fake.company()
        slug = "".join(char for char in name.lower() if char.isalnum())
        texts = {
            "id": fake.uuid4(),
            "company_name": name,
            "trading_name": fake.company(),
            "stock_symbol": fake.lexify("????").upper(),
            "headquarters_address": fake.street_address(),
            "headquarters_city": fake.city(),
            "headquarters_country": fake.current_country(),
            "website": f"https://www.{slug}.example.com",
            "email": f"info@{slug}.example.com",
            "phone": fake.phone_number(),
            "ceo_name": fake.name(),
            "description": fake.catch_phrase(),
            "is_active": fake.boolean(93),
            "created_at": fake.date_time_between("-3y"),
        }
        return _company(texts, fake.random_element, fake.random_int)

    return row


def mimesis_ecommerce() -> Callable[[], Row]:
    """A row of Mimesis'."""
    field, pick, number = _mimesis()

    def row() -> Row:
        texts = {
            "order_id": field("uuid"),
            "transaction_id": field("random.generate_string_by_mask", mask="TXN-@@########"),
            "customer_email": field("email"),
            "shipping_address": f"{field('address')}, {field('city')}, {field('state')} {field('postal_code')}",
        }
        return _order(texts, pick, number, field("datetime", start=2024, end=2025))

    return row


def mimesis_company() -> Callable[[], Row]:
    """A row of Mimesis'."""
    field, pick, number = _mimesis()

    def row() -> Row:
        name = field("company")
        slug = "".join(char for char in name.lower() if char.isalnum())
        texts = {
            "id": field("uuid"),
            "company_name": name,
            "trading_name": field("company"),
            "stock_symbol": field("stock_ticker"),
            "headquarters_address": field("address"),
            "headquarters_city": field("city"),
            "headquarters_country": field("country"),
            "website": f"https://www.{slug}.example.com",
            "email": f"info@{slug}.example.com",
            "phone": field("phone_number"),
            "ceo_name": field("full_name"),
            "description": field("quote"),
            "is_active": field("boolean"),
            "created_at": field("datetime", start=2023, end=2025),
        }
        return _company(texts, pick, number)

    return row


def _faker() -> Any:
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(1)
    return fake


def _mimesis() -> tuple[Any, Pick, Number]:
    from mimesis import Field, Locale

    field = Field(Locale.EN, seed=1)
    chance = field.get_random_instance()
    return field, chance.choice, chance.randint


ORDERS: Final = """
select * exclude (product, names, categories), subtotal + tax_amount + shipping_cost as total_amount,
  case when order_status in ('delivered', 'returned') then shipped_date + to_seconds(28800 + (random() * 748800)::bigint) end
    as delivered_date
from (
  select *, round(subtotal * 0.0825, 2) as tax_amount,
    case shipping_method when 'standard' then 4.99 when 'express' then 12.99 when 'overnight' then 24.99 else 0 end
      as shipping_cost,
    case when order_status in ('shipped', 'delivered', 'returned') then order_date + to_seconds(7200 + (random() * 338400)::bigint) end
      as shipped_date
  from (
    select *, round(quantity * unit_price * (100 - discount_percent) / 100, 2) as subtotal,
      'P-' || product as product_id, names[1 + product] as product_name, categories[1 + product] as product_category
    from (
      select uuid()::varchar as order_id, printf('TXN-%02d%08d', n % 100, (random() * 99999999)::integer) as transaction_id,
        1 + (random() * 249999)::integer as customer_id,
        lower(first[1 + (random() * 699)::integer]) || (n % 10000) || '@example.com' as customer_email,
        (random() * {last})::integer as product, names, categories, 1 + (random() * 9)::integer as quantity,
        (4.99 + random() * 895)::decimal(10, 2) as unit_price, 5 * (random() * 6)::integer as discount_percent, 'USD' as currency,
        payments[1 + (random() * 5)::integer] as payment_method, statuses[1 + (random() * 5)::integer] as order_status,
        methods[1 + (random() * 3)::integer] as shipping_method,
        (1 + (random() * 9998)::integer) || ' ' || street[1 + (random() * 3999)::integer] || ', '
          || city[1 + (random() * 3999)::integer] || ', ' || lpad(((random() * 99999)::integer)::varchar, 5, '0') as shipping_address,
        timestamp '2024-01-01' + to_seconds((random() * 62000000)::bigint) as order_date
      from range({rows}) as numbers(n), pools
    )
  )
)
"""
COMPANIES: Final = """
select * exclude (slug, sectors, parts, exchanges, name), name as company_name, 'https://www.' || slug || '.example.com' as website,
  'info@' || slug || '.example.com' as email,
  case when employee_count < 10 then 'Micro' when employee_count < 50 then 'Small' when employee_count < 250 then 'Medium'
    when employee_count < 1000 then 'Large' else 'Enterprise' end as size_category,
  case when company_type = 'Public' then round(round(annual_revenue) * (120 + revenue_growth_percent) * 0.02, 2) end as market_cap,
  case when company_type = 'Public' then upper(substr(slug, 1, 4)) end as stock_symbol,
  case when company_type = 'Public' then exchanges[1 + (random() * 3)::integer] end as stock_exchange
from (
  select *, round(employee_count * (90000 + (founded_year - 1900) * 850.25), 2) as annual_revenue,
    regexp_replace(lower(name), '[^a-z0-9]', '', 'g') as slug
  from (
    select *, case when company_type = 'Public' then 250 + (random() * 89750)::integer
        when founded_year < 1980 then 20 + (random() * 3980)::integer else 1 + (random() * 599)::integer end as employee_count,
      sectors[list_position(parts, sub_industry)] as industry
    from (
      select uuid()::varchar as id, company[1 + (random() * 3999)::integer] as name,
        company[1 + (random() * 3999)::integer] as trading_name, parts[1 + (random() * 11)::integer] as sub_industry, sectors, parts, exchanges,
        types[1 + (random() * 3)::integer] as company_type, 1920 + (random() * 104)::integer as founded_year,
        (-18 + random() * 82)::decimal(6, 2) as revenue_growth_percent,
        (1 + (random() * 9998)::integer) || ' ' || street[1 + (random() * 3999)::integer] as headquarters_address,
        city[1 + (random() * 3999)::integer] as headquarters_city, 'United States' as headquarters_country,
        printf('(%03d) %03d-%04d', 200 + (n * 7) % 800, (n * 13) % 1000, (random() * 10000)::integer % 10000) as phone,
        first[1 + (random() * 699)::integer] || ' ' || last[1 + (random() * 999)::integer] as ceo_name,
        job[1 + (random() * 599)::integer] || ' for ' || job[1 + (random() * 599)::integer] as description,
        random() < 0.93 as is_active, timestamp '2024-01-01' + to_seconds((random() * 62000000)::bigint) as created_at
      from range({rows}) as numbers(n), pools
    )
  )
)
"""
POOLS: Final[dict[str, Any]] = {
    "names": list(NAMES),
    "categories": [CATEGORY_OF[name] for name in NAMES],
    "payments": list(PAYMENTS),
    "statuses": list(STATUSES),
    "methods": list(METHODS),
    "types": list(COMPANY_TYPES),
    "exchanges": list(EXCHANGES),
    "parts": list(itertools.chain.from_iterable(INDUSTRIES.values())),
    "sectors": [sector for sector, parts in INDUSTRIES.items() for _ in parts],
}
"""What the statements choose from, beside the pools of the user record."""
