"""Two customers on one portal: what one has, the other cannot have, and reads so at the place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding.case.case import Case
from onboarding.domain.history import Customer
from onboarding.errors import InputError
from onboarding.store.store import Store
from tests.mitel.freight import AT, FREIGHT, Answers, answers

OTHER = Customer("bay-imports", "Bay Imports", AT)


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[Case]:
    """A second customer beside the freight line, which has all its answers in."""
    with Store.open(tmp_path) as store:
        for customer in (FREIGHT, OTHER):
            store.create_customer(customer, "mitel-micloud")
        Case.open(store, FREIGHT.id, AT, "anna").save_answers(answers(), "example")
        yield Case.open(store, OTHER.id, AT, "ben")


def apart() -> Answers:
    """The same company again with nothing of the first one's left."""
    document = answers()
    document["customer_details"] |= {"web_id": "bayimports", "portal_url": "https://portal.harborcloud.example/bay"}
    document["did_ranges"] = [{"start": "+14015550150", "end": "+14015550159"}]
    for row in document["users"]:
        row.pop("did", None)
        row.pop("mac", None)
        row["sip_user"] = row["sip_user"].replace("hfl", "bay")
    return document


def taken(case: Case) -> list[tuple[str, int | None]]:
    return [(one.question, one.row) for one in case.checked().problems if one.code == "taken"]


def kept(case: Case) -> list[tuple[str, str, str]]:
    return [item.key for item in case.store.inventory(case.customer.id)]


def test_two_customers_fit_side_by_side(neighbour: Case) -> None:
    """Extensions may be the same at both; nothing is found."""
    neighbour.save_answers(apart(), "sheet")
    assert taken(neighbour) == []
    assert len(kept(neighbour)) == 2 + 16 + 16 + 10


def test_a_sip_user_of_the_neighbour_is_refused_on_the_same_gateway_only(neighbour: Case) -> None:
    """The key is gateway and name together, whatever the case of the letters (M-60)."""
    document = apart()
    document["users"][3]["sip_user"] = "HFL-2101"
    with pytest.raises(InputError, match=r"CLAIM-TAKEN: .*sip-user hfl-2101 is harbor-freight-lines's"):
        neighbour.save_answers(document, "sheet")
    assert taken(neighbour) == [("users.sip_user", 3)]
    [problem] = [one for one in neighbour.checked().problems if one.code == "taken"]
    assert "harbor" not in problem.message
    assert not neighbour.progress().gates["wizard-complete"].is_open
    document["users"][3]["mbg"] = "mbg-west"
    neighbour.save_answers(document, "sheet")
    assert taken(neighbour) == []


@pytest.mark.parametrize(
    ("section", "row", "values", "place"),
    [
        ("customer_details", None, {"web_id": "HarborFreight"}, ("customer_details.web_id", None)),
        ("did_ranges", 0, {"start": "+14015550129"}, ("did_ranges.start", 0)),
        ("users", 2, {"mac": "0800.0f40.1001"}, ("users.mac", 2)),
    ],
)
def test_everything_else_is_held_apart_too(
    neighbour: Case, section: str, row: int | None, values: Answers, place: tuple[str, int | None]
) -> None:
    """WebID, one number of a range, a device: each is found at its place, and all else is reserved (M-26, M-48)."""
    document = apart()
    (document[section] if row is None else document[section][row]).update(values)
    with pytest.raises(InputError, match="CLAIM-TAKEN"):
        neighbour.save_answers(document, "sheet")
    assert taken(neighbour) == [place]
    assert ("sip-user", "mbg-east", "bay-2101") in kept(neighbour)
    assert ("number", "", "+14015550150") in kept(neighbour)
    assert neighbour.store.verify() == []


def test_blank_rows_do_not_shift_the_place(neighbour: Case) -> None:
    """The row is the one of the customer's sheet, empty lines counted."""
    document = apart()
    document["users"].insert(0, {})
    document["users"][3]["sip_user"] = "hfl-2101"
    with pytest.raises(InputError, match="CLAIM-TAKEN"):
        neighbour.save_answers(document, "sheet")
    assert taken(neighbour) == [("users.sip_user", 3)]


def test_what_the_neighbour_gives_up_is_free(neighbour: Case) -> None:
    """Once the first customer's answers no longer name it, the second can have it."""
    document = answers()
    document["users"][0]["sip_user"] = "hfl-new"
    Case.open(neighbour.store, FREIGHT.id, AT, "anna").save_answers(document, "sheet")
    wanted = apart()
    wanted["users"][0]["sip_user"] = "hfl-2101"
    neighbour.save_answers(wanted, "sheet")
    assert taken(neighbour) == []
