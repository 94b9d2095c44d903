"""What stands beside a task: exact values for whoever copies them into a portal, words for whoever reads."""

from __future__ import annotations

from dataclasses import replace

from onboarding.domain.language import Language
from onboarding.domain.task import Task
from onboarding.stages.desired import desired
from onboarding.stages.stage_overview import of_stage
from tests.extensions import params
from tests.stages.world import example, group

SPANISH = Language("es", "Español", {}, "es")


FIELDS = {"fields": ["port_orders.btn", "port_orders.wanted_on", "telephony"]}
TYPED = Task("t.type", "Type it", "telephony", "reseller", params=params("planner", "manual", **FIELDS))


def _asked(to: str) -> Task:
    asked = params("planner", "request", to=to, subject="Send it", intro="Please.", **FIELDS)
    return Task("t.mail", "Send it", "telephony", "reseller", action="request", connector="support", params=asked)


def test_the_provider_copies_and_the_customer_reads() -> None:
    """Support engineers get numbers in E.164 and ISO days, so do people at a portal; a customer gets words."""
    context = replace(group(example()), language=SPANISH)
    provider = desired(_asked("support@provider.example"), context)[0].body
    customer = desired(_asked("contact:primary"), context)[0].body
    assert provider["tables"][0]["rows"][0] == ["+16175550100", "2026-05-04"]
    assert customer["tables"][0]["rows"][0] == ["(617) 555-0100", "4 may 2026"]
    typed = desired(TYPED, context)[0].body["values"]
    assert ["Numbers to keep: accounts 1", "+16175550100, 2026-05-04"] in typed


def test_a_runbook_shows_numbers_and_days_as_people_write_them() -> None:
    """The tables above a plan are read, not copied."""
    blocks = {block.title: block for block in of_stage("telephony", group(example()))}
    first = blocks["Numbers to port"].rows[0]
    assert (first[0], first[-1]) == ("(617) 555-0100", "4 May 2026")
    numbers = next(block for title, block in blocks.items() if title.startswith("Who gets which number"))
    assert ["Ana Ortiz", "ported", "(617) 555-0101"] in [list(row) for row in numbers.rows]
