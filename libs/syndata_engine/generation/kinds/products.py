"""Products: name, category, price, stock number and article number of one product agree, in every row that has it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Taken, Weighted
from syndata_engine.pools import Pool, alias_table

PRODUCT_WORDS: Final = frozenset([
    "product", "item", "article", "goods", "name", "title", "category", "type", "group", "price", "list", "unit", "cost", "sku", "code",
    "number", "ean", "ean13", "gtin", "barcode", "upc", "id", "stock",
])  # fmt: skip

_CATALOGUE: Final = """
Electronics EL | Black=100; Silver=104; Pro=165; Mini=70
 Wireless Headphones 89, 4K Monitor 329, Mechanical Keyboard 99, USB-C Hub 39, Portable Speaker 59, Smart Watch 179, Webcam 69, Power Bank 29,
 Noise Cancelling Earbuds 129, External SSD 109, Wireless Mouse 35, Tablet 249, Action Camera 219, Bluetooth Adapter 19, Smart Plug 17, Router 89
Apparel AP | Black=100; Navy=100; Olive=100; Grey=96
 Cotton T-Shirt 15, Denim Jacket 69, Running Shoes 95, Wool Scarf 29, Rain Coat 79, Linen Shirt 39, Chino Trousers 49, Hooded Sweatshirt 45,
 Leather Belt 32, Ankle Socks 9, Winter Gloves 25, Baseball Cap 18, Swim Shorts 27, Down Vest 89
Home & Kitchen HK | Small=80; Medium=100; Large=135
 Chef's Knife 45, Cast Iron Pan 39, Espresso Machine 299, Linen Tablecloth 35, Desk Lamp 42, Storage Box 14, Cutting Board 22, Mixing Bowl 16,
 French Press 28, Wall Clock 31, Throw Blanket 38, Picture Frame 12, Plant Pot 19, Bath Towel 17
Books BK | Paperback=100; Hardcover=185; Audiobook=140
 Mystery Novel 12, Cookbook 24, Travel Guide 19, Poetry Collection 13, Science Fiction Novel 12, World Atlas 34, Short Stories 11,
 Biography 18, Gardening Handbook 22, Language Course 27
Sports SP | Junior=75; Classic=100; Pro=170
 Yoga Mat 29, Dumbbell Set 59, Camping Tent 139, Bike Helmet 55, Tennis Racket 85, Football 24, Skipping Rope 12, Hiking Backpack 89,
 Sleeping Bag 69, Swim Goggles 16
Toys TO | Mini=70; Classic=100; Deluxe=160
 Building Blocks 34, Puzzle 1000 Pieces 17, Board Game 32, Plush Bear 19, Toy Train 45, Modelling Clay 13, Kite 21, Card Game 11
Beauty BE | 50 ml=100; 100 ml=165; 250 ml=310
 Face Cream 18, Shampoo 6, Sunscreen 11, Hand Cream 5, Body Lotion 7, Shower Gel 4, Hair Oil 14, Beard Balm 13
Grocery GR | 250 g=100; 500 g=185; 1 kg=340
 Coffee Beans 5, Green Tea 6, Olives 4, Basmati Rice 2, Almonds 5, Dark Chocolate 4, Rolled Oats 2, Honey 6, Dried Apricots 5, Lentils 2
"""
"""Categories with their letters, variants with their price in percent, and articles with the price of the plain variant in whole units."""


@dataclass(frozen=True, slots=True)
class Product:
    """An article in one variant."""

    name: str
    category: str
    sku: str
    ean: str
    cents: int


@cache
def catalogue() -> tuple[Product, ...]:
    """Every product there is, in the order of the list."""
    found: list[Product] = []
    for block in _CATALOGUE.strip().split("\n"):
        if not block.startswith(" "):
            heading, _, said = block.partition("|")
            category, letters = heading.strip().rsplit(" ", 1)
            variants = [each.strip().split("=") for each in said.split(";") if each.strip()]
            number = 1000
            continue
        for article in filter(None, (part.strip() for part in block.split(","))):
            name, price = article.rsplit(" ", 1)
            for variant, percent in variants:
                number += 1
                body = f"20{len(found) + 1:010d}"
                found.append(
                    Product(
                        f"{name}, {variant}",
                        category,
                        f"{letters}-{number}",
                        body + _check_digit(body),
                        _cents(int(price) * int(percent)),
                    )
                )
    return tuple(found)


def _cents(cents: int) -> int:
    """A price as shops write it: a cent below whole units, or half of one where that is little."""
    step = 50 if cents < 1000 else 100
    return max(step, -(-cents // step) * step) - 1


def _check_digit(body: str) -> str:
    """The last digit of a GTIN-13 (GS1 General Specifications)."""
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return str(-total % 10)


@cache
def _weights() -> tuple[int, ...]:
    """How often each product is meant: by rank, the first ten times as often as the last; ranks are mixed over the list."""
    size = len(catalogue())
    ranks = [at * 151 % size for at in range(size)]
    return tuple(10_000 * size // (size + 9 * rank) for rank in ranks)


class ProductOptions(Options):
    entity: str | None = Field(default=None, description="which product of the row; default: from the column's name")


def product(ctx: ColumnContext, entity: str | None) -> Node:
    """The place of the row's product in the catalogue."""
    name = ctx.entity_name(PRODUCT_WORDS, entity)
    drawn = Weighted(ctx.entity_word("product", name), alias_table(_weights()))
    return ctx.table.shared(("product", name), lambda: drawn)


class _ProductText(Kind):
    """A text of the row's product."""

    types = ("str",)
    options = ProductOptions

    def build(self, ctx: ColumnContext, options: ProductOptions) -> Column:
        texts = [self.text(each) for each in catalogue()]
        place = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        table = np.array([place[text] for text in texts], np.int64)
        code = Taken(product(ctx, options.entity), table)
        return Column(ValueType("str"), code, labels=Pool(tuple(place)), low=0, high=len(place) - 1)

    @abstractmethod
    def text(self, one: Product) -> str:
        """What the kind says of a product."""


class ProductName(_ProductText):
    name = "product_name"
    aliases = ("product", "article_name", "product_title")
    summary = "A product of a shop, such as `Wool Scarf, Navy`; category, price, stock number and article number agree with it."

    def text(self, one: Product) -> str:
        return one.name


class ProductCategory(_ProductText):
    name = "product_category"
    aliases = ("product_group", "product_type", "department_of_product")
    summary = "The category of the row's product."

    def text(self, one: Product) -> str:
        return one.category


class ProductSku(_ProductText):
    name = "product_sku"
    aliases = ("sku", "stock_keeping_unit", "article_code")
    summary = "The stock number of the row's product, such as AP-1014."

    def text(self, one: Product) -> str:
        return one.sku


class ProductEan(_ProductText):
    name = "product_ean"
    aliases = ("product_gtin", "product_barcode")
    summary = "The article number of the row's product: a GTIN-13 of the range for use inside a company, the same for the same product."

    def text(self, one: Product) -> str:
        return one.ean


class ProductPrice(Kind):
    name = "product_price"
    aliases = ("list_price", "catalogue_price")
    summary = "The list price of the row's product, the same in every row that has it, in units of whatever currency."
    types = ("decimal", "float")
    options = ProductOptions

    def build(self, ctx: ColumnContext, options: ProductOptions) -> Column:
        cents = np.array([each.cents for each in catalogue()], np.int64)
        scale = 2 if ctx.type is None or (ctx.type.name == "float" and ctx.schema.scale is None) else ctx.type.scale
        if scale < 2:
            ctx.refuse(f"prices have two digits after the point, the column {scale}", "declare decimal(8,2)", "")
        table = cents * 10 ** (scale - 2)
        declared = ctx.type.name if ctx.type else "decimal"
        value_type = ValueType(
            declared, (ctx.type.precision if ctx.type else 8) if declared == "decimal" else None, scale
        )
        return Column(
            value_type, Taken(product(ctx, options.entity), table), low=int(table.min()), high=int(table.max())
        )


KINDS = (ProductName(), ProductCategory(), ProductSku(), ProductEan(), ProductPrice())
