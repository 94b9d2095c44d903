"""A check over the contract."""

from __future__ import annotations

from onboarding.domain.language import say
from onboarding.domain.params import NoParams
from onboarding.stages.checks import check
from onboarding.stages.context import Closed, Context
from onboarding.stages.contract import LINES, reconciled


@check("contract-delivered", NoParams, reads=LINES)
def contract_delivered(context: Context, p: NoParams, closed: Closed) -> list[str]:
    """Every contract line is delivered, as data.delivery counts it, or its difference is explained."""
    return [
        say(
            "{title}: {contracted} contracted, {delivered} delivered. Say why under the contract line.",
            title=say(line.title),
            contracted=line.contracted,
            delivered=line.delivered,
        )
        for line in reconciled(context)
        if not line.is_settled
    ]
