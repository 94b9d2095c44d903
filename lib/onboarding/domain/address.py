"""Postal addresses in the United States: states, ZIP codes, and what an emergency or port address needs."""

from __future__ import annotations

import re
from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan",
    "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
    "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
    "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas",
    "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia",
    "WI": "Wisconsin", "WY": "Wyoming",
    "AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands", "PR": "Puerto Rico",
    "VI": "U.S. Virgin Islands",
}  # fmt: skip
"""USPS code -> name, for states, the District and the territories with numbers in the North American plan."""

_BY_NAME = {name.replace(".", "").casefold(): code for code, name in STATES.items()}
_FIRST_DIGIT = {
    "0": "CT MA ME NH NJ NY PR RI VT VI", "1": "DE NY PA", "2": "DC MD NC SC VA WV", "3": "AL FL GA MS TN",
    "4": "IN KY MI OH", "5": "DC IA MN MT ND SD WI", "6": "IL KS MO NE", "7": "AR LA OK TX",
    "8": "AZ CO ID NM NV TX UT WY", "9": "AK AS CA GU HI MP OR WA",
}  # fmt: skip
_ZIP = re.compile(r"'?(\d{5})(?:[-\s]?(\d{4}))?", re.ASCII)
_PO_BOX = re.compile(r"\b(?:p\.?\s*o\.?|post\s+office)\s*box\b", re.IGNORECASE)


def parse_state(text: str) -> str:
    """USPS code of a state written as code or name, in any case. Raises ValueError."""
    word = " ".join(text[:60].replace(".", "").split())
    code = word.replace(" ", "").upper()
    found = code if code in STATES else _BY_NAME.get(word.casefold())
    if not found:
        raise ValueError("not a state")
    return found


def parse_zip(value: str | float) -> str:
    """``02139`` or ``02139-4307``. A number is what Excel made of a ZIP code: it gets its leading zero back.

    Raises ValueError.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 500 < value < 10**9:
        value = f"{value:05d}" if value < 10**5 else f"{value:09d}"
    found = _ZIP.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 20 else None
    if not found or found.group(1) == "00000":
        raise ValueError("not a ZIP code")
    return "-".join(part for part in found.groups() if part)


def is_zip_in_state(zip_code: str, state: str) -> bool:
    """Whether a ZIP code can lie in that state, judged by its first digit (USPS regions)."""
    return state in _FIRST_DIGIT.get(zip_code[:1], "").split()


def is_po_box(street: str) -> bool:
    """Whether a street line is a post office box: no port or emergency service is given there."""
    return bool(_PO_BOX.search(street[:200]))


def has_house_number(street: str) -> bool:
    """Whether a street line names a house: responders and losing carriers need its number."""
    return bool(re.search(r"\d", street[:200])) and bool(re.search(r"[^\W\d_]", street[:200]))
