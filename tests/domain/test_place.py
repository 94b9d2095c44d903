"""Countries: postcodes, subdivisions, time zones and addresses in the form of each."""

from __future__ import annotations

import pytest
from holidays.countries import US
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.place import (
    address_line,
    country,
    has_house_number,
    is_po_box,
    is_postcode_in,
    known_countries,
    parse_postcode,
    parse_subdivision,
    subdivision_name,
    time_zones,
    word,
    zone_names,
)
from onboarding.domain.place_words import LOCAL, Part
from onboarding.errors import InputError

STATES = country("US").subdivisions


@pytest.mark.parametrize("code", STATES)
def test_states_by_code_and_name(code: str) -> None:
    """A state is known by its code and its name, in any case and with dots."""
    written = (code, code.lower(), f" {STATES[code].upper()} ", ".".join(code) + ".", f"US-{code}")
    assert {parse_subdivision(text, "US") for text in written} == {code}


def test_the_states_are_those_with_holidays() -> None:
    """Fifty, the District and five territories: the calendar of holidays knows each of them."""
    known = {code for code in US.subdivisions if code != "UM"}  # nobody lives there
    assert known == set(STATES)


@pytest.mark.parametrize("text", ["", "XX", "Massachusets", "M A S S", "a" * 1000, "SCT", "AE"])
def test_other_words_are_no_states(text: str) -> None:
    """Misspelt and made-up states are refused, a nation of another country and the post of the forces too."""
    with pytest.raises(ValueError, match="not a subdivision"):
        parse_subdivision(text, "US")


@pytest.mark.parametrize(("text", "code"), [("Scotland", "SCT"), ("wales", "WLS"), ("GB-ENG", "ENG"), ("nir", "NIR")])
def test_the_nations_of_the_united_kingdom(text: str, code: str) -> None:
    """Where addresses know no subdivisions, those that have holidays of their own are taken."""
    assert parse_subdivision(text, "GB") == code
    with pytest.raises(ValueError, match="not a subdivision"):
        parse_subdivision("MA", "GB")


@given(st.integers(501, 99999), st.integers(0, 9999))
@settings(max_examples=50, deadline=None)
def test_zip_codes_survive_excel(five: int, four: int) -> None:
    """A ZIP code that became a number gets its zeros back; nine digits get their hyphen."""
    code = f"{five:05d}"
    for written in (code, five, float(five), f" {code} "):
        assert parse_postcode(written, "US") == code
    assert (
        parse_postcode(f"{code}{four:04d}", "US") == parse_postcode(f"{code}-{four:04d}", "US") == f"{code}-{four:04d}"
    )


@pytest.mark.parametrize(
    "value", ["", "1234", "00000", "00000-1234", "0213a", "02139-43", "0" * 1000, -1, 12, True, float("nan"), 1e300]
)
def test_what_is_no_zip_code(value: str | float) -> None:
    """Too short, too long, made of letters or not even text."""
    with pytest.raises(ValueError, match="not a postcode"):
        parse_postcode(value, "US")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (501, "00501"), (99999, "99999"), (10**9 - 1, "99999-9999"), ("'02139", "02139"),
        ("02139 4307", "02139-4307"), ("02139" + " " * 15, "02139"), (21394307, "02139-4307"),
    ],
)  # fmt: skip
def test_the_edges_of_zip_codes(value: str | int, code: str) -> None:
    """The lowest code in use, the highest, and where five digits become nine."""
    assert parse_postcode(value, "US") == code


@pytest.mark.parametrize("value", [500, 100000, 10**9, "02139" + " " * 16])
def test_beyond_the_edges_is_no_zip_code(value: str | int) -> None:
    """Nobody lives below 00501, and no code has ten digits."""
    with pytest.raises(ValueError, match="not a postcode"):
        parse_postcode(value, "US")


POSTCODES = st.builds(
    "{}{} {}{}".format,
    st.sampled_from(["LS", "M", "EH", "G", "CF", "SA", "AB", "YO"]),
    st.integers(1, 9),
    st.integers(0, 9),
    st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2),
)
"""Postcodes of the United Kingdom by their form; whether anybody lives there nobody asks."""


@given(POSTCODES, st.sampled_from([str, str.lower, lambda text: text.replace(" ", ""), lambda text: f"  {text} "]))
@settings(max_examples=100, deadline=None)
def test_postcodes_of_the_united_kingdom_come_to_one_form(postcode: str, written: object) -> None:
    """Case and spaces make no difference; what is final stays as it is."""
    assert callable(written)
    assert parse_postcode(written(postcode), "GB") == parse_postcode(postcode, "GB") == postcode


@given(st.text("ABCXYZ0123456789 -", max_size=9))
@settings(max_examples=200, deadline=None)
def test_what_is_read_as_a_postcode_is_final(text: str) -> None:
    """In every country: read once or twice, it is the same."""
    for code in ("US", "GB", "CA", "PR"):
        try:
            found = parse_postcode(text, code)
        except ValueError:
            continue
        assert parse_postcode(found, code) == found


@pytest.mark.parametrize(
    ("value", "code"), [("02139", "GB"), ("EC1A 1HQ", "US"), ("EC1A1", "GB"), (2139, "GB"), ("K1A 0B1", "US")]
)
def test_a_postcode_of_another_country_is_none(value: str | int, code: str) -> None:
    """Nothing is guessed: a ZIP code is no postcode, and no other way round."""
    with pytest.raises(ValueError, match="not a postcode"):
        parse_postcode(value, code)


def test_postcodes_without_a_space_are_parted_as_the_country_does() -> None:
    """The last three characters in Britain and Canada; codes of the forces after their letters."""
    assert parse_postcode("sw1a1aa", "GB") == "SW1A 1AA"
    assert parse_postcode("bfpo61", "GB") == "BFPO 61"
    assert parse_postcode("k1a0b1", "CA") == "K1A 0B1"
    assert parse_postcode(902, "PR") == "00902"


def test_streets() -> None:
    """A post office box and a street without a house number are distinguished from an address."""
    assert all(map(is_po_box, ["PO Box 12", "P.O. Box 9", "p o box 7", "Post Office Box 1", "12 Elm, POBox 3"]))
    assert not any(map(is_po_box, ["12 Boxwood Road", "9 Postal Way"]))
    assert has_house_number("12 Elm Street")
    assert not has_house_number("Elm Street")
    assert not has_house_number("12")


def test_postcode_and_subdivision_go_together() -> None:
    """Where the postal service says how the codes of a subdivision begin; elsewhere any may be right."""
    assert is_postcode_in("02139", "MA", "US")
    assert not is_postcode_in("90210", "MA", "US")
    assert not is_postcode_in("", "MA", "US")
    assert not is_postcode_in("02139", "", "US")
    assert is_postcode_in("K1A 0B1", "ON", "CA")
    assert not is_postcode_in("K1A 0B1", "BC", "CA")
    assert is_postcode_in("EH1 1AA", "ENG", "GB")


ZIP_OF = {
    "AL": "36104", "AK": "99801", "AZ": "85001", "AR": "72201", "CA": "95814", "CO": "80202", "CT": "06103",
    "DE": "19901", "DC": "20001", "FL": "32301", "GA": "30303", "HI": "96813", "ID": "83702", "IL": "62701",
    "IN": "46225", "IA": "50309", "KS": "66603", "KY": "40601", "LA": "70802", "ME": "04330", "MD": "21401",
    "MA": "02201", "MI": "48933", "MN": "55102", "MS": "39205", "MO": "65101", "MT": "59623", "NE": "68502",
    "NV": "89701", "NH": "03301", "NJ": "08608", "NM": "87501", "NY": "12207", "NC": "27601", "ND": "58501",
    "OH": "43215", "OK": "73102", "OR": "97301", "PA": "17101", "RI": "02903", "SC": "29217", "SD": "57501",
    "TN": "37219", "TX": "78701", "UT": "84111", "VT": "05602", "VA": "23219", "WA": "98507", "WV": "25301",
    "WI": "53703", "WY": "82001", "AS": "96799", "GU": "96910", "MP": "96950", "PR": "00901", "VI": "00802",
}  # fmt: skip
"""A ZIP code of each capital."""
APART = {"NY": "00501", "TX": "88510", "DC": "56901"}
"""Codes apart from all others: Holtsville, a part of El Paso, offices of the federal government."""


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_its_own_zip_codes(state: str) -> None:
    """Its capital's and those that lie apart, and no other capital's."""
    assert [other for other, code in ZIP_OF.items() if is_postcode_in(code, state, "US")] == [state]
    assert is_postcode_in(APART.get(state, ZIP_OF[state]), state, "US")


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """Sixty characters of a state, two hundred of a street: nobody has to wait for what is no address."""
    assert parse_subdivision("." * 56 + "Ohio", "US") == "OH"
    with pytest.raises(ValueError, match="not a subdivision"):
        parse_subdivision("." * 57 + "Ohio", "US")
    assert [is_po_box("." * dots + "PO Box") for dots in (194, 195)] == [True, False]
    assert [has_house_number("Elm" + "." * dots + "1") for dots in (196, 197)] == [True, False]
    assert [has_house_number("1" + "." * dots + "E") for dots in (198, 199)] == [True, False]


@pytest.mark.parametrize("code", sorted(known_countries()))
def test_every_country_is_known(code: str) -> None:
    """Its words, what its addresses need, and examples that are right by its own rules."""
    found = country(code)
    assert {Part.STREET} <= found.required
    assert set(found.words) == set(Part)
    if sample := found.sample(Part.POSTCODE):
        assert parse_postcode(sample, code)
    if sample := found.sample(Part.SUBDIVISION):
        assert parse_subdivision(sample, code) in found.subdivisions


def test_parts_are_called_what_people_call_them() -> None:
    """A ZIP code here, a postcode there; who looks for a county finds the nations, which have the holidays."""
    assert [word(Part.POSTCODE, code) for code in ("US", "CA", "GB", "IE")] == [
        "ZIP code", "Postal code", "Postcode", "Eircode",
    ]  # fmt: skip
    assert [word(Part.SUBDIVISION, code) for code in ("US", "CA", "GB", "IE")] == [
        "State",
        "Province",
        "Nation",
        "County",
    ]
    assert [word(Part.CITY, code) for code in ("US", "GB")] == ["City", "Post town"]


def test_an_address_has_what_its_country_wants() -> None:
    """A state belongs to an American address, a nation not to a British one."""
    assert Part.SUBDIVISION in country("US").required
    assert country("GB").required == {Part.STREET, Part.CITY, Part.POSTCODE}


def test_an_address_is_written_as_its_country_writes_it() -> None:
    """On one line, in the order of the country, without what is not known."""
    parts = {Part.STREET: "12 Elm Street", Part.UNIT: "Suite 4", Part.CITY: "Boston"}
    boston = {**parts, Part.SUBDIVISION: "MA", Part.POSTCODE: "02110"}
    assert address_line(boston, "US") == "12 Elm Street, Suite 4, Boston, MA 02110"
    assert address_line({Part.STREET: "12 Elm Street", Part.SUBDIVISION: "MA"}, "US") == "12 Elm Street, MA"
    leeds = {Part.STREET: "4 Wharf Lane", Part.CITY: "Leeds", Part.SUBDIVISION: "ENG", Part.POSTCODE: "LS1 4ZZ"}
    assert address_line(leeds, "GB") == "4 Wharf Lane, Leeds, LS1 4ZZ"
    paris = {Part.STREET: "1 rue X", Part.CITY: "Lyon", Part.POSTCODE: "69001"}
    assert address_line(paris, "FR") == "1 rue X, 69001 Lyon"
    assert address_line({}, "GB") == ""


def test_time_zones_of_a_country() -> None:
    """All of them, those people choose from first and with the names they use."""
    assert time_zones("GB") == ("Europe/London",)
    assert zone_names("GB") == {"Europe/London": "London"}
    assert time_zones("US")[0] == "America/New_York"
    assert "America/Indiana/Knox" in time_zones("US")
    assert zone_names("US")["America/Phoenix"] == "Mountain without summer time (Arizona)"
    assert all(set(local.zones) <= set(time_zones(code)) for code, local in LOCAL.items())


def test_a_country_nobody_has_is_named() -> None:
    """With what to write instead."""
    with pytest.raises(InputError, match=r"COUNTRY-UNKNOWN: There is no country 'UK'.*GB"):
        country("UK")
    assert subdivision_name("SCT", "GB") == "Scotland"
    assert subdivision_name("?", "GB") == "?"
