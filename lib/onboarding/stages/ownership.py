"""What a customer's answers lay claim to, and what of it another customer has already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onboarding.answers.check import Checked
from onboarding.answers.messages import make_problem, shown
from onboarding.domain.answer_text import say_answer
from onboarding.domain.claim import Claim, Claimed, claimed
from onboarding.domain.language import say
from onboarding.domain.problem import Problem
from onboarding.errors import InputError
from onboarding.profile.model import Profile

NUMBERS = (
    Claim("port", "Number to keep", "number", "port_numbers.number"),
    Claim("new", "Number of a user", "number", "users.number"),
)
"""What every profile's answers claim, whatever it declares besides."""

Key = tuple[str, str, str]
"""(kind, scope, value)."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Everything claimed: numbers with what they are, other things by their key, with what they are to the customer."""

    held: Sequence[Claimed]

    @property
    def numbers(self) -> dict[str, str]:
        """Number -> kind: the first claim that names it."""
        found: dict[str, str] = {}
        for item in self.held:
            if item.claim.form == "number":
                found.setdefault(item.value, item.claim.id)
        return found

    @property
    def others(self) -> dict[Key, str]:
        return {item.key: item.question for item in self.held if item.claim.form != "number"}

    def free(self, taken_numbers: Mapping[str, str], taken: Mapping[Key, str]) -> Ownership:
        """Without what another customer has."""
        return Ownership([item for item in self.held if not _is_taken(item, taken_numbers, taken)])


def ownership(profile: Profile, checked: Checked, customer: str) -> Ownership:
    """All claims of checked answers: those of every profile first, so that a ported number is called one."""
    return Ownership(list(claimed((*NUMBERS, *profile.claims), checked.values, customer)))


def with_taken(
    checked: Checked, held: Ownership, taken_numbers: Mapping[str, str], taken: Mapping[Key, str]
) -> Checked:
    """The answers with a problem at every place that claims what another customer has; nobody is told who."""
    found: dict[tuple[str, int | None], Problem] = {}
    for item in held.held:
        if _is_taken(item, taken_numbers, taken):
            row = checked.place(item.question, item.row)
            value = shown(say_answer(None, item.value))
            found.setdefault((item.question, row), make_problem("taken", item.question, row, value=value))
    return replace(checked, problems=(*checked.problems, *found.values())) if found else checked


def refuse_taken(taken_numbers: Mapping[str, str], taken: Mapping[Key, str]) -> None:
    """Raises InputError CLAIM-TAKEN naming what another customer has, and its id; for our own people's eyes."""
    named = [f"{number} is {who}'s" for number, who in taken_numbers.items()]
    named += [f"{kind} {value} is {who}'s" for (kind, _, value), who in taken.items()]
    if named:
        listed = ", ".join(named[:5])
        if len(named) > 5:
            text = say("Only one customer can have each of these: {things}, and {count} more.")
            message = say(text, things=listed, count=len(named) - 5)
        else:
            message = say("Only one customer can have each of these: {things}.", things=listed)
        remedy = say("The answers are kept. Correct them, or release it there first.")
        raise InputError("CLAIM-TAKEN", message, remedy)


def _is_taken(item: Claimed, taken_numbers: Mapping[str, str], taken: Mapping[Key, str]) -> bool:
    return item.value in taken_numbers if item.claim.form == "number" else item.key in taken
