"""What is done with a customer beside the course of onboarding: a repair, a removal, the end.

Nothing is carried out by running a cell. What destroys something wants the customer's key, typed in full, and a second
person who looked at exactly what would be hit (`engine.procedure`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import ipywidgets as widgets

from onboarding.case.case import Case
from onboarding.domain.action import Verdict
from onboarding.domain.language import ENGLISH
from onboarding.domain.task import Procedure
from onboarding.engine.approval import ApprovalStanding, approve, standing
from onboarding.engine.procedure import follow_ups, run
from onboarding.engine.recovery import Diagnosis, examine, retry
from onboarding.errors import OnboardingError
from onboarding.html.inline import badge, box, lines, prose, strong, table
from onboarding.html.parts import EMPTY, Markup, details, fill, items, join
from onboarding.notebook.cards import Card, CardList
from onboarding.notebook.controls import Line, text_field
from onboarding.notebook.panel import applied_table_html, impact_html, notice_html
from onboarding.notebook.wording import reason, wrong
from onboarding.settings import is_headless

CaseOf = Callable[[str], Case]
"""Who is at work (empty: whoever runs the notebook) -> the case in their hands."""

_FOUND = {True: ("done", "good"), False: ("stopped", "not good"), None: ("quiet", "not looked at")}


class ProcedureCards(CardList):
    """A card for each procedure; headless what each is, who asked for it and what it would hit."""

    def __init__(self, procedures: Sequence[Procedure], case_of: CaseOf) -> None:
        nothing = box("quiet", f"{case_of('').profile.provider} has no procedure of the kind.")
        shown = [_shown_html(case_of(""), one) for one in procedures] if is_headless() else []
        super().__init__(join(shown or [nothing]), procedure_cards(procedures, case_of), nothing)


def procedure_cards(procedures: Iterable[Procedure], case_of: CaseOf) -> Iterator[Card]:
    """A card for each."""
    return ((_Recovery if one.kind == "recover" else _Destruction)(one, case_of).card for one in procedures)


class _Panel:
    """A card with a procedure's words, a place below its fields for what was found, and its buttons."""

    def __init__(self, procedure: Procedure, case_of: CaseOf) -> None:
        self.procedure, self._case_of = procedure, case_of
        self.card = Card(_head_html(procedure, case_of("")), "Open…")
        self.found = Line()

    def fill(self, fields: Sequence[widgets.Widget], acts: Mapping[str, Callable[[Case], str | None]]) -> None:
        """The fields beside who is at work, and a button for each act, which gives the words for how it went."""
        self.card.file.description = ""
        self.card.fill([self.card.who, *fields], {words: partial(self._attempt, act) for words, act in acts.items()})
        self.card.controls.children = [*self.card.controls.children, self.found]

    def _attempt(self, act: Callable[[Case], str | None]) -> None:
        self.card.attempt(lambda: act(self._case_of(self.card.who.value)))


class _Destruction(_Panel):
    """Looked at, asked for, approved by a second person, carried out."""

    def __init__(self, procedure: Procedure, case_of: CaseOf) -> None:
        super().__init__(procedure, case_of)
        self._seen = ""  # digest of what was looked at
        self.key = text_field("The customer's key, in full", procedure.confirm)
        self.target = text_field("The range", "+14015550110-+14015550119")
        fields = [self.key, self.target] if procedure.kind == "remove-range" else [self.key]
        self.fill(fields, {
            "Show what it would hit": self._look, "Ask for it, or carry it out": self._run,
            "Approve it as the second person": self._approve,
        })  # fmt: skip

    def _look(self, case: Case) -> None:
        now = standing(case, self.procedure.id, self.target.value.strip())
        self._seen, self.found.value = now.impact.digest, _standing_html(now)

    def _run(self, case: Case) -> str:
        outcome = run(case, self.procedure.id, self.key.value, self.target.value.strip())
        self.found.value = _left_html(case, self.procedure)
        is_done = outcome.verdict is Verdict.DONE
        return f"{self.procedure.title}: {'done' if is_done else 'handed over to a person'}. {outcome.message}".strip()

    def _approve(self, case: Case) -> str:
        if not self._seen:
            self.found.value = wrong("Look first at what it would hit.")
            return ""
        word = approve(case, self.procedure.id, self._seen, target=self.target.value.strip())
        doubt = f" ({word.doubt})" if word.doubt else ""
        return f"{self.procedure.title}: approved for a day, as it is shown{doubt}."


class _Recovery(_Panel):
    """Looked at where it fails, then tried once more."""

    def __init__(self, procedure: Procedure, case_of: CaseOf) -> None:
        super().__init__(procedure, case_of)
        self._diagnosis: Diagnosis | None = None
        self.other = text_field("Another customer's key, to compare", "")
        self.fill([self.other], {"Look where it fails": self._look, "Try once more": self._retry})

    def _look(self, case: Case) -> None:
        self._diagnosis = found = examine(case, self.procedure.id, self.other.value)
        rows = [[badge(*_FOUND[step.is_good]), step.title, step.words] for step in found.steps]
        steps = table(["State", "What", "Found"], rows, "What was looked at")
        self.found.value = steps + box("ready" if found.may_retry else "waiting", found.advice.sentence)

    def _retry(self, case: Case) -> None:
        results = retry(case, self._diagnosis or examine(case, self.procedure.id, self.other.value))
        self.found.value = applied_table_html((result.action, result.outcome) for result in results)


def _shown_html(case: Case, procedure: Procedure) -> Markup:
    """What the procedure is and, where it is about everything of the customer, what it would hit now."""
    command = fill("<code>onboard procedure show {} {}</code>", case.customer.id, procedure.id)
    parts = [box("quiet", _head_html(procedure, case), command)]
    if procedure.kind not in ("recover", "remove-range"):
        try:
            now = standing(case, procedure.id)
            parts.append(details(_summary(now), _standing_html(now)))
        except OnboardingError as problem:
            parts.append(notice_html("info", reason(problem)))
    return join([*parts, _left_html(case, procedure)])


def _head_html(procedure: Procedure, case: Case) -> Markup:
    final = badge("stopped", "cannot be undone") if procedure.is_irreversible else EMPTY
    who = case.profile.party_title(procedure.party)
    first = ["Before it is done:", items(procedure.needs)] if procedure.needs else []
    head = fill("{} &nbsp;{} {}", strong(procedure.title), who, final)
    return lines([head, prose(procedure.guide), *first])


def _summary(now: ApprovalStanding) -> str:
    hit = sum(now.impact.counts.values())
    return f"It would hit {ENGLISH.count(hit, 'thing')}." if hit else "It would hit nothing."


def _standing_html(now: ApprovalStanding) -> Markup:
    """What would be hit, and who has asked for it and approved it as it is."""
    return impact_html(now.impact) + box("quiet", now.people)


def _left_html(case: Case, procedure: Procedure) -> Markup:
    """What is left to people since it was carried out."""
    left = follow_ups(case, procedure.id)
    if not left:
        return EMPTY
    rows = [[one.number, f"done by {one.done.by}" if one.done else "open", one.text] for one in left]
    return table(["No.", "State", "What is left to people"], rows, "What is left to people")
