"""Chinook's sheet: what a row of the guide asks for or forbids is an error where it is missing or broken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from onboarding.answers.check import check
from onboarding.domain.question import errors
from onboarding.profile.model import Profile
from tests.profile.bright import ANSWERS, Answers, answers_with


def test_a_complete_sheet_has_no_error(chinook: Profile) -> None:
    """The answers below are complete; only the fictitious numbers are warned about (C-16, C-18)."""
    checked = check(chinook.questionnaire, ANSWERS, date(2026, 3, 2))
    assert [str(problem) for problem in errors(checked.problems)] == []
    assert {problem.question for problem in checked.problems} == {"port_numbers.number", "port_orders.btn"}


WRONG: dict[str, tuple[Callable[[Answers], Any], str]] = {
    "C-18 company name": (lambda a: a["company"].pop("name"), "company.name"),
    "C-20 number plan": (lambda a: a["telephony"].pop("kind"), "telephony.kind"),
    "C-20 port without numbers": (lambda a: a.update(port_numbers=[]), "port_numbers"),
    "C-20 kept number is not ported": (lambda a: a["port_numbers"].pop(), "users.number"),
    "C-20 ordered too few": (lambda a: a["users"][0].update(number_source="new", area_code="978"), "users.area_code"),
    "C-19 Lync without telephony": (lambda a: a.update(telephony={"kind": "none"}), "users.number_source"),
    "C-22 full port without the main number": (lambda a: a["port_numbers"].pop(0), "port_orders.btn"),
    "C-22 partial port with the main number": (
        lambda a: a["port_orders"][0].update(scope="partial"), "port_orders.btn"),
    "C-25 area code": (lambda a: a["new_numbers"][0].update(area_code="999"), "new_numbers.area_code"),
    "C-26 quantity": (lambda a: a["new_numbers"][0].update(quantity=0), "new_numbers.quantity"),
    "C-27 listing without an answer": (lambda a: a["new_numbers"][0].pop("directory_listing"),
                                       "new_numbers.directory_listing"),
    "C-27 listing without a name": (lambda a: a["new_numbers"][0].update(directory_listing=True),
                                    "new_numbers.listing_name"),
    "C-28 emergency calls": (lambda a: a["new_numbers"][0].pop("e911"), "new_numbers.e911"),
    "C-29 no address": (lambda a: a["new_numbers"][0].pop("e911_site"), "new_numbers.e911_site"),
    "C-29 unknown address": (lambda a: a["new_numbers"][0].update(e911_site="Moon"), "new_numbers.e911_site"),
    "C-31 no administrator": (lambda a: a.pop("administrator"), "administrator.kind"),
    "C-32 dedicated administrator is a user": (
        lambda a: a["administrator"].update(email="ana@brightsmile.example"), "administrator.email"),
    "C-34 user without a name": (lambda a: a["users"][0].pop("last_name"), "users.last_name"),
    "C-36 mechanism": (lambda a: a["provisioning"].update(mechanism="fax"), "provisioning.mechanism"),
    "C-40 Exchange plan": (lambda a: a["users"][0].update(exchange_plan="Gold"), "users.exchange_plan"),
    "C-42 account": (lambda a: a["users"][0].update(email="ana"), "users.email"),
    "C-42 account twice": (lambda a: a["users"].append(a["users"][2]), "users.email"),
    "C-43 number twice": (lambda a: a["users"][1].update(number="+16175550101"), "users.number"),
    "C-43 kept number is missing": (lambda a: a["users"][0].pop("number"), "users.number_source"),
    "C-44 Lync plan": (lambda a: a["users"][0].pop("lync_plan"), "users.lync_plan"),
    "C-48 Total Connect without a plan": (lambda a: a["users"][1].pop("lync_plan"), "users.lync_plan"),
    "C-51 who migrates": (lambda a: a["migration"].update(by="nobody"), "migration.by"),
    "C-53 no export": (lambda a: a["mail"].update(exports_pst=False), "mail.exports_pst"),
    "C-54 which tool": (lambda a: a["mail"].update(method="tool"), "mail.tool"),
    "C-54 name of the tool": (lambda a: a["mail"].update(method="tool", tool="other"), "mail.tool_name"),
    "C-56 inventory": (lambda a: a["sharepoint"].pop("inventory"), "sharepoint.inventory"),
    "C-56 content without a site": (lambda a: a["users"].pop(), "sharepoint.method"),
    "C-58 CRM without CRM": (
        lambda a: (a["crm"].update(existing=True, method="manual"), a["users"][2].update(services=["sharepoint"])),
        "crm.method"),
    "C-61 who changes the records": (lambda a: a["dns"].update(editor="cat"), "dns.editor"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_a_row_forbids_is_an_error(case: str, chinook: Profile) -> None:
    """Each change breaks the row it is named after, and the error stands at the question concerned."""
    change, question = WRONG[case]
    found = errors(check(chinook.questionnaire, answers_with(change), date(2026, 3, 2)).problems)
    assert question in {problem.question for problem in found}, [str(problem) for problem in found]


def test_total_connect_beside_exchange_is_warned_about(chinook: Profile) -> None:
    """What Total Connect holds already is not ordered again (C-48)."""
    answers = answers_with(lambda a: a["users"][1].update(services=["total-connect", "exchange"]))
    problems = check(chinook.questionnaire, answers, date(2026, 3, 2)).problems
    assert [problem.severity for problem in problems if problem.question == "users.services"] == ["warning"]
