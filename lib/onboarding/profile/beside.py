"""What stands beside the course of onboarding: procedures, and claims on what only one customer may have."""

from __future__ import annotations

from onboarding.domain.catalog import CONNECTORS
from onboarding.domain.claim import FORMS, WITHIN_CUSTOMER, Claim
from onboarding.domain.question import Kind
from onboarding.domain.task import PROCEDURE_KINDS, Procedure
from onboarding.profile.draft import Draft
from onboarding.profile.source import Place, Table, hint


def take_procedure(name: str, table: Table, draft: Draft) -> None:
    """``[operation.<id>]``."""
    draft.procedures[name] = Procedure(
        name,
        table.text("title", name, required=True),
        table.text("party", required=True),
        table.one_of("kind", tuple(PROCEDURE_KINDS), "recover", required=True),
        table.text("guide", required=True),
        table.text("connector", "manual"),
        table.texts("needs"),
        table.text("confirm"),
        table.flag("irreversible"),
        table.texts("follow_ups"),
        table.texts("covers"),
        table.text("source"),
    )


def take_claim(name: str, table: Table, draft: Draft) -> None:
    """``[claim.<id>]``: a question, or the two ends of a range of numbers."""
    claim = Claim(
        name,
        table.text("title", name, required=True),
        table.one_of("form", FORMS, "text"),
        table.text("question"),
        table.text("start"),
        table.text("end"),
        table.text("scope"),
        table.texts("covers"),
        table.text("source"),
    )
    draft.claims[name] = claim
    if bool(claim.question) == bool(claim.start) or bool(claim.start) != bool(claim.end):
        draft.report(table.place, "a claim has a 'question', or the 'start' and 'end' of a range")
    elif claim.start and claim.form != "number":
        draft.report(table.place, 'a range is one of numbers: form = "number"')


def check_beside(draft: Draft) -> None:
    """Adds what procedures and claims point at in vain to ``draft.findings``."""
    for procedure in draft.procedures.values():
        place = draft.place("operation", procedure.id)
        _known(procedure.party, "party", draft.parties, place.at("party"), draft)
        _known(procedure.connector, "connector", CONNECTORS, place.at("connector"), draft)
        if procedure.confirm:
            _known(procedure.confirm, "question", draft.questions(), place.at("confirm"), draft)
        elif procedure.is_irreversible:
            message = "what cannot be undone is confirmed by typing a name: say under 'confirm' which question holds it"
            draft.report(place, message)
    for claim in draft.claims.values():
        _check_claim(claim, draft)


def _check_claim(claim: Claim, draft: Draft) -> None:
    place, questions = draft.place("claim", claim.id), draft.questions()
    for key in ("question", "start", "end"):
        name = getattr(claim, key)
        if name and _known(name, "question", questions, place.at(key), draft):
            is_number = questions[name].kind is Kind.NUMBER
            if is_number is not (claim.form == "number"):
                wanted = 'form = "number"' if is_number else "a question of the kind number"
                draft.report(place.at(key), f"{name} is of the kind {questions[name].kind.value}: {wanted} is wanted")
    if claim.scope not in ("", WITHIN_CUSTOMER):
        _known(claim.scope, "question", questions, place.at("scope"), draft)


def _known(name: str, what: str, known: object, place: Place, draft: Draft) -> bool:
    names = list(known) if isinstance(known, dict) or hasattr(known, "__iter__") else []
    if name in names:
        return True
    draft.report(place, f"there is no {what} {name!r}{hint(name, names)}")
    return False
