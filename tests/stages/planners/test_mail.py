"""Requests by mail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from onboarding.domain.action import Operation
from onboarding.domain.json import digest
from onboarding.domain.language import Language
from onboarding.domain.question import Kind
from onboarding.stages.planners.mail import without_files
from tests.stages.planners.work import ID, MAIL, planned
from tests.stages.small import asked, filed, question, small

SHEET = asked(
    question("order.btn", Kind.NUMBER),
    question("order.wanted_on", Kind.DATE),
    question("users.email"),
    question("users.ready", Kind.YES_NO),
    tables={"users": "email"},
)
ANSWERS: dict[str, Any] = {
    "order": {"btn": "+16175550100", "wanted_on": "2026-05-04"},
    "users": [{"email": "ana@x.example", "ready": True}],
    "contacts": [{"role": "signer", "email": "sig@x.example"}, {"role": "primary", "email": "pri@x.example"}],
}
FIELDS = {"fields": ["order", "users"]}
WORDS = {"Order": "Pedido", "Please order.": "Pida.", "Thanks.": "Gracias.", "Customer": "Cliente", "Btn": "Número",
         "Yes": "Sí", "Ready": "Listo", "Reference": "Referencia"}  # fmt: skip
SPANISH = Language("es", "Español", WORDS, "es")


def test_the_provider_reads_english_and_copies() -> None:
    """Whom it goes to, what it is about and for whom, and the answers exactly as they are."""
    context = replace(small(SHEET, ANSWERS), language=SPANISH)
    [action] = planned("request", context, {**MAIL, **FIELDS, "closing": "Thanks."})
    assert (action.id, action.key, action.operation, action.resource) == (ID, ID, Operation.CREATE, "request")
    assert (action.connector, action.summary) == ("support", "Request: Order: Bright Smile Dental Group")
    assert action.body == {
        "to": "support@provider.example",
        "subject": "Order: Bright Smile Dental Group",
        "intro": "Please order.",
        "fields": [
            ["Customer", "Bright Smile Dental Group"], ["Btn", "+16175550100"], ["Wanted on", "2026-05-04"],
        ],
        "tables": [{"title": "Users", "columns": ["Email", "Ready"], "rows": [["ana@x.example", "Yes"]]}],
        "attach": [],
        "closing": "Thanks.",
    }  # fmt: skip


def test_a_contact_of_the_customer_reads_its_own_language() -> None:
    """The address is that of the contact in this role, numbers and days are written as people read them."""
    context = replace(small(SHEET, ANSWERS), language=SPANISH)
    [action] = planned("request", context, {**MAIL, **FIELDS, "to": "contact:primary", "closing": "Thanks."})
    assert action.body["to"] == "pri@x.example"
    assert action.body["subject"] == "Pedido: Bright Smile Dental Group"
    assert (action.body["intro"], action.body["closing"]) == ("Pida.", "Gracias.")
    assert action.body["fields"][:2] == [["Cliente", "Bright Smile Dental Group"], ["Número", "(617) 555-0100"]]
    assert action.body["tables"][0]["columns"][1] == "Listo"
    assert action.body["tables"][0]["rows"][0][1] == "Sí"
    assert action.body["reference_label"] == "Referencia"


def test_without_such_a_contact_it_goes_to_nobody() -> None:
    """The connector refuses it then, rather than sending it to somebody else."""
    [action] = planned("request", small(SHEET, {**ANSWERS, "contacts": []}), {**MAIL, "to": "contact:primary"})
    assert action.body["to"] == ""


def test_an_approval_is_bound_to_the_files_that_go_with_it() -> None:
    """The sheet by its answers, a proof by its document; neither is a reason to ask once more."""
    attach = {**MAIL, "attach": ["questionnaire", "evidence:telephony.sign-loa"]}
    context = small(SHEET, ANSWERS, record=filed("telephony.sign-loa", "telephony.other"))
    [action] = planned("request", context, attach)
    assert action.body["attach"] == attach["attach"]
    assert action.body["files"] == {
        "questionnaire": digest(ANSWERS),
        "evidence:telephony.sign-loa": ["0" * 64],
    }
    [before] = planned("request", small(SHEET, ANSWERS), attach)
    assert before.body != action.body
    assert without_files(before.body) == without_files(action.body)
