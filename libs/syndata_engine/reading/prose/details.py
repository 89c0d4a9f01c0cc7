"""What the words behind a column's name ask of it: bounds, spans of time, lists, formulas, uniqueness."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from syndata_engine.reading.prose.numbers import COUNT, NUMBER, has_currency, number
from syndata_engine.reading.prose.vocabulary import FILLER, LOCALES, SAYING, TYPES

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY: Final = r"\d{4}-\d{2}-\d{2}"
_WHEN: Final = rf"(?:{_DAY}|(?:{'|'.join(_MONTHS)})[a-z]*\.?\s+(?:19|20)\d\d|(?:19|20)\d\d)(?![\d.,])"
"""A day, a month of a year, or a year."""
_UNITS: Final = {"day": "d", "week": "w", "month": "mo", "year": "y", "hour": "h", "minute": "min"}
_UNIT: Final = r"(?P<unit>day|week|month|year|hour|minute|yr|y|d)s?\b"
_YEARS_BEFORE: Final = 10
"""How far back dates reach that are only said to lie before one."""


@dataclass(slots=True)
class Detail:
    """What was understood of a column's words."""

    low: Decimal | None = None
    high: Decimal | None = None
    mean: Decimal | None = None
    stddev: Decimal | None = None
    money: bool = False
    span: tuple[str, str] | None = None
    """A range of moments, in the schema language's words."""
    values: dict[str, Decimal | None] = field(default_factory=dict)
    """What is listed, with weights where they are said."""
    true: Decimal | None = None
    """Of a flag, share of the rows where it holds, in percent."""
    how_many: int | None = None
    """So many values, which are not named."""
    formula: str | None = None
    """Empty: calculated, it does not say how."""
    refers: str | None = None
    unique: bool = False
    key: bool = False
    empty: Decimal | None = None
    """Share of rows without a value, in percent."""
    kind: str | None = None
    """One of `int number decimal float bool datetime date uuid text money`."""
    locale: str | None = None
    pattern: str | None = None
    left: list[str] = field(default_factory=list)
    """What a rule knows and nothing can be made of."""
    rest: str = ""
    """Words that no rule took."""


def read_detail(text: str) -> Detail:
    """Take from a text, one rule after the other, what each understands."""
    detail = Detail(money=has_currency(text))
    rest = f" {text.strip().rstrip('.')} "
    for pattern, take in _RULES:
        rest = pattern.sub(lambda match, take=take: _taken(match, take, detail), rest)  # type: ignore[misc] # a default in a lambda has no type
    for read in (_list, _types, _places, _counted):
        rest = read(rest, detail)
    words = [word for word in re.findall(r"[\w%'-]+", rest) if word.lower() not in FILLER]
    detail.rest = " ".join([*detail.left, *words])
    return detail


def _taken(match: re.Match[str], take: Callable[[re.Match[str], Detail], bool | None], detail: Detail) -> str:
    return match[0] if take(match, detail) is False else " "


def _calculated(match: re.Match[str], detail: Detail) -> None:
    detail.formula = (match["formula"] or "").strip(" .")


def _moments(match: re.Match[str], detail: Detail) -> None:
    low, high = sorted((_ends(match["low"]), _ends(match["high"])))
    detail.span = (low[0], high[1])


def _before(match: re.Match[str], detail: Detail) -> None:
    first, last = _ends(match["when"])
    exact = match["way"].lower() != "before"
    detail.span = (f"{int(first[:4]) - _YEARS_BEFORE}{first[4:]}", last if exact else first)


def _after(match: re.Match[str], detail: Detail) -> None:
    first, last = _ends(match["when"])
    detail.span = (last if match["way"].lower() == "after" else first, "as_of")


def _during(match: re.Match[str], detail: Detail) -> None:
    detail.span = _ends(match["when"])


def _ends(when: str) -> tuple[str, str]:
    """The first and the last day of a day, a month or a year."""
    if "-" in when:
        return when, when
    year = when[-4:]
    name = when[:3].lower()
    if name not in _MONTHS:
        return f"{year}-01-01", f"{year}-12-31"
    month = _MONTHS.index(name) + 1
    return f"{year}-{month:02d}-01", f"{year}-{month:02d}-{monthrange(int(year), month)[1]}"


def _back(match: re.Match[str], detail: Detail) -> None:
    unit = match["unit"]
    count = int(number(match["count"])) if match["count"] else 1
    length = f"{count}{_UNITS.get(unit, unit[0])}"
    detail.span = ("as_of", f"+{length}") if match["way"].lower() in {"next", "coming"} else (f"-{length}", "as_of")


def _holds(match: re.Match[str], detail: Detail) -> None:
    share = number(match["share"] or match["after"])
    word = (match["word"] or match["before"]).lower()
    detail.kind, detail.true = "bool", share if word in {"yes", "true"} else 100 - share


def _part_of(match: re.Match[str], detail: Detail) -> None:
    detail.formula = f"{match['share']}% of {match['whole'].strip(' .')}"


def _length(match: re.Match[str], detail: Detail) -> None:
    detail.left.append(match[0].strip())


def _share(match: re.Match[str], detail: Detail) -> None:
    detail.empty = number(match["share"])


def _optional(_match: re.Match[str], detail: Detail) -> None:
    detail.empty = Decimal(10) if detail.empty is None else detail.empty


def _refers(match: re.Match[str], detail: Detail) -> None:
    detail.refers = match["table"].lower()


def _unique(match: re.Match[str], detail: Detail) -> None:
    detail.unique = True
    detail.key = "primary" in match[0].lower() or detail.key


def _between(match: re.Match[str], detail: Detail) -> bool | None:
    if detail.low is not None:
        return False
    low, high = match["low"], match["high"]
    detail.low, detail.high = number(low), number(high)
    # `$1-5k`: the letter belongs to both.
    if (
        (tail := re.search(r"[a-z]+\s*$", high.lower()))
        and not re.search(r"[a-z]\s*$", low.lower())
        and detail.low < 1000
    ):
        scaled = number(low + tail[0].strip())
        detail.low = scaled if scaled <= detail.high else detail.low
    return None


def _least(match: re.Match[str], detail: Detail) -> None:
    detail.low = number(match["low"])


def _most(match: re.Match[str], detail: Detail) -> None:
    detail.high = number(match["high"])


def _mean(match: re.Match[str], detail: Detail) -> None:
    detail.mean = number(match["mean"])
    detail.stddev = number(match["spread"]) if match["spread"] else None


def _how_many(match: re.Match[str], detail: Detail) -> None:
    detail.how_many = int(number(match["count"]))


def _pattern(match: re.Match[str], detail: Detail) -> None:
    shape = match["shape"].strip("'\"")
    if "#" in shape or re.search(r"XX|99", shape):
        detail.pattern = re.sub(r"[9#]", "#", shape.replace("X", "^"))
    else:  # an example: its digits are digits, its letters stay
        detail.pattern = re.sub(r"\d", "#", shape)


_FLAGS: Final = re.IGNORECASE
_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Detail], bool | None]], ...]] = (
    (re.compile(r"(?:\b(?:calculated|computed|derived)\b(?:\s+(?:as|from|by|field))*|^\s*=)\s*:?\s*(?P<formula>.*)", _FLAGS), _calculated),
    (re.compile(r"\b(?:equals?(?: to)?|is)\s+(?P<formula>\w[\w ]*\s*(?:[*+/]|\btimes\b|\bplus\b|\bminus\b)\s*\w.*)", _FLAGS), _calculated),
    (re.compile(r"(?:(?P<share>\d+(?:\.\d+)?)\s*%\s*(?:is |are )?(?P<word>yes|no|true|false)|(?P<before>yes|no|true|false)\s*:?\s*(?P<after>\d+(?:\.\d+)?)\s*%)(?!\w)", _FLAGS), _holds),
    (re.compile(r"^\s*(?:is\s+)?(?P<share>\d+(?:\.\d+)?)\s*%\s+of\s+(?:the\s+)?(?!them\b|rows\b|values\b)(?P<whole>\w[\w ]*)", _FLAGS), _part_of),
    (re.compile(rf"(?:\b(?:up to|at most|at least|max(?:imum)?(?: of)?|between|exactly)\s+)?{NUMBER}(?:\s*(?:-|to|and)\s*{NUMBER})?\s*-?(?:characters?|chars?|letters?|digits?|words?)\b", _FLAGS), _length),
    (re.compile(r"(?P<share>\d+(?:\.\d+)?)\s*%\s*(?:of (?:them|rows|values) )?(?:are |is )?(?:null|missing|empty|blank)s?\b", _FLAGS), _share),
    (re.compile(r"\b(?:optional|nullable|may be (?:empty|missing|null)|can be (?:empty|missing|null))\b", _FLAGS), _optional),
    (re.compile(r"\b(?:primary key|unique|pk|no duplicates)\b", _FLAGS), _unique),
    (re.compile(r"\b(?:foreign key(?: to)?|references?|refers to|referencing|links? to|linked to|belongs to|points to|of the table|fk to)\s+(?:the |an? )?(?P<table>\w+)(?:\s+table)?(?:\s*\(\w+\)|\.\w+)?", _FLAGS), _refers),
    (re.compile(rf"(?:\b(?:between|from)\s+)?(?P<low>{_WHEN})\s*(?:and|to|until|through|-|\.\.)\s*(?P<high>{_WHEN})", _FLAGS), _moments),
    (re.compile(rf"\b(?P<way>before|until|by)\s+(?P<when>{_WHEN})", _FLAGS), _before),
    (re.compile(rf"\b(?P<way>after|since|from)\s+(?P<when>{_WHEN})(?!\s*(?:-|to\b))", _FLAGS), _after),
    (re.compile(rf"\b(?:in|during|of)\s+(?P<when>{_WHEN})", _FLAGS), _during),
    (re.compile(rf"\b(?:(?:with)?in |over |during |from )?(?:the )?(?P<way>last|past|previous|next|coming)\s+(?:(?P<count>{COUNT})\s*)?{_UNIT}", _FLAGS), _back),
    (re.compile(rf"(?P<way>\bwithin)\s+(?P<count>{COUNT})\s*{_UNIT}", _FLAGS), _back),
    (re.compile(rf"\b(?:average|mean|avg)(?:\s+(?:of|around))?\s+(?P<mean>{NUMBER})(?:,?\s*(?:and |with )?(?:a )?(?:std|sd|stddev|standard deviation)(?:\s+of)?\s+(?P<spread>{NUMBER}))?", _FLAGS), _mean),
    (re.compile(rf"(?:\b(?:between|from|ranging from|range(?:s)?(?: of| from)?:?)\s+)?(?P<low>{NUMBER})\s*(?:%?\s*(?:-|to|and|\.\.\.?|through)\s*)(?P<high>{NUMBER})%?(?!\w)", _FLAGS), _between),
    (re.compile(rf"(?:\b(?:at least|min(?:imum)?(?: of)?:?|over|above|more than|greater than|from)\s+|>=?\s*)(?P<low>{NUMBER})", _FLAGS), _least),
    (re.compile(rf"(?:\b(?:at most|max(?:imum)?(?: of)?:?|up to|under|below|less than|until)\s+|<=?\s*)(?P<high>{NUMBER})", _FLAGS), _most),
    (re.compile(rf"(?:\bone of\s+|^\s*)(?P<count>{COUNT})\s+(?:different |possible |distinct )?(?:values|options|statuses|states|methods|types|categories|kinds|levels|choices)\b(?!\s*:)", _FLAGS), _how_many),
    (re.compile(r"\bone of\s+(?P<count>\d+|two|three|four|five|six)\s*$", _FLAGS), _how_many),
    (re.compile(r"\b(?:format(?:ted)?|pattern|like|such as|e\.g\.?)(?:\s+as)?:?\s*(?P<shape>['\"]?(?=[\w#-]*[\d#X])(?=[\w#-]*[-_#]|[A-Z]+\d)[A-Z0-9#_-]{3,}['\"]?)(?!\w)"), _pattern),
)  # fmt: skip


def _places(text: str, detail: Detail) -> str:
    for word in re.findall(r"[A-Za-z.]+", text):
        if word.lower() in LOCALES and (word[0].isupper()):
            detail.locale = LOCALES[word.lower()]
            return text.replace(word, " ", 1)
    return text


def _types(text: str, detail: Detail) -> str:
    """A type's word, where it is said as such: alone, or first."""
    for word, kind in TYPES.items():
        found = re.search(rf"(?:^|[\s(,]){re.escape(word)}(?:$|[\s),])", text, re.IGNORECASE)
        if found:
            detail.kind = kind
            return f"{text[: found.start()]} , {text[found.end() :]}"
    return text


def _list(text: str, detail: Detail) -> str:
    """Two or more words or short phrases with separators between them."""
    inside = re.sub(
        r"^\W*(?:one of|either|values?|options?|choices|from(?: the list)?|such as|as|e\.g\.?,?|like|can be)?\b[\s:]*",
        "",
        text,
        flags=re.IGNORECASE,
    )
    if not re.search(r"\w\W*(?:[,/|;]|\bor\b|\band\b)\W*\w", inside):
        return text
    pieces = [piece.strip(" '\"()[]{}.") for piece in re.split(r"\s*[,/|;]\s*(?:or |and )?|\s+or\s+|\s+and\s+", inside)]
    values = [_weighed(piece) for piece in pieces if re.search(r"\w", piece)]
    if len(values) < 2 or any(_is_sentence(value) for value, _ in values):
        return text
    if {value.lower() for value, _ in values} in ({"yes", "no"}, {"true", "false"}):
        detail.kind = "bool"
    else:
        detail.values = dict(values)
    return ""


def _is_sentence(piece: str) -> bool:
    """Whether a piece between separators says something in place of being a value."""
    words = [word.lower() for word in re.findall(r"[\w']+", piece)]
    return len(words) > 4 or bool(SAYING & set(words)) or piece[:1] in "<>=" or ". " in piece


def _counted(text: str, detail: Detail) -> str:
    """`4 payment methods`: so many values, which are not named."""
    found = re.fullmatch(rf"\W*(?P<count>{COUNT})\s+(?:\w+\s+)?\w+s\W*", text, _FLAGS)
    if found is None or detail.values or detail.low is not None or detail.span:
        return text
    detail.how_many = int(number(found["count"]))
    return ""


def _weighed(piece: str) -> tuple[str, Decimal | None]:
    """`active 70%`, `70% active`, `active (70%)`."""
    share = re.search(r"[(:=-]?\s*(\d+(?:\.\d+)?)\s*%\s*\)?", piece)
    if share is None:
        return piece, None
    if share[0].strip() == piece:  # shares are what is listed: 0%, 7% or 19%
        return share[1], None
    return (piece[: share.start()] + piece[share.end() :]).strip(" :=-()'\""), Decimal(share[1])
