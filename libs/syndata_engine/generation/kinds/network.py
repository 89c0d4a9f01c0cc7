"""What networks are made of: addresses, hosts, ports, requests."""

from __future__ import annotations

import ipaddress
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.figures import Fields, Format, Identifier
from syndata_engine.generation.kinds.phrases import grammar
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.nodes import Mapped, Taken, Uniform, Weighted
from syndata_engine.generation.texts.text import Hex, Item, Lit, Pick, Piece, Text
from syndata_engine.pools import Pool, alias_table

OCTETS = Pool(tuple(str(number) for number in range(256)))
_NEVER_ROUTED = ipaddress.IPv4Network("10.0.0.0/8")


class Ipv4(Identifier):
    class Ipv4Options(Options):
        network: str | None = Field(default=None, description="the network that addresses are of, such as `192.0.2.0/24`; default 10.0.0.0/8")  # fmt: skip

    name = "ipv4"
    aliases = ("ip", "ip_address")
    summary = "An address from 10.0.0.0/8, which is never routed on the Internet, or from the given network, without its first and last."
    options = Ipv4Options

    def build(self, ctx: ColumnContext, options: Ipv4Options) -> Column:
        if options.network is not None:
            return super().build(ctx, options)
        octets = [Pick(OCTETS, ctx.word(), ctx.key("octet", str(n))) for n in range(3)]
        return Column(ValueType("str"), text=(Lit("10."), octets[0], Lit("."), octets[1], Lit("."), octets[2]))

    def format(self, ctx: ColumnContext, options: Ipv4Options) -> Format:
        try:
            network = _NEVER_ROUTED if options.network is None else ipaddress.IPv4Network(options.network)
        except ValueError as error:
            ctx.refuse(f"{options.network!r} is no IPv4 network: {error}", "write one such as 192.0.2.0/24", "network")
        hosts = network.num_addresses - 2 if network.prefixlen < 31 else network.num_addresses
        first = int(network.network_address) + (network.prefixlen < 31)

        def text(fields: Fields) -> Text:
            pieces: list[Piece] = []
            for shift in (24, 16, 8, 0):
                octet = Mapped(lambda codes, shift=shift: codes + first >> shift & 255, fields)
                pieces += [Item(OCTETS, octet), Lit(".")]
            return tuple(pieces[:-1])

        return Format((hosts,), text)


class Ipv6(Identifier):
    class Ipv6Options(Options):
        network: str = Field(default="2001:db8::/32", description="the network that addresses are of, its prefix a multiple of 16, at most 112")  # fmt: skip

    name = "ipv6"
    aliases = ("ip6",)
    summary = "An address from 2001:db8::/32, which is reserved for documentation, or from the given network, as RFC 5952 writes it."
    options = Ipv6Options

    def format(self, ctx: ColumnContext, options: Ipv6Options) -> Format:
        try:
            network = ipaddress.IPv6Network(options.network)
        except ValueError as error:
            ctx.refuse(f"{options.network!r} is no IPv6 network: {error}", "write one such as 2001:db8::/32", "network")
        if network.prefixlen % 16 or network.prefixlen > 112:
            ctx.refuse(
                f"the prefix of {options.network} ends inside a group",
                "use /16, /32, /48, /64, /80, /96 or /112",
                "network",
            )
        free = 8 - network.prefixlen // 16
        # Groups that are drawn are never 0, so what stands before them is shortened as it would be with ffff in all of them.
        filled = ipaddress.IPv6Address(int(network.network_address) | (1 << 16 * free) - 1).compressed
        head = filled[: len(filled) - (5 * free - 1)]

        def text(fields: Fields) -> Text:
            pieces: list[Piece] = [Lit(head)] if head else []
            for field in fields:
                pieces += [Hex(Mapped(lambda codes: codes + 1, (field,)), 0), Lit(":")]
            return tuple(pieces[:-1])

        return Format((2**16 - 1,) * free, text)


class Mac(Identifier):
    class MacOptions(Options):
        prefix: str = Field(default="02", pattern=r"^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){0,4}$", description="the first bytes; 02 is for addresses that no maker gives")  # fmt: skip
        separator: Literal[":", "-", ""] = ":"

    name = "mac"
    aliases = ("mac_address", "ethernet_address")
    summary = "A hardware address of six bytes, in lower-case hex digits."
    options = MacOptions

    def format(self, ctx: ColumnContext, options: MacOptions) -> Format:  # noqa: ARG002
        given = options.prefix.lower().replace("-", ":").split(":")
        free = 6 - len(given)

        def text(fields: Fields) -> Text:
            pieces: list[Piece] = [Lit(options.separator.join(given))]
            for shift in range(8 * free - 8, -1, -8):
                byte = Mapped(lambda codes, shift=shift: codes >> shift, fields)
                pieces += [Lit(options.separator), Hex(byte, 2)] if options.separator else [Hex(byte, 2)]
            return tuple(pieces)

        return Format((256**free,), text)


class Port(Kind):
    class PortOptions(Options):
        min: int = Field(default=1024, ge=0, le=65_535)
        max: int = Field(default=65_535, ge=0, le=65_535)

    name = "port"
    aliases = ("port_number", "tcp_port")
    summary = "A port's number; below 1024 stand those of well-known services."
    types = ("int",)
    options = PortOptions

    def build(self, ctx: ColumnContext, options: PortOptions) -> Column:
        low, size = self._checked(ctx, options)
        return Column(ValueType("int"), Uniform(ctx.word(), low, size), low=low, high=options.max)

    def enumerate(self, ctx: ColumnContext, options: PortOptions) -> Enumeration:
        low, size = self._checked(ctx, options)
        return Enumeration(size, lambda index: Column(ValueType("int"), Mapped(lambda codes: codes + low, (index,)), low=low, high=options.max, unique=True))  # fmt: skip

    def _checked(self, ctx: ColumnContext, options: PortOptions) -> tuple[int, int]:
        if options.min > options.max:
            ctx.refuse(f"the range is empty: min {options.min} is above max {options.max}", "swap min and max", "min")
        return options.min, options.max - options.min + 1


_STATUS = {200: 700, 201: 50, 204: 40, 206: 5, 301: 20, 302: 30, 304: 50, 307: 3, 308: 2, 400: 25, 401: 20, 403: 12, 404: 60,
           405: 2, 408: 2, 409: 4, 410: 2, 413: 1, 415: 1, 422: 8, 429: 8, 500: 12, 502: 5, 503: 6, 504: 4}  # fmt: skip


class HttpStatus(Kind):
    name = "http_status"
    aliases = ("status_code", "http_status_code")
    summary = "A status of HTTP (RFC 9110), those of success most often."
    types = ("int",)

    def build(self, ctx: ColumnContext, options: Options) -> Column:  # noqa: ARG002
        codes = np.array(list(_STATUS), np.int64)
        index = Weighted(ctx.word(), alias_table(tuple(_STATUS.values())))
        return Column(ValueType("int"), Taken(index, codes), low=min(_STATUS), high=max(_STATUS))


class HttpMethod(Kind):
    name = "http_method"
    aliases = ("request_method", "http_verb")
    summary = "A method of HTTP (RFC 9110), GET most often."
    types = ("str",)
    pool: ClassVar[Pool] = Pool(
        ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"), (700, 180, 45, 30, 30, 10, 5)
    )

    def build(self, ctx: ColumnContext, options: Options) -> Column:  # noqa: ARG002
        index = Weighted(ctx.word(), self.pool.alias_table())
        return Column(ValueType("str"), index, labels=self.pool, low=0, high=len(self.pool.values) - 1)


class Phrase(Kind):
    """A kind that composes a text by our own grammar, the same in every locale."""

    types = ("str",)
    symbol: ClassVar[str]

    def build(self, ctx: ColumnContext, options: Options) -> Column:  # noqa: ARG002
        return Column(ValueType("str"), text=grammar(ctx.word()).symbol(self.symbol))


class UserAgent(Phrase):
    name = "user_agent"
    aliases = ("browser",)
    summary = "What a browser says of itself: Chrome, Edge, Firefox or Safari on a desktop or phone."
    symbol = "user_agent"


class Host(Phrase):
    name = "host"
    aliases = ("host_name", "server_name", "fqdn")
    summary = "A machine's name under a reserved domain, such as db-07.eu-west.example.net."
    symbol = "host"


class PageUrl(Kind):
    class PageUrlOptions(Options):
        base: str | None = Field(default=None, pattern=r"^[^\s{}\\]{1,200}$", description="what it begins with, such as `https://shop.test`; default: a host under a reserved domain")  # fmt: skip
        query: bool = Field(default=False, description="with parameters behind a question mark")

    name = "page_url"
    aliases = ("url_path", "page", "link")
    summary = "A page's address with a path, under a reserved domain."
    types = ("str",)
    options = PageUrlOptions

    def build(self, ctx: ColumnContext, options: PageUrlOptions) -> Column:
        made = grammar(ctx.word())
        base: Text = made.symbol("site") if options.base is None else (Lit(options.base.rstrip("/")),)
        query = made.symbol("query") if options.query else ()
        return Column(ValueType("str"), text=(*base, *made.symbol("page_path"), *query))


KINDS = (Ipv4(), Ipv6(), Mac(), Port(), HttpStatus(), HttpMethod(), UserAgent(), Host(), PageUrl())
