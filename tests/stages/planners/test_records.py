"""Things in any portal, made of answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stages.planners.work import ID, planned
from tests.stages.small import asked, small

ANSWERS: dict[str, Any] = {
    "customer": {"web_id": "bright", "note": None},
    "zone": {"name": "Eastern"},
    "bundles": [
        {"name": "basic", "kind": ["voice", "fax"], "size": 5},
        {"name": None, "kind": ["voice"]},
        {"name": "plain", "kind": ["fax"]},
        {"name": "video", "kind": ["video"]},
    ],
}
RECORD = {"resource": "mmp-customer", "key": "customer.web_id", "fields": {"webid": "customer.web_id"}}
ROWS = {"resource": "mmp-bundle", "key": "{customer.web_id}/{bundles.name}", "rows": "bundles",
        "fields": {"customer": "customer.web_id", "bundle": "bundles.name", "size": "bundles.size"}}  # fmt: skip


def test_a_record_is_made_of_answers() -> None:
    """Under the names of the outside system; what is not answered is left out."""
    about = RECORD | {"fields": {"webid": "customer.web_id", "zone": "zone.name", "note": "customer.note"}}
    [action] = planned("record", small(asked(), ANSWERS), about, connector="mmp")
    assert (action.id, action.key, action.connector) == (f"{ID}/bright", "bright", "mmp")
    assert (action.resource, action.summary) == ("mmp-customer", "Do it: bright")
    assert action.body == {"webid": "bright", "zone": "Eastern"}
    [named] = planned("record", small(asked(), ANSWERS), about | {"summary": "Customer"})
    assert named.summary == "Customer: bright"


def test_a_section_goes_as_a_whole() -> None:
    """A record as its answers, a table as its rows, nothing where it is not answered."""
    about = RECORD | {"fields": {"zone": "zone", "bundles": "bundles", "rest": "rest"}}
    [action] = planned("record", small(asked(), ANSWERS), about)
    assert action.body == {"zone": {"name": "Eastern"}, "bundles": ANSWERS["bundles"]}


def test_without_its_key_nothing_is_made() -> None:
    """A thing that cannot be found again would be made twice."""
    assert planned("record", small(asked(), {}), RECORD) == []
    assert planned("record", small(asked(), ANSWERS), RECORD | {"key": "{customer.web_id}/{zone.id}"}) == []


def test_each_row_is_made() -> None:
    """Found again by what the row and the rest of the answers say; a row without a key is passed over."""
    found = planned("rows", small(asked(), ANSWERS), ROWS)
    assert [action.key for action in found] == ["bright/basic", "bright/plain", "bright/video"]
    assert found[0].body == {"customer": "bright", "bundle": "basic", "size": 5}
    assert "size" not in found[1].body


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ({"kind": "voice"}, ["bright/basic"]),
        ({"kind": ["video", "voice"]}, ["bright/basic", "bright/video"]),
        ({"kind": "fax", "size": 5}, ["bright/basic"]),
        ({"name": ["plain", "video"]}, ["bright/plain", "bright/video"]),
        ({}, ["bright/basic", "bright/plain", "bright/video"]),
    ],
)
def test_only_rows_that_are_meant_are_made(where: dict[str, Any], keys: list[str]) -> None:
    """One of several values is enough, of an answer that is one and of an answer that is many."""
    assert [action.key for action in planned("rows", small(asked(), ANSWERS), ROWS | {"where": where})] == keys
