"""The words that stand in profiles, in kept records and in digests: another word is another meaning."""

from __future__ import annotations

from enum import StrEnum

import pytest

from onboarding.domain.action import Operation, Verdict
from onboarding.domain.billing import BillingStart
from onboarding.domain.callflow import Meets, When
from onboarding.domain.difference import What
from onboarding.domain.history import TaskState
from onboarding.domain.question import Kind
from onboarding.domain.reservation import InventoryState
from onboarding.domain.task import PROCEDURE_KINDS, STAGES, Channel, Unit

WORDS: dict[type[StrEnum], str] = {
    Kind: "text long-text integer yes-no choice choices date time number area-code extension email domain subdivision "
    "postcode reference",
    Unit: "minutes hours business-days days weeks",
    Channel: "portal engineer either e-mail call site-visit automation paper",
    Operation: "create change remove no-op ask",
    Verdict: "done pending rejected unknown not-sent",
    TaskState: "done skipped waived waiting rejected unknown ready blocked not-needed",
    BillingStart: "first-of-next-month completion",
    Meets: "number schedule menu queue announcement extension voicemail outside hang-up",
    InventoryState: "reserved assigned in service parked ageing released ported out",
    What: "changed added removed moved",
    When: "dialled open closed key time-out invalid full played",
}


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_words_stay_as_they_are(kind: type[StrEnum]) -> None:
    """A profile that is loaded, and a record that is read, find the same words."""
    assert " ".join(kind) == WORDS[kind]


def test_stages_come_in_their_order() -> None:
    """The six, as the runbooks are numbered."""
    assert " ".join(STAGES) == "gather telephony provision enable_services migrate cutover"


def test_only_four_states_are_the_end_of_a_task() -> None:
    """Done, left out, waived, or never needed; a refusal and an unknown effect are not."""
    assert [state.value for state in TaskState if state.is_closed] == ["done", "skipped", "waived", "not-needed"]


def test_procedures_are_of_five_kinds() -> None:
    """What is done with a customer outside the course."""
    assert set(PROCEDURE_KINDS) == {"delete", "demo", "remove-range", "remove", "recover"}
