"""Grammars of our own, for texts that are the same in every locale: browsers, hosts, paths, files, versions."""

from __future__ import annotations

from typing import Any, Final

from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.texts.grammar import Grammar
from syndata_engine.vocabularies import Pack

_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_PHONE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


def _of(*values: str) -> dict[str, Any]:
    return {"values": values}


def _by(**weights: int) -> dict[str, Any]:
    return {"values": list(weights), "weights": list(weights.values())}


def _any(*templates: tuple[str, int] | str) -> dict[str, Any]:
    return {"templates": [[one, 1] if isinstance(one, str) else list(one) for one in templates]}


_SYMBOLS: Final[dict[str, dict[str, Any]]] = {
    "user_agent": _any(
        (f"Mozilla/5.0 ({{desktop}}) {_KIT} Chrome/{{chrome}}.0.0.0 Safari/537.36", 40),
        (f"Mozilla/5.0 ({{android}}) {_KIT} Chrome/{{chrome}}.0.0.0 Mobile Safari/537.36", 25),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS {iphone} Mobile/15E148 Safari/604.1", 16),
        ("Mozilla/5.0 ({desktop}; {firefox}", 7),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_PHONE} Version/{{safari}} Safari/605.1.15", 6),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} {{edge}}", 6),
    ),
    "desktop": {
        "values": ["Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64", "X11; Ubuntu; Linux x86_64"],
        "weights": [65, 25, 7, 3],
    },
    "android": {"values": [f"Linux; Android {version}; K" for version in range(10, 16)], "weights": [10, 12, 16, 22, 28, 12]},
    "chrome": {"values": [str(version) for version in range(118, 142)], "weights": [1 + at * at for at in range(24)]},
    "edge": _of(*(f"Chrome/{version}.0.0.0 Safari/537.36 Edg/{version}.0.0.0" for version in range(118, 142))),
    "firefox": _of(*(f"rv:{version}.0) Gecko/20100101 Firefox/{version}.0" for version in range(115, 145))),
    "safari": _of(*(f"{major}.{minor}" for major in range(15, 19) for minor in range(7))),
    "iphone": _of(*(f"{major}_{minor} like Mac OS X) {_PHONE} Version/{major}.{minor}" for major in range(15, 19) for minor in range(7))),
    "host": _any(("{server}-##.{zone}.{reserved}", 6), ("{server}##.{reserved}", 3), ("{server}-##.{stage}.{zone}.{reserved}", 2)),
    "server": _by(web=8, api=7, db=6, app=6, cache=3, mail=2, queue=3, worker=5, proxy=2, auth=2, files=2, search=2, metrics=1, build=1),
    "zone": _of("eu-west", "eu-north", "eu-central", "us-east", "us-west", "ap-south", "ap-east", "sa-east", "af-south"),
    "stage": _of("prod", "staging", "test", "dev"),
    "reserved": _of("example.com", "example.net", "example.org"),
    "site": _any(("https://www.{reserved}", 8), ("https://{section}.{reserved}", 5), ("http://www.{reserved}", 1)),
    "section": _of("shop", "blog", "docs", "help", "news", "forum", "my", "store", "support", "learn"),
    "page_path": _any(
        ("/{folder}/{noun}-{noun}", 4), ("/{folder}/{noun}/%###", 3), ("/{folder}/{adjective}-{noun}", 4), ("/{folder}", 2),
        ("/{folder}/{noun}/{adjective}-{noun}.html", 2), ("/{language}/{folder}/{noun}", 1), ("/", 1),
    ),
    "folder": _of("products", "articles", "blog", "category", "docs", "account", "orders", "search", "users", "pages", "events", "help",
                  "downloads", "images", "archive", "about", "news", "pricing", "reviews", "topics"),
    "language": _of("en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "ja"),
    "query": _any(("\\?page=%", 3), ("\\?id=%####", 4), ("\\?q={noun}+{noun}", 2), ("\\?sort={sort}&page=%", 2), ("\\?ref={source}", 2)),
    "sort": _of("price", "name", "date", "rating", "popular"),
    "source": _of("newsletter", "search", "partner", "social", "mail", "banner"),
    "file_name": _any(("{noun}_{noun}", 5), ("{noun}-%##", 3), ("{adjective}_{noun}", 4), ("{noun}_20{year}-{month}", 4), ("IMG_%###", 2),
                      ("{noun}_v%", 2)),
    "year": _of(*(f"{year:02}" for year in range(15, 26))),
    "month": _of(*(f"{month:02}" for month in range(1, 13))),
    "suffix": {
        "values": ["pdf", "docx", "xlsx", "csv", "txt", "jpg", "png", "json", "xml", "zip", "html", "md", "log", "mp4", "pptx", "parquet"],
        "weights": [18, 12, 12, 9, 8, 11, 9, 6, 3, 4, 2, 2, 3, 3, 4, 1],
    },
    "unix_root": _any(("/home/{account}", 6), ("/var/{noun}", 2), ("/srv/{noun}", 2), ("/opt/{noun}", 1), ("/data/{noun}", 2), ("/mnt/{noun}", 1)),
    "windows_root": _any(("C:\\\\Users\\\\{account}\\\\Documents", 6), ("C:\\\\Data", 2), ("D:\\\\{noun}", 2), ("C:\\\\ProgramData\\\\{noun}", 1)),
    "account": _of("anna", "ben", "carla", "david", "emma", "felix", "grace", "henry", "ines", "jack", "kim", "leo", "maria", "nils"),
    "noun": _of(
        "account", "agenda", "album", "analysis", "answer", "archive", "audit", "balance", "batch", "book", "branch", "bridge", "budget",
        "calendar", "camera", "campaign", "catalog", "chart", "city", "client", "coffee", "contract", "course", "customer", "dataset",
        "delivery", "design", "diagram", "draft", "engine", "export", "forecast", "garden", "guide", "harbor", "image", "index", "inventory",
        "invoice", "journal", "kitchen", "layout", "ledger", "letter", "library", "lamp", "list", "market", "memo", "menu", "minutes",
        "model", "mountain", "notes", "offer", "order", "outline", "paper", "payment", "photo", "plan", "policy", "portfolio", "poster",
        "price", "profile", "project", "proposal", "protocol", "quarter", "quote", "receipt", "recipe", "record", "report", "request",
        "result", "review", "river", "roadmap", "sales", "sample", "schedule", "sheet", "sketch", "slides", "statement", "stock", "story",
        "summary", "survey", "table", "team", "template", "ticket", "timeline", "tour", "training", "travel", "update", "video", "window",
    ),
    "adjective": _of("annual", "best", "blue", "brief", "clean", "daily", "early", "easy", "final", "first", "free", "full", "global", "green",
                     "late", "light", "local", "main", "modern", "monthly", "new", "old", "open", "public", "quick", "rapid", "recent", "red",
                     "second", "short", "small", "smart", "spring", "summer", "team", "third", "urban", "weekly", "winter", "yearly"),
}  # fmt: skip

_OWN: Final = Pack("own", "", _SYMBOLS)


def grammar(word: Node) -> Grammar:
    """Our own symbols over a word."""
    return Grammar(_OWN, word)
