"""What the libraries about countries do not know: what people call a part of an address, examples nobody owns.

Numbers that films and manuals may use are reserved by NANPA (555-01XX) and by Ofcom ("Telephone numbers for use in TV
and radio drama programmes").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from onboarding.domain.language import LazyText, _


class Part(StrEnum):
    """A part of a postal address."""

    STREET = "street"
    UNIT = "unit"
    CITY = "city"
    SUBDIVISION = "subdivision"
    POSTCODE = "postcode"
    COUNTRY = "country"
    ZONE = "zone"


WRITTEN = tuple(part.value for part in Part if part not in (Part.COUNTRY, Part.ZONE))
"""Parts that are written in an address within its country."""

NAMED: Mapping[str, LazyText] = {
    "zip": _("ZIP code"), "postal": _("Postal code"), "eircode": _("Eircode"), "pin": _("PIN code"),
    "city": _("City"), "post_town": _("Post town"), "suburb": _("Suburb"), "district": _("District"),
    "state": _("State"), "province": _("Province"), "county": _("County"), "department": _("Department"),
    "island": _("Island"), "oblast": _("Oblast"), "parish": _("Parish"), "prefecture": _("Prefecture"),
    "emirate": _("Emirate"), "area": _("Area"), "do_si": _("Province or city"), "street": _("Street"),
    "unit": _("Suite or floor"), "country": _("Country"), "postcode": _("Postcode"), "nation": _("Nation"),
    "floor": _("Floor or unit"), "zone": _("Time zone"),
}  # fmt: skip
"""What the parts of an address are called, by the words of Google's address data and a few of ours."""


@dataclass(frozen=True, slots=True)
class Local:
    """What is known of one country by hand.

    ``number`` is an example, ``reserved`` are patterns of E.164 numbers that belong to nobody, ``words`` name parts as
    keys of `NAMED`, ``samples`` are examples of parts, ``unserved`` subdivisions without civic addresses of the
    country, ``first_postcode`` the lowest in use, ``zones`` the time zones people choose from where there are several,
    ``emergency`` what every telephone must be able to dial, the operator too.
    """

    number: str = ""
    reserved: tuple[str, ...] = ()
    words: Mapping[Part, str] = field(default_factory=dict)
    samples: Mapping[Part, str] = field(default_factory=dict)
    unserved: frozenset[str] = frozenset()
    first_postcode: str = ""
    zones: Mapping[str, LazyText] = field(default_factory=dict)
    emergency: tuple[str, ...] = ("112",)


_NANP = (r"\+1\d{3}55501\d\d",)
_NORTH_AMERICA = ("911", "933", "0")

LOCAL: Mapping[str, Local] = {
    "US": Local(
        "617-555-0101",
        _NANP,
        samples={Part.CITY: "Boston", Part.SUBDIVISION: "MA", Part.POSTCODE: "02110"},
        unserved=frozenset({"AA", "AE", "AP", "FM", "MH", "PW"}),
        first_postcode="00501",
        zones={
            "America/New_York": _("Eastern"),
            "America/Chicago": _("Central"),
            "America/Denver": _("Mountain"),
            "America/Phoenix": _("Mountain without summer time (Arizona)"),
            "America/Los_Angeles": _("Pacific"),
            "America/Anchorage": _("Alaska"),
            "America/Adak": _("Aleutian Islands"),
            "Pacific/Honolulu": _("Hawaii"),
        },
        emergency=_NORTH_AMERICA,
    ),
    "CA": Local(
        "416-555-0101",
        _NANP,
        samples={Part.CITY: "Toronto", Part.SUBDIVISION: "ON", Part.POSTCODE: "K1A 0B1"},
        zones={
            "America/St_Johns": _("Newfoundland"),
            "America/Halifax": _("Atlantic"),
            "America/Toronto": _("Eastern"),
            "America/Winnipeg": _("Central"),
            "America/Regina": _("Central without summer time (Saskatchewan)"),
            "America/Edmonton": _("Mountain"),
            "America/Vancouver": _("Pacific"),
        },
        emergency=_NORTH_AMERICA,
    ),
    "PR": Local("787-555-0101", _NANP, samples={Part.CITY: "San Juan"}, emergency=_NORTH_AMERICA),
    "GB": Local(
        "020 7946 0018",
        (
            r"\+44(113|114|115|116|117|118|121|131|141|151|161)4960\d{3}", r"\+441914980\d{3}", r"\+442079460\d{3}",
            r"\+442896496\d{3}", r"\+442920180\d{3}", r"\+441632960\d{3}", r"\+447700900\d{3}", r"\+448081570\d{3}",
            r"\+449098790\d{3}", r"\+443069990\d{3}",
        ),
        words={
            Part.POSTCODE: "postcode",
            Part.SUBDIVISION: "nation",
            Part.UNIT: "floor",
        },
        samples={Part.CITY: "Leeds", Part.SUBDIVISION: "Scotland", Part.POSTCODE: "EC1A 1HQ"},
        emergency=("999", "112", "100"),
    ),
    "AU": Local(words={Part.POSTCODE: "postcode"}, emergency=("000", "112")),
    "NZ": Local(words={Part.POSTCODE: "postcode"}, emergency=("111", "112")),
    "IE": Local(emergency=("112", "999")),
}  # fmt: skip
"""By ISO 3166 code; of a country that is not here the libraries know what is needed."""

NOWHERE = Local()

BOTH_ORDERS = frozenset({"CA", "PH", "ZA"})
"""Countries where some write the day first and some the month."""
