"""Rows of the guide that were once cited and not kept: what each of them does now, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from onboarding.answers.printable import printable
from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, History
from onboarding.report.completion import CompletionReport
from onboarding.stages.desired import desired
from tests.mitel.freight import AT, Change, context, mitel, problems
from tests.mitel.test_packs import put
from tests.report.cases import figures

WELCOME, CREATE = "cutover.send-portal-address", "provision.create-customer"


def body(task_id: str, *changes: Change, record: History | None = None) -> dict[str, Any]:
    """The body of the one action of a task."""
    task = mitel().task(task_id)
    assert task is not None
    [action] = desired(task, context(*changes, record=record))
    return dict(action.body)


def made(**says: str) -> History:
    """A customer that stands in the portal, which said this by itself."""
    return History({}, (), [Evidence(CREATE, AT, "Pat", noted("made"), observed={"webid": "harborfreight", **says})])


@pytest.mark.keeps("M-06")
def test_a_customer_without_emergency_numbers_of_its_own_needs_none() -> None:
    """The platform sends its own."""
    assert problems(put("emergency", default_cesid=None)) == []
    assert "default_cesid" not in body(CREATE, put("emergency", default_cesid=None))


@pytest.mark.refuses("M-06")
def test_an_emergency_number_of_its_own_is_a_registered_one() -> None:
    """What is given is held against its form and against the register."""
    for wrong in ("401555*110", "4015550199"):
        assert {one.question for one in problems(put("emergency", default_cesid=wrong))} == {"emergency.default_cesid"}


@pytest.mark.keeps("M-15")
def test_the_welcome_names_the_address_that_the_portal_gave() -> None:
    """It goes to the customer's administrator; the typed address stands in only until the portal has given one."""
    given = body(WELCOME, record=made(portal_url="https://mmp.example/customer/harborfreight"))
    assert given["to"] == context().answer("first_user.email")
    assert ["Address of the customer portal", "https://mmp.example/customer/harborfreight"] in given["fields"]
    typed = ["Address of the customer portal", context().answer("customer_details.portal_url")]
    assert typed not in given["fields"]
    assert typed in body(WELCOME, record=made())["fields"]
    without = body(WELCOME, put("customer_details", portal_url=None))
    assert not [label for label, _ in without["fields"] if label == typed[0]]
    assert problems(put("customer_details", portal_url=None)) == []


@pytest.mark.refuses("M-15")
@pytest.mark.parametrize(
    "typed", ["harborfreight", "portal.harborcloud.example", "ftp://portal.example/x", "https://localhost", "https://",
              "https://pat:471199@portal.example"]
)  # fmt: skip
def test_a_typed_address_is_one_that_a_browser_opens(typed: str) -> None:
    """With its scheme and a host, and with nothing secret in it."""
    assert [one.question for one in problems(put("customer_details", portal_url=typed))] == [
        "customer_details.portal_url"
    ]


@pytest.mark.keeps("M-40")
@pytest.mark.parametrize("answer", [True, False])
def test_the_answer_about_billing_notification_reaches_the_wizard(answer: bool) -> None:
    """Beside the confirmation of changes, which is a setting of its own."""
    assert body(CREATE, put("bundle_settings", billing_notification=answer))["billing_notification"] is answer


@pytest.mark.refuses("M-40")
def test_nobody_is_notified_who_did_not_say_so() -> None:
    """Left empty it is no, and a change of it is a change of the customer at the portal."""
    asked = mitel().questionnaire.question("bundle_settings.billing_notification")
    assert asked is not None
    assert asked.default is False
    assert body(CREATE, put("bundle_settings", billing_notification=None))["billing_notification"] is False


@pytest.mark.keeps("M-50")
def test_how_people_get_in_is_asked_and_stands_beside_the_task() -> None:
    """The way and the rule; never what they sign in with."""
    rule = "At least 12 characters, changed once a year"
    values = body("provision.set-user-settings", put("user_settings", sign_in_rule=rule))["values"]
    assert ["First sign-in of new users", "With what the portal makes for each, changed at once"] in values
    assert ["Rule for what people choose", rule] in values


@pytest.mark.refuses("M-50")
@pytest.mark.parametrize(
    "change",
    [
        put("user_settings", sign_in_rule="password: Summer2026"),
        put("users", 0, user_name="pin 4711"),
        put("mailboxes", 0, name="General, PIN: 4711"),
        put("bundles", 0, name="Office, pwd: x9x9"),
    ],
)
def test_a_password_typed_into_the_sheet_is_refused(change: Change) -> None:
    """Wherever it stands; what was found is not repeated."""
    found = [one for one in problems(change) if one.code == "secret-in-clear"]
    assert found
    assert not any(secret in one.message for one in found for secret in ("4711", "Summer2026", "x9x9"))


def test_the_answers_of_the_example_are_whole() -> None:
    """So that what is found above is found because of the change alone."""
    assert problems() == []
    assert replace(context()).company == "Harbor Freight Lines"


@pytest.mark.keeps("M-66")
def test_what_a_direct_number_is_stands_where_people_read() -> None:
    """On the customer's page, in the report, and by its stage in the runbook."""
    [one] = [one for one in mitel().references if one.id == "did"]
    assert one.stages == ("telephony",)
    page = printable(mitel().questionnaire, {}, references=[one])
    report = str(CompletionReport(figures(context(), ())).contacts().html)
    assert "Direct inward dialling number (DID)" in page
    assert "Direct inward dialling number (DID)" in report


@pytest.mark.refuses("M-66")
def test_how_the_portal_works_is_for_who_works_in_it() -> None:
    """Such words stand in the runbook only."""
    report = str(CompletionReport(figures(context(), ())).contacts().html)
    inside = [one for one in mitel().references if one.is_internal]
    assert inside
    assert not any(one.title in report for one in inside)
