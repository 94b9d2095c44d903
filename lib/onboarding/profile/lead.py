"""How a profile writes a length of time."""

from __future__ import annotations

from onboarding.domain.task import LeadTime, Unit
from onboarding.profile.source import Table

LONGEST = 1000
"""No lead time is longer than this, whatever the unit."""


def read_lead(table: Table, key: str = "lead") -> LeadTime | None:
    """``{business_days = 1, source = "..."}``, with ``before`` or ``after`` when it does not count from the start."""
    if key not in table:
        table.raw(key)
        return None
    lead = table.table(key)
    amounts = [(unit, lead.integer(unit.name.lower(), at_most=LONGEST)) for unit in Unit]
    given = [(unit, amount) for unit, amount in amounts if amount is not None]
    before, after = lead.text("before"), lead.text("after")
    source = lead.text("source")
    lead.close()
    if len(given) != 1 or (before and after):
        units = ", ".join(unit.name.lower() for unit in Unit)
        table.findings.append(
            lead.place.finding(f"a lead time has one of {units}, and at most one of 'before' and 'after'")
        )
        return None
    (unit, amount) = given[0]
    return LeadTime(amount, unit, before or after or "start", bool(before), source)
