"""Tasks for every row on the command line: listed together, reported one by one, all at once or from a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding.store.store import Store

Onboard = Callable[..., Any]

ROUND = """
[task.migrate.visit]
title = "Visit the user"
each = "users"
party = "engineer"
channel = "site-visit"
params = { fields = ["users.email"] }
evidence = "a note"
"""
VISIT = "migrate.visit"
AT = ("--as-of", "2026-03-03")


@pytest.fixture
def bright(
    onboard: Onboard, answers_file: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Onboard:
    """`onboard`, with a customer of three users whose provider visits each of them."""
    return begun(onboard, answers_file, tmp_path / "profiles", ROUND, monkeypatch)


def begun(
    onboard: Onboard, answers_file: Callable[..., Path], own: Path, more: str, monkeypatch: pytest.MonkeyPatch
) -> Onboard:
    """`onboard`, with a customer of three users whose provider also does ``more``."""
    own.mkdir()
    corner = Path(__file__).parent / "profiles" / "corner.toml"
    (own / "corner.toml").write_text(corner.read_text(encoding="utf-8") + more, encoding="utf-8")
    monkeypatch.setenv("ONBOARDING_PROFILES", str(own))
    users = [{"email": f"{name}@bright.example", "extension": f"010{place}"}
             for place, name in enumerate(("ana", "ben", "cem"))]  # fmt: skip
    made = ("new", "bright-smile", "--profile", "corner", "--as-of", "2026-03-02", "--training")
    assert onboard(*made, "--answers", str(answers_file(users=users))).code == 0
    return onboard


def visits(onboard: Onboard) -> dict[str, str]:
    """State of each visit by the name of its row."""
    found = json.loads(onboard("tasks", "bright-smile", "--all", "--json", *AT).out)
    return {one["row_name"]: one["state"] for one in found if one["each"] == VISIT}


def test_rows_stand_on_one_line_until_they_are_unfolded(bright: Onboard) -> None:
    """With how many are done and which are open; in JSON each is an entry of its own with task and row."""
    words = " ".join(bright("tasks", "bright-smile", *AT).out.split())
    assert "Visit the user: 0 of 3 done; open: ana@bright.example, ben@bright.example, cem@bright.example" in words
    assert bright("tasks", "bright-smile", "--rows", *AT).out.count("Visit the user: ") == 3
    found = [one for one in json.loads(bright("tasks", "bright-smile", "--json", *AT).out) if one["each"]]
    assert [one["task"] == f"{VISIT}:{one['row']}" for one in found] == [True] * 3


def test_rows_are_done_by_name_or_all_at_once(bright: Onboard) -> None:
    """Those named, then all that are left; a name that no row has is answered with the nearest."""
    done = ("done", "bright-smile", VISIT, "--by", "Kim", *AT)
    assert "Visit the user, 2 rows" in bright(*done, "--row", "ana@bright.example", "--row", "BEN@bright.example").out
    assert visits(bright) == {"ana@bright.example": "done", "ben@bright.example": "done", "cem@bright.example": "ready"}
    wrong = bright(*done, "--row", "cen@bright.example")
    assert (wrong.code, "Did you mean 'cem@bright.example'?" in wrong.err) == (2, True)
    whole = bright(*done)
    assert (whole.code, "done for each row by itself; open: cem@bright.example" in whole.err) == (2, True)
    assert bright(*done, "--all-rows").code == 0
    assert set(visits(bright).values()) == {"done"}
    assert "all of them are closed" in bright(*done, "--all-rows").err
    assert "it is done once" in bright("done", "bright-smile", "gather.read-sheet", "--by", "K", "--row", "x", *AT).err


def test_rows_are_done_from_a_file(bright: Onboard) -> None:
    """Each with who, when, what and a proof; where a line is wrong every one is named and nothing is kept."""
    Path("note.txt").write_text("seen", encoding="utf-8")
    file = Path("rows.csv")
    lines = [
        "row,by,date,note,evidence",
        "ana@bright.example,Kim,2026-03-02,two desks,note.txt",
        "ben@bright.example,,,,",
    ]
    file.write_text(
        "\n".join([*lines, "dan@bright.example,,,,", "cem@bright.example,,1 March,,none.txt"]), encoding="utf-8"
    )
    done = ("done", "bright-smile", VISIT, "--by", "Lee", "--from", str(file), *AT)
    wrong = bright(*done)
    assert wrong.code == 2
    assert "2 of 4 cannot be taken" in wrong.err
    assert "line 4: Visit the user: there is no row 'dan@bright.example'." in wrong.err
    assert "line 5: " in wrong.err
    assert set(visits(bright).values()) == {"ready"}
    file.write_text("\n".join(lines), encoding="utf-8")
    assert "Kept note.txt as proof" in bright(*done).out
    assert visits(bright)["cem@bright.example"] == "ready"
    found = json.loads(bright("tasks", "bright-smile", "--all", "--json", *AT).out)
    days = {one["row_name"]: one["done_on"] for one in found if one["each"] == VISIT}
    assert (days["ana@bright.example"], days["ben@bright.example"]) == ("2026-03-02", "2026-03-03")
    for words, told in (
        ("who\nana", "has a column 'who'"),
        ("row,note,note\ncem@bright.example,a,b", "has two columns 'note'"),
        ("row,note\ncem@bright.example,two desks, a lift", "line 2: ' a lift' stands beyond the columns"),
    ):
        file.write_text(words, encoding="utf-8")
        assert told in bright(*done).err
    assert visits(bright)["cem@bright.example"] == "ready"


def test_rows_are_left_out_together(bright: Onboard) -> None:
    """For one reason, and only those that are open."""
    skip = ("skip", "bright-smile", VISIT, "--by", "Kim", "--reason", "moved away", *AT)
    assert bright(*skip, "--row", "ana@bright.example").out.startswith("Left out: Visit the user: ana@bright.example")
    assert "Left out: Visit the user, 2 rows" in bright(*skip, "--all-rows").out
    assert set(visits(bright).values()) == {"skipped"}


def test_a_party_is_confirmed_for_one_row(bright: Onboard) -> None:
    """The others stay with whom the profile names."""
    said = bright("party", "bright-smile", VISIT, "--party", "carrier", "--row", "ana@bright.example", "--by", "K", *AT)
    assert said.out.startswith("Visit the user: ana@bright.example: Carrier, confirmed by K")
    found = json.loads(bright("tasks", "bright-smile", "--json", *AT).out)
    assert [one["party"] for one in found if one["each"]] == ["carrier", "engineer", "engineer"]


AGREE = "migrate.agree-visit"
AGREEING = """
[section.users.question.visit_on]
kind = "date"
label = "Day of the visit"
informational = true

[task.migrate.agree-visit]
title = "Agree on the visit"
each = "users"
party = "engineer"
channel = "call"
brings = "users.visit_on"
evidence = "a note"
"""


@pytest.fixture
def agreeing(
    onboard: Onboard, answers_file: Callable[..., Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Onboard:
    """`onboard`, with a customer whose provider agrees with each user on a day."""
    return begun(onboard, answers_file, home.parent / "own", AGREEING, monkeypatch)


def visit_days() -> dict[str, str | None]:
    with Store.open() as store:
        version = store.answers("bright-smile")
    assert version is not None
    return {row["email"].partition("@")[0]: row.get("visit_on") for row in version.document["users"]}


def test_a_day_is_given_for_the_rows_that_are_named(agreeing: Onboard) -> None:
    """It stands in these rows alone; given once more it moves for that row, and what was done stays done."""
    done = ("done", "bright-smile", AGREE, "--by", "Kim", *AT)
    said = agreeing(*done, "--row", "ana@bright.example", "--row", "ben@bright.example", "--date", "2026-05-11")
    assert said.code == 0
    assert "Day of the visit, ana@bright.example: 11 May 2026" in said.out
    assert "Agree on the visit, 2 rows" in said.out
    assert agreeing(*done, "--row", "ben@bright.example", "--date", "2026-05-18").code == 0
    assert visit_days() == {"ana": "2026-05-11", "ben": "2026-05-18", "cem": None}
    missing = agreeing(*done, "--row", "cem@bright.example")
    assert (missing.code, missing.err.partition(":")[0]) == (2, "DAY-MISSING")
    assert '--row "cem@bright.example" --by WHO --date DAY`' in missing.err
    assert agreeing(*done, "--all-rows", "--date", "2026-05-25").code == 0
    assert visit_days() == {"ana": "2026-05-11", "ben": "2026-05-18", "cem": "2026-05-25"}


def test_days_of_rows_come_from_a_file(agreeing: Onboard) -> None:
    """Each line with its own, the others with the one given beside the file; a wrong one and nothing is kept."""
    file = Path("days.csv")
    done = ("done", "bright-smile", AGREE, "--by", "Kim", "--from", str(file), *AT)
    file.write_text("row,day\nana@bright.example,2026-05-11\nben@bright.example,soon\n", encoding="utf-8")
    wrong = agreeing(*done)
    assert (wrong.code, "line 3: 'soon' is no date." in wrong.err) == (2, True)
    assert set(visit_days().values()) == {None}
    file.write_text("row,day\nana@bright.example,2026-05-11\nben@bright.example,\n", encoding="utf-8")
    assert agreeing(*done, "--date", "2026-05-18").code == 0
    assert visit_days() == {"ana": "2026-05-11", "ben": "2026-05-18", "cem": None}
