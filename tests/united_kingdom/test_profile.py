"""A provider that knows another country: its file, its words, its forms and its catalogue."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check, check_one
from onboarding.answers.workbook import read_workbook, write_workbook
from onboarding.domain.answer_text import answer_text
from onboarding.domain.place import address_line
from onboarding.domain.place_words import Part
from onboarding.errors import InputError
from onboarding.profile.catalogues import load_language, offered_language, read_language
from onboarding.profile.load import lint, load_profile
from onboarding.profile.model import Profile
from tests.domain.test_number_countries import british
from tests.domain.test_place import POSTCODES
from tests.stages.world import context_of
from tests.united_kingdom.conftest import ANSWERS, FILE, PROFILES

TODAY = date(2026, 11, 26)
CATALOGUE = PROFILES / "languages" / "cy.toml"


def lines(path: Path) -> list[str]:
    return [str(finding).removeprefix(f"{path.parent}/") for finding in lint(path)]


def copied(folder: Path, *changes: tuple[str, str], words: str | None = None) -> Path:
    """The profile with its catalogue in a folder, changed."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "languages").mkdir(exist_ok=True)
    catalogue = words if words is not None else CATALOGUE.read_text(encoding="utf-8")
    (folder / "languages" / "cy.toml").write_text(catalogue, encoding="utf-8")
    path = folder / FILE.name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_profile_is_data_and_sound(profile: Profile) -> None:
    """Twenty tasks and more over stages of its own, some for every site, every text in Welsh."""
    assert lines(FILE) == []
    assert len(profile.tasks) >= 20
    assert [stage.id for stage in profile.stages] == [
        "order", "surveys", "porting", "build", "go_live", "after_care",
    ]  # fmt: skip
    assert sum(task.each is not None for task in profile.tasks) >= 8
    assert (profile.data.calendar.country, profile.data.calendar.time_zone) == ("GB", "Europe/London")


def test_questions_have_the_country_s_words_and_examples(profile: Profile) -> None:
    """A postcode, a post town, a number as it is dialled; nothing of it stands in the file."""
    sites = profile.questionnaire.section("sites")
    assert sites is not None
    asked = {part: sites.part(part) for part in (Part.POSTCODE, Part.CITY, Part.SUBDIVISION)}
    assert [one.label for one in asked.values() if one] == ["Postcode", "Post town", "Nation"]
    assert [one.example for one in asked.values() if one] == ["EC1A 1HQ", "Leeds", "Scotland"]
    assert [one.required for one in asked.values() if one] == [True, True, True]
    contact = sites.question("contact")
    assert contact is not None
    assert contact.example == "020 7946 0018"
    zone = profile.questionnaire.question("company.time_zone")
    assert zone is not None
    assert [(one.value, one.label) for one in zone.options] == [("Europe/London", "London")]
    assert zone.default == "Europe/London"


def test_the_answers_are_read_in_the_country_s_form(profile: Profile) -> None:
    """Numbers with their 0, with +44 or 0044, nations by name or code, postcodes in small letters."""
    checked = check(profile.questionnaire, read_answers(profile.questionnaire, ANSWERS).document, TODAY)
    assert [problem.message for problem in checked.errors] == []
    assert [site["nation"] for site in checked.values["sites"]] == ["ENG", "WLS", "SCT"]
    assert [site["postcode"] for site in checked.values["sites"]] == ["LS1 9ZZ", "CF10 9ZZ", "EH1 9ZZ"]
    assert [user["number"] for user in checked.values["users"]] == ["+442920180110", "+441134960110", "+441314960110"]
    assert checked.values["company"]["phone"] == "+35315310123"


@given(number=british, postcode=POSTCODES)
@settings(max_examples=60, deadline=None)
def test_what_is_shown_is_read_again(number: str, postcode: str) -> None:
    """Numbers and postcodes come back from every face as they went in."""
    asked = load_profile(FILE).questionnaire
    for name, written in (("sites.contact", number), ("sites.postcode", postcode)):
        question = asked.question(name)
        assert question is not None
        value, problem = check_one(question, written)
        assert problem is None
        assert check_one(question, answer_text(question, value)) == (value, None)


@pytest.mark.parametrize(
    ("question", "given_answer", "code", "shown"),
    [
        ("sites.contact", "617-555-0101", "number-trunk", "020 7946 0018"),
        ("sites.contact", 2079460018, "number-trunk", "020 7946 0018"),
        ("sites.contact", "+1 617 555 0101", "number-abroad", "Telephone at the site"),
        ("sites.contact", "+44 1481 960123", "number-abroad", "020 7946 0018"),
        ("sites.postcode", "02139", "postcode-invalid", "EC1A 1HQ"),
        ("sites.nation", "MA", "subdivision-invalid", "Scotland"),
    ],
)
def test_what_belongs_elsewhere_is_refused_with_what_is_meant(
    profile: Profile, question: str, given_answer: object, code: str, shown: str
) -> None:
    """A number from Boston, one that lost its 0, a ZIP code, a state: each with an example of the country."""
    asked = profile.questionnaire.question(question)
    assert asked is not None
    value, problem = check_one(asked, given_answer)
    assert value is None
    assert problem is not None
    assert problem.code == code
    assert shown in problem.message


def test_the_emergency_address_and_the_codes_are_the_country_s(profile: Profile) -> None:
    """The street twice is no place for 999; an extension leaves 999, 112 and 100 alone, and 911 counts for nothing."""
    document = read_answers(profile.questionnaire, ANSWERS).document
    emergency = [{**document["emergency"][0], "location": "Wharf Lane"}, *document["emergency"][1:]]
    users = [{**user, "extension": code} for user, code in zip(document["users"], ("911", "1120", "999"), strict=True)]
    found = check(profile.questionnaire, {**document, "emergency": emergency, "users": users}, TODAY).errors
    assert [(problem.code, problem.row) for problem in found] == [
        ("dispatchable", 0), ("extension-clash", 1), ("extension-clash", 2),
    ]  # fmt: skip


def test_the_workbook_has_the_country_s_words_and_comes_back_whole(profile: Profile) -> None:
    """Headings and hints for people there; what was filled in is read as it was."""
    document = read_answers(profile.questionnaire, ANSWERS).document
    target = io.BytesIO()
    write_workbook(profile.questionnaire, document, target)
    book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
    headings = [str(cell.value) for cell in book["Sites"][1]]
    assert {"Postcode *", "Post town *", "Nation *", "Floor or unit"} <= set(headings)
    said = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    notes = " ".join(cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment)
    assert not re.search(r"ZIP|617[- ]555", said + notes)
    assert "020 7946 0018" in said + notes
    again = check(profile.questionnaire, read_workbook(profile.questionnaire, target.getvalue()).document, TODAY)
    assert again.values == check(profile.questionnaire, document, TODAY).values


# --- Its languages ---------------------------------------------------------------------------------------------------


def test_the_profile_is_offered_in_its_languages(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Welsh beside English; another one is refused with those there are."""
    monkeypatch.setenv("ONBOARDING_PROFILES", str(PROFILES))
    assert offered_language("cy", profile)("Postcode") == "Cod post"
    with pytest.raises(InputError, match=r"LANGUAGE-UNKNOWN: Severn Voice is not offered in 'es'.*en, cy"):
        offered_language("es", profile)
    with pytest.raises(InputError, match="LANGUAGE-UNKNOWN"):
        offered_language("cy", load_profile("chinook"))


def test_what_is_not_translated_is_counted_and_named_with_its_line(tmp_path: Path) -> None:
    """A title, an option and a text of a template, each in its file; nothing else is wrong."""
    words = CATALOGUE.read_text(encoding="utf-8")
    for text in ("Survey the site", "Single line", "Administrator is"):
        words = re.sub(f'^"{text}" = .*\n', "", words, flags=re.MULTILINE)
    found = lines(copied(tmp_path, words=words))
    assert sorted(re.sub(r"^(?:\S*/)?([^/:]+):\d+: ", r"\1: ", line) for line in found) == [
        "administrator.toml: question.kind.label: not translated into Cymraeg (cy): “Administrator is”",
        "severn-voice.toml: languages[0]: Cymraeg: 3 of 147 texts are not translated",
        (
            "severn-voice.toml: section.ports.question.kind.options.single: "
            "not translated into Cymraeg (cy): “Single line”"
        ),
        "severn-voice.toml: task.surveys.survey-site.title: not translated into Cymraeg (cy): “Survey the site”",
    ]
    text = FILE.read_text(encoding="utf-8").splitlines()
    line = next(place for place, one in enumerate(text, 1) if one == 'title = "Survey the site"')
    assert any(f"severn-voice.toml:{line}: " in one for one in found)
    assert load_profile(tmp_path / FILE.name).id == "severn-voice"


def test_what_nobody_says_is_named_in_the_catalogue(tmp_path: Path) -> None:
    """With its line; a sentence of the program may be translated too."""
    words = CATALOGUE.read_text(encoding="utf-8") + '"Contents" = "Cynnwys"\n"Fax machine" = "Peiriant ffacs"\n'
    (found,) = lines(copied(tmp_path, words=words))
    assert found.endswith(f'cy.toml:{len(words.splitlines())}: words."Fax machine": nobody says this: it is not used')


def test_a_language_without_catalogue_is_named(tmp_path: Path) -> None:
    """So is a catalogue that is none."""
    path = copied(tmp_path, ('languages = ["cy"]', 'languages = ["gd"]'))
    assert "languages[0]: there is no catalogue languages/gd.toml beside the profile" in lines(path)[0]
    path = copied(tmp_path, words="name = 3")
    assert "The catalogue cy.toml cannot be read" in lines(path)[0]


def test_a_catalogue_may_be_of_one_profile_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes before the one for all, and is no profile by its name."""
    path = copied(tmp_path)
    own = tmp_path / "severn-voice.cy.toml"
    own.write_text('[words]\n"Postcode" = "Côd post"\n', encoding="utf-8")
    monkeypatch.setenv("ONBOARDING_PROFILES", str(tmp_path))
    assert load_language("cy", "severn-voice")("Postcode") == "Côd post"
    assert load_language("cy")("Postcode") == "Cod post"
    assert lines(path) == []


def test_lists_are_joined_as_each_language_joins_them() -> None:
    """English, Spanish and Welsh each have their own last word."""
    welsh = read_language("cy", [CATALOGUE])
    assert load_language("en").listed(["A", "B", "C"]) == "A, B and C"
    assert load_language("es").listed(["A", "B", "C"]) == "A, B y C"
    assert load_language("es").listed(["A", "B"], "or") == "A o B"
    assert welsh.listed(["Caerdydd", "Leeds", "Caeredin"]) == "Caerdydd, Leeds, a(c) Caeredin"


# --- The provider's own form of addresses ---------------------------------------------------------------------------


def test_the_profile_says_what_every_address_needs_and_how_it_is_written(profile: Profile) -> None:
    """The nation too, although the post does not ask for it; the floor before the street."""
    nation = profile.questionnaire.question("sites.nation")
    assert nation is not None
    assert nation.required
    document = dict(read_answers(profile.questionnaire, ANSWERS).document)
    without = [{name: value for name, value in site.items() if name != "nation"} for site in document["sites"]]
    problems = check(profile.questionnaire, {**document, "sites": without}, TODAY).errors
    assert [(one.code, one.row) for one in problems if one.question == "sites.nation"] == [
        ("required", 0), ("required", 1), ("required", 2),
    ]  # fmt: skip
    checked = check(profile.questionnaire, document, TODAY)
    context = context_of(profile, checked.values)
    assert [context.address_of(site) for site in context.rows("sites")] == [
        "Second floor, 4 Wharf Lane, Leeds LS1 9ZZ", "12 Heol y Llyfr, Cardiff CF10 9ZZ",
        "Ground floor, 7 Close End, Edinburgh EH1 9ZZ",
    ]  # fmt: skip


PARTS = st.sampled_from(["street", "unit", "city", "subdivision", "postcode"])


@given(st.lists(PARTS, min_size=1, unique=True), st.dictionaries(PARTS, st.text("abc", min_size=1, max_size=3)))
def test_an_address_is_written_in_the_order_that_is_given(order: list[str], given_parts: dict[str, str]) -> None:
    """What is known of it, each part once, in that order."""
    parts = {Part(name): value for name, value in given_parts.items()}
    for pieces, mark in ((order, ", "), ([" ".join(order)], " ")):
        found = address_line(parts, "GB", pieces)
        assert found == mark.join(given_parts[name] for name in order if name in given_parts)


# --- What lint says of places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('subdivision = "WLS"', 'subdivision = "SCO"', ("data.calendar.subdivision: The holidays of 'GB-SCO' are not "
         "known; did you mean 'SCT'?")),
        ('country = "GB"\nlanguages', 'country = "UK"\nlanguages', ("country: there is no country 'UK'; did you mean "
         "'GB'?")),
        ('opens_at = "09:00"', 'time_zone = "Europe/Lundon", opens_at = "09:00"', ("data.calendar.time_zone: there is "
         "no time zone 'Europe/Lundon'; did you mean 'Europe/London'?")),
        ('kind = "postcode"\n', 'kind = "postcode"\nexample = "02139"\n', ("section.sites.question.postcode.example: "
         "'02139' is not right in GB, where one is 'EC1A 1HQ'")),
        ('options_from = "time-zones"', 'options_from = "time-zone"', ("section.company.question.time_zone.options_from"
         ": options come from 'services', '<service>.plans', 'countries' or 'time-zones', not 'time-zone'; did you "
         "mean 'time-zones'?")),
        ('needs = ["street"', 'needs = ["streat"', ("address.needs[0]: there is no part of an address 'streat'; did "
         "you mean 'street'?")),
        ('"city postcode"]', '"city postcode city"]', "address.order: 'city' is named twice"),
        ('"by-country"\nhelp = "Which', 'false\nhelp = "Which', ("address.needs[3]: every address needs it, and "
         "'sites' does not want it: sites.nation.required")),
    ],
    ids=["nation", "country", "zone", "example", "options", "part", "twice", "not wanted"],
)  # fmt: skip
def test_a_place_that_is_not_there_is_named_with_the_nearest(tmp_path: Path, old: str, new: str, message: str) -> None:
    """With file, line and key."""
    assert any(line.endswith(message) for line in lines(copied(tmp_path, (old, new))))
