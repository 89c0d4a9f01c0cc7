"""States with their codes, and which postcodes lie in which state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

State = tuple[str, str]
"""Name and code."""

_NAMES_AND_CODES: Final = {
    "en_AU": ("states", "states_abbr"),
    "en_CA": ("provinces", "provinces_abbr"),
    "fr_CA": ("provinces", "provinces_abbr"),
    "it_IT": ("states", "states_abbr"),
    "hy_AM": ("states", "states_abbr"),
    "id_ID": ("states", "states_abbr"),
    "en_IN": ("states", "states_abbr"),
}
_CODE_TO_NAME: Final = {
    "pt_BR": "estados",
    "es_MX": "states",
    "ro_RO": "states",
    "de_CH": "cantons",
    "fr_CH": "cantons",
    "es_AR": "provinces",
    "es_CL": "regions",
    "es_CO": "departments",
    "fr_FR": "departments",
}
_BEYOND_THE_STATES: Final = (
    ("District of Columbia", "DC"),
    ("American Samoa", "AS"),
    ("Guam", "GU"),
    ("Northern Mariana Islands", "MP"),
    ("Puerto Rico", "PR"),
    ("U.S. Virgin Islands", "VI"),
    ("Federated States of Micronesia", "FM"),
    ("Marshall Islands", "MH"),
    ("Palau", "PW"),
)
"""Faker knows these by code only, and draws the codes among those of the states."""
_VIETNAMESE: Final = (
    "An Giang AG,Bắc Ninh BN,Cà Mau CM,Cao Bằng CB,Cần Thơ CT,Đà Nẵng ĐNa,Đắk Lắk ĐL,Điện Biên ĐB,Đồng Nai ĐN,"
    "Đồng Tháp ĐT,Gia Lai GL,Hà Nội HN,Hà Tĩnh HT,Hải Phòng HP,Hồ Chí Minh SG,Huế HUE,Hưng Yên HY,Khánh Hòa KH,"
    "Lai Châu LC,Lạng Sơn LS,Lào Cai LCa,Lâm Đồng LĐ,Nghệ An NA,Ninh Bình NB,Phú Thọ PT,Quảng Ngãi QNg,"
    "Quảng Ninh QN,Quảng Trị QT,Sơn La SL,Tây Ninh TN,Thái Nguyên TNg,Thanh Hóa TH,Tuyên Quang TQ,Vĩnh Long VL"
)
"""Faker lists names and codes apart, in different orders."""
_REGIONS: Final = {
    "no_NO": "Agder,Akershus,Buskerud,Finnmark,Innlandet,Møre og Romsdal,Nordland,Oslo,Rogaland,Telemark,Troms,"
    "Trøndelag,Vestfold,Vestland,Østfold",
    "en_NZ": "Northland,Auckland,Waikato,Bay of Plenty,Gisborne,Hawke's Bay,Taranaki,Manawatū-Whanganui,Wellington,"
    "Tasman,Nelson,Marlborough,West Coast,Canterbury,Otago,Southland",
    "zh_TW": "臺北市,新北市,桃園市,臺中市,臺南市,高雄市,基隆市,新竹市,嘉義市,新竹縣,苗栗縣,彰化縣,南投縣,雲林縣,"
    "嘉義縣,屏東縣,宜蘭縣,花蓮縣,臺東縣,澎湖縣,金門縣,連江縣",
    "ka_GE": "თბილისი,აფხაზეთი,აჭარა,გურია,იმერეთი,კახეთი,მცხეთა-მთიანეთი,რაჭა-ლეჩხუმი და ქვემო სვანეთი,"
    "სამეგრელო-ზემო სვანეთი,სამცხე-ჯავახეთი,ქვემო ქართლი,შიდა ქართლი",
    "he_IL": "מחוז הצפון,מחוז חיפה,מחוז המרכז,מחוז תל אביב,מחוז ירושלים,מחוז הדרום",
}
"""The regions of countries for which Faker has cities but nothing larger; they have no codes."""
_MISTAKES: Final = {
    ("en_IN", "Uttar Pradesh"): "UP",
    ("en_IN", "Uttarakhand"): "UK",
    ("hy_AM", "Տավուշ"): "ՏՎ",
    ("hy_AM", "Վայոց Ձոր"): "ՎՁ",
}
"""Neighbours that Faker's two lists have in a different order."""
_POSTCODES: Final = {
    "en_US": ("states_postcode", 5),
    "hy_AM": ("states_postcode", 4),
    "en_MS": ("states_postcode", 5),
    "en_IN": ("state_pincode", 6),
    "es_MX": ("zip_codes", 5),
    "vi_VN": ("provinces_postcode", 5),
}
_EMPTY_RANGES: Final = {("es_MX", "DGO"): (34000, 35999), ("es_MX", "Q. ROO"): (77000, 77999)}
"""Ranges that Faker has the wrong way round."""


def states_of(provider: Any) -> list[State]:
    """Return names with codes in the provider's order; empty when it does not pair them."""
    language = provider.__lang__
    if language in _REGIONS:
        return [(name, name) for name in _REGIONS[language].split(",")]
    if language == "en_US":
        codes = [code for code in provider.states_abbr if code != "DC"]
        return [*zip(provider.states, codes, strict=True), *_BEYOND_THE_STATES]
    if language == "en_MS":
        return [(name, code) for code, names in provider.states.items() for name in names]
    if language == "vi_VN":
        return [(name, code) for name, _, code in (each.rpartition(" ") for each in _VIETNAMESE.split(","))]
    if language in _NAMES_AND_CODES:
        names, codes = (getattr(provider, attribute) for attribute in _NAMES_AND_CODES[language])
        pairs = list(zip(names, codes, strict=True))
    elif language in _CODE_TO_NAME:
        listed = getattr(provider, _CODE_TO_NAME[language])
        pairs = [(name, code) for code, name in (listed.items() if isinstance(listed, Mapping) else listed)]
    else:
        return []
    return [(name, _MISTAKES.get((language, name), code)) for name, code in pairs]


def postcodes_of(provider: Any, states: list[State]) -> dict[str, object] | None:
    """Return the `postcode_by_state` symbol: ranges of numbers, or templates, state by state."""
    language = provider.__lang__
    if language in _POSTCODES:
        attribute, width = _POSTCODES[language]
        known = getattr(provider, attribute)
        ranges = [_ranges(known[code], _EMPTY_RANGES.get((language, code))) for _, code in states]
        return {"by": "state", "ranges": ranges, "width": width}
    if language in ("en_CA", "fr_CA"):
        prefixes = provider.provinces_postcode_prefixes
        return _by_template([_canadian(prefixes[code]) for _, code in states])
    if language == "it_IT":
        codes: dict[str, list[str]] = {}  # four provinces of the list were merged into South Sardinia, SU
        for code, towns in sorted(provider.cap_city_province.items()):
            for province in sorted({str(province) for _, province in towns}):
                codes.setdefault(province, []).append(code)
        return _by_template([codes.get(code, codes["SU"]) for _, code in states])
    if language == "fr_FR":
        return _by_template([[_french(code)] for _, code in states])
    return None


def _ranges(known: Any, instead: tuple[int, int] | None) -> list[list[int]]:
    if instead:
        return [list(instead)]
    return [list(known)] if isinstance(known[0], int) else [list(each) for each in known]


def _by_template(templates: list[list[str]]) -> dict[str, object]:
    return {"by": "state", "templates": [[[template, 1] for template in each] for each in templates]}


def _canadian(letters: list[str]) -> list[str]:
    return [f"{letter}%{{postal_code_letter}}{gap}%{{postal_code_letter}}%" for letter in letters for gap in (" ", "")]


def _french(department: str) -> str:
    stem = {"2A": "20", "2B": "20"}.get(department, department)
    return stem + "%##"[: 5 - len(stem)]
