"""One set of answers that two questionnaires ask."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.joined import agreed, disagreements, joined
from onboarding.answers.shared import Shared
from onboarding.domain.condition import Condition
from onboarding.domain.question import Kind, Option, Question, Questionnaire, Section
from onboarding.domain.row import without_ids

IDS = ["bcdfghjk", "cdfghjkm", "dfghjkmn", "fghjkmnp"]


def choice(name: str, *values: str, kind: Kind = Kind.CHOICE, **more: Any) -> Question:
    return Question(name, kind, name, options=tuple(Option(value, value.title()) for value in values), **more)


def text(name: str, kind: Kind = Kind.TEXT, **more: Any) -> Question:
    return Question(name, kind, name, **more)


def asking(name: str, *sections: Section) -> Questionnaire:
    return Questionnaire(name, name.title(), "1", sections)


TALK = asking(
    "talk",
    Section("company", "Company", (text("company.name"), text("company.tenant"))),
    Section(
        "users", "Users",
        (text("users.name"), choice("users.services", "voice", kind=Kind.CHOICES), text("users.number", Kind.NUMBER)),
        is_table=True, key="name",
    ),
    Section("ports", "Ports", (text("ports.number", Kind.NUMBER), text("ports.note")), is_table=True, key="number"),
)  # fmt: skip
DESK = asking(
    "desk",
    Section("company", "Company", (text("company.name"), text("company.floor"))),
    Section(
        "users", "Users",
        (text("users.name"), choice("users.services", "desk", kind=Kind.CHOICES), text("users.number", Kind.NUMBER),
         text("users.room")),
        is_table=True, key="name",
    ),
    Section("ports", "Ports", (text("ports.number", Kind.NUMBER), text("ports.note")), is_table=True, key="number"),
    Section("building", "Building", (text("building.riser"),)),
)  # fmt: skip
talk, desk = Shared(TALK, [DESK]), Shared(DESK, [TALK])
ANA = {"name": "Ana", "services": ["voice"], "number": "+16175550101", "_row_id": IDS[0]}
BEN = {"name": "Ben", "services": ["Desk"], "number": "+16175550102", "room": "7", "_row_id": IDS[1]}
CAL = {"name": "Cal", "services": ["desk", "voice"], "number": "+16175550103", "room": "8", "_row_id": IDS[2]}
KEPT: dict[str, Any] = {
    "company": {"name": "Acme", "tenant": "t", "floor": "9"},
    "users": [ANA, BEN, CAL],
    "ports": [{"number": f"+1617555010{n}", "_row_id": IDS[n]} for n in range(4)],
    "building": {"riser": "east"},
}


def test_each_sees_what_it_asks() -> None:
    """Sections, questions, rows and options of the others are left out, and the numbers that only their rows have."""
    assert talk.seen(KEPT) == {
        "company": {"name": "Acme", "tenant": "t"},
        "users": [ANA, {"name": "Cal", "services": ["voice"], "number": "+16175550103", "_row_id": IDS[2]}],
        "ports": [KEPT["ports"][0], KEPT["ports"][1], KEPT["ports"][3]],
    }
    seen = desk.seen(KEPT)
    assert [row["name"] for row in seen["users"]] == ["Ben", "Cal"]
    assert [row["services"] for row in seen["users"]] == [["Desk"], ["desk"]]
    assert [row["number"][-1] for row in seen["ports"]] == ["0", "2", "3"]
    assert seen["building"] == {"riser": "east"}


@pytest.mark.parametrize("side", [talk, desk])
def test_rows_that_have_no_ids_yet_are_seen_as_those_that_have(side: Shared) -> None:
    """A first file of the customer is judged as what is kept of it: what only another asks is no stranger in a row."""
    assert side.seen(without_ids(KEPT)) == without_ids(side.seen(KEPT))


def test_alone_everything_is_seen_and_saved_as_it_is() -> None:
    """Where there is only one questionnaire nothing is looked at."""
    alone = Shared(TALK)
    assert alone.seen(KEPT) is KEPT
    assert alone.whole({}, KEPT) == KEPT


@pytest.mark.parametrize("side", [talk, desk])
def test_saving_what_was_seen_changes_nothing(side: Shared) -> None:
    """All else stays, in its place."""
    whole = side.whole(KEPT, side.seen(KEPT))
    assert [row["_row_id"] for row in whole["users"]] == IDS[:3]
    assert talk.seen(whole) == talk.seen(KEPT)
    assert desk.seen(whole) == desk.seen(KEPT)


def test_a_change_reaches_what_both_ask_and_leaves_the_rest() -> None:
    """A name given here is read there; a row taken out here takes nobody else's row along."""
    now = copy.deepcopy(talk.seen(KEPT))
    now["company"]["name"] = "Acme Inc."
    now["users"] = [row for row in now["users"] if row["name"] != "Ana"]
    now["users"][0]["services"] = []
    whole = talk.whole(KEPT, now)
    assert whole["company"] == {"name": "Acme Inc.", "tenant": "t", "floor": "9"}
    assert [(row["name"], row["services"]) for row in whole["users"]] == [("Cal", ["desk"]), ("Ben", ["Desk"])]
    assert next(row for row in whole["users"] if row["name"] == "Cal")["room"] == "8"
    assert whole["building"] == {"riser": "east"}
    cleared = talk.whole(KEPT, {"company": {}})
    assert [row["name"] for row in cleared["users"]] == ["Ben"]
    assert cleared["company"] == {"floor": "9"}


rows = st.lists(
    st.fixed_dictionaries(
        {"services": st.sampled_from([[], ["voice"], ["desk"], ["voice", "desk"], "nonsense", None])},
        optional={
            "name": st.sampled_from("abc"), "room": st.just("7"),
            "number": st.sampled_from(["+16175550101", "617 555 0102", "no number"]),
        },
    ),
    max_size=4,
)  # fmt: skip


@given(rows, st.lists(st.sampled_from(["+16175550101", "+16175550102", "+16175550103"]), max_size=3, unique=True))
def test_what_one_sees_and_saves_never_changes_what_the_other_sees(users: list[Any], ports: list[str]) -> None:
    """Whatever the answers: saving what was seen, unchanged, is no change for anybody."""
    kept: dict[str, Any] = {
        "users": [{**row, "_row_id": IDS[place]} for place, row in enumerate(users)],
        "ports": [{"number": number, "_row_id": IDS[place]} for place, number in enumerate(ports)],
        "company": {"name": "Acme", "floor": "9"},
    }
    for side in (talk, desk):
        whole = side.whole(kept, side.seen(kept))
        for each in (talk, desk):
            assert _sorted(each.seen(whole)) == _sorted(each.seen(kept))


def _sorted(document: Any) -> Any:
    return {
        name: sorted(str(sorted(_plain(row).items())) for row in part) if isinstance(part, list) else part
        for name, part in document.items()
        if part
    }


def _plain(row: Any) -> Any:
    """The row with its services in any order, as words."""
    services = row.get("services")
    return {**row, "services": sorted(map(str.casefold, services)) if isinstance(services, list) else services}


def test_what_cannot_be_one_question_is_named() -> None:
    """Another kind, another table, other options of a choice that is asked once; options within a table may differ."""
    section = Section("company", "Company", (choice("company.size", "small", "large"), text("company.since")))
    one = asking("one", section, *TALK.sections[1:])
    other = asking(
        "other",
        replace(section, questions=(choice("company.size", "huge"), text("company.since", Kind.DATE))),
        replace(TALK.sections[1], key="number"), TALK.sections[2],
    )  # fmt: skip
    assert disagreements(one, other) == [
        "company.size has the options small, large in one and huge in the other.",
        "company.since is text in one and date in the other.",
        "users is a table with the key name in one and a table with the key number in the other.",
    ]
    assert disagreements(TALK, DESK) == []


def test_together_each_question_is_asked_once() -> None:
    """In the order of the first, with the options of both, where either asks; rules stay each one's own."""
    once = Condition("answered", "company.name", (True,))
    first = replace(TALK, sections=(replace(TALK.sections[0], when=once), *TALK.sections[1:]))
    both = joined([first, DESK])
    assert [section.id for section in both.sections] == ["company", "users", "ports", "building"]
    users = both.section("users")
    assert users
    assert [question.name for question in users.questions] == ["name", "services", "number", "room"]
    services = both.question("users.services")
    assert services
    assert [option.value for option in services.options] == ["voice", "desk"]
    assert both.sections[0].when is None
    assert both.title == "Talk · Desk"
    assert joined([TALK]) is TALK


def test_where_defaults_differ_there_is_none() -> None:
    """A blank means two things then: it has to be said which."""
    talk_, desk_ = (
        asking("a", Section("n", "N", (choice("n.purpose", value, default=value),), is_table=True))
        for value in ("test", "forwarding")
    )
    question = agreed(talk_, [desk_]).question("n.purpose")
    assert question
    assert (question.default, question.required) == (None, True)
    assert agreed(talk_, [talk_]) is talk_


def placed(questionnaire: Questionnaire) -> Questionnaire:
    """With sites, where users are and telephones stand."""
    users = questionnaire.section("users")
    assert users
    sites = Section("sites", "Sites", (text("sites.name"), text("sites.street")), is_table=True, key="name", min_rows=1)
    at = text("users.site", Kind.REFERENCE, to="sites.name")
    phones = (text("phones.name"), text("phones.site", Kind.REFERENCE, to="sites.name"))
    return replace(
        questionnaire,
        sections=(
            sites, replace(users, questions=(*users.questions, at)),
            Section("phones", "Phones", phones, is_table=True, key="name"),
            *(one for one in questionnaire.sections if one.id != "users"),
        ),
    )  # fmt: skip


PLACED = (Shared(placed(TALK), [placed(DESK)]), Shared(placed(DESK), [placed(TALK)]))


def at_sites(*places: str) -> dict[str, Any]:
    """Ana, Ben and Cal at these, and a telephone at each site."""
    names = ["Boston", "Salem", "Lynn"]
    users = [{**row, "site": place} for row, place in zip((ANA, BEN, CAL), places, strict=False)]
    return {
        "sites": [{"name": name, "street": name, "_row_id": IDS[n]} for n, name in enumerate(names)],
        "users": users, "phones": [{"name": f"p{n}", "site": n, "_row_id": IDS[i]} for i, n in enumerate(names)],
    }  # fmt: skip


def names(document: Any, section: str) -> list[str]:
    return [row["name"] for row in document.get(section, ())]


@pytest.mark.parametrize(
    ("places", "talks", "desks"),
    [
        (("Boston", "salem"), ["Boston", "Lynn"], ["Salem", "Lynn"]),  # Lynn is nobody's yet: everybody's
        (("Boston", "Salem", "Lynn"), ["Boston", "Lynn"], ["Salem", "Lynn"]),
        (("Boston", "Boston"), ["Boston", "Salem", "Lynn"], ["Boston", "Salem", "Lynn"]),
        (("Boston",), ["Boston", "Salem", "Lynn"], ["Boston", "Salem", "Lynn"]),  # desk has nobody yet
    ],
)
def test_a_site_is_whose_users_are_at_it(places: tuple[str, ...], talks: list[str], desks: list[str]) -> None:
    """And a telephone whose site it stands at; who has nobody at any site yet sees all of them."""
    kept = at_sites(*places)
    for side, expected in zip(PLACED, (talks, desks), strict=True):
        assert names(side.seen(kept), "sites") == expected
        assert {row["site"] for row in side.seen(kept)["phones"]} == set(expected)


def test_a_site_of_another_becomes_ours_once_it_is_named() -> None:
    """It may be typed once more: it stays the same row, and nothing of the other's is lost."""
    kept = at_sites("Boston", "Salem")
    talk_, desk_ = PLACED
    now = copy.deepcopy(desk_.seen(kept))
    now["users"][0]["site"] = "Boston"
    assert names(now, "sites") == ["Salem", "Lynn"]
    assert names(desk_.naming(kept, now), "sites") == ["Salem", "Lynn", "Boston"]  # what is checked before it is kept
    assert desk_.naming(kept, desk_.seen(kept)) == desk_.seen(kept)
    whole = desk_.whole(kept, now)
    assert names(desk_.seen(whole), "sites") == ["Boston", "Salem", "Lynn"]
    now["sites"].append({"name": " boston", "street": "Other Street"})
    whole = desk_.whole(kept, now)
    assert [(row["_row_id"], row["street"]) for row in whole["sites"] if row["name"].strip().lower() == "boston"] == [
        (IDS[0], "Other Street")
    ]
    assert len(whole["sites"]) == 3
    assert len(whole["phones"]) == 3
    assert names(talk_.seen(desk_.whole(kept, {})), "sites") == ["Boston"]


def test_a_site_that_is_only_lent_is_lost_by_no_file_of_ours() -> None:
    """Who has nobody yet sees every site; a first file of ours without them takes none from those who are at it."""
    kept = at_sites("Boston")
    _talk, desk_ = PLACED
    assert names(desk_.seen(kept), "sites") == ["Boston", "Salem", "Lynn"]
    whole = desk_.whole(kept, {"sites": [{"name": "Quincy"}], "users": [{**BEN, "site": "Quincy"}], "phones": []})
    assert sorted(names(whole, "sites")) == ["Boston", "Quincy"]
    assert names(whole, "phones") == ["pBoston"]
    assert names(desk_.seen(whole), "sites") == ["Quincy"]


def test_what_only_another_asks_for_takes_no_row_away() -> None:
    """A lift at a site does not make the site its service's; users do, and what we ask for ourselves keeps it ours."""
    lift = text("lifts.site", Kind.REFERENCE, to="sites.name")
    lifts = Section("lifts", "Lifts", (text("lifts.name"), lift), is_table=True, key="name")
    with_lifts = replace(placed(TALK), sections=(*placed(TALK).sections, lifts))
    kept = at_sites("Boston", "Salem") | {"lifts": [{"name": "l", "site": "Lynn"}, {"name": "m", "site": "Salem"}]}
    assert names(Shared(placed(DESK), [with_lifts]).seen(kept), "sites") == ["Salem", "Lynn"]
    assert names(Shared(with_lifts, [placed(DESK)]).seen(kept), "sites") == ["Boston", "Salem", "Lynn"]


@given(
    st.lists(st.sampled_from(["", "Boston", "Salem", "Lynn", "Nowhere"]), min_size=3, max_size=3),
    st.lists(st.sampled_from([[], ["voice"], ["desk"], ["voice", "desk"]]), min_size=3, max_size=3),
    st.lists(st.sampled_from(["Boston", "Salem", "Nowhere", ""]), max_size=4),
)
def test_sites_are_somebodys_and_saving_what_was_seen_changes_none(
    places: list[str], services: list[list[str]], phones: list[str]
) -> None:
    """Whatever is where: each row is seen by somebody, and what one saves as it saw it stays with everybody."""
    kept = at_sites(*places)
    for user, ordered in zip(kept["users"], services, strict=True):
        user["services"] = ordered
    kept["phones"] = [{"name": "p", "site": site, "_row_id": IDS[n]} for n, site in enumerate(phones)]
    seen = [side.seen(kept) for side in PLACED]
    for section in ("sites", "phones", "users"):
        ids = {row["_row_id"] for one in seen for row in one.get(section, ())}
        assert ids == {row["_row_id"] for row in kept[section]}
    for side, before in zip(PLACED, seen, strict=True):
        assert before["sites"]
        whole = side.whole(kept, before)
        assert [_sorted(each.seen(whole)) for each in PLACED] == [_sorted(one) for one in seen]
