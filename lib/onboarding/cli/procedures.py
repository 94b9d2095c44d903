"""Beside the course: repairs, removals, the end. What destroys needs the customer's key and a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding.cli import show
from onboarding.cli.options import AsJson, AsOf, By, CustomerId, Evidence, Note, document_of, open_case, who
from onboarding.cli.shell import Shell, argument, command, flag, help_alone, option
from onboarding.errors import InputError

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.engine.approval import ApprovalStanding
    from onboarding.engine.impact import Impact
    from onboarding.engine.recovery import Diagnosis

PANEL = "Commands"
book = typer.Typer(cls=Shell, callback=help_alone, invoke_without_command=True)

ProcedureId = Annotated[str, argument("PROCEDURE", "The procedure's id, as `onboard procedure list` shows it.")]
Target = Annotated[str, option("--target", "START-END", "The one range it is about, where it is.")]


@command(book, "list", PANEL, "onboard procedure list harbor-freight-lines")
def list_procedures(customer: CustomerId, as_json: AsJson = False, as_of: AsOf = "") -> None:
    """List what can be done with a customer beside the course of onboarding."""
    from onboarding.engine.approval import may_be_carried_out

    case = open_case(customer, as_of)
    found = [one for one in case.profile.procedures.values() if may_be_carried_out(case, one)]
    if as_json:
        show.as_json([{"procedure": one.id, "title": one.title, "kind": one.kind, "party": one.party,
                       "is_irreversible": one.is_irreversible} for one in found])  # fmt: skip
        return
    if case.ended:
        show.line(case.ended)
    if not found:
        words = "Nothing is left to be done with it." if case.ended else f"{case.profile.title} has no procedures."
        show.line(words)
        return
    undone = {True: "cannot be undone", False: ""}
    rows = [[one.id, case.profile.party_title(one.party), undone[one.is_irreversible], one.title] for one in found]
    show.table(["Procedure", "Who", "", "What"], rows)


@command(
    book, "show", PANEL, "onboard procedure show harbor-freight-lines delete",
    "onboard procedure show harbor-freight-lines remove-range --target +14015550110-+14015550119",
)  # fmt: skip
def show_procedure(
    customer: CustomerId, procedure: ProcedureId, target: Target = "", as_json: AsJson = False, as_of: AsOf = ""
) -> None:
    """Show what a procedure does, exactly what it would hit now, who asked and who approved.

    For one that destroys nothing, its steps and what is left to try.
    """
    from onboarding.engine.approval import procedure_of, standing

    case = open_case(customer, as_of)
    found = procedure_of(case, procedure)
    if found.kind == "recover":
        _show_what(case, procedure)
        return
    now = standing(case, procedure, target)
    if as_json:
        show.as_json(_json(case, now))
        return
    _show_what(case, procedure)
    show.line()
    _show_impact(now.impact)
    show.line(now.people)
    _show_follow_ups(case, procedure)


@command(
    book, "run", PANEL,
    'onboard procedure run harbor-freight-lines delete --by "R. Diaz" --confirm harborfreight',
    'onboard procedure run harbor-freight-lines recover --by "R. Diaz" --compare-with other-webid --retry',
)  # fmt: skip
def run_procedure(
    customer: CustomerId,
    procedure: ProcedureId,
    by: By,
    confirm: Annotated[str, option("--confirm", "KEY", "The customer's key there, in full.")] = "",
    target: Target = "",
    compare_with: Annotated[str, option("--compare-with", "KEY", "Another customer's key, to compare.")] = "",
    retry: Annotated[bool, flag("--retry", "Try once more what failed, where that makes sense.")] = False,
    as_of: AsOf = "",
) -> None:
    """Carry a procedure out.

    What destroys needs the customer's key, typed with --confirm, and a second person's approval of exactly what
    would be hit, not older than 24 hours. Without the approval it is asked for and nothing is done. Everything is
    exported first.
    """
    from onboarding.engine.approval import procedure_of

    case = open_case(customer, as_of, who(by))
    if procedure_of(case, procedure).kind == "recover":
        if confirm or target:
            raise InputError("PROCEDURE-KIND", "A recovery destroys nothing.", "Leave --confirm and --target out.")
        _recover(case, procedure, compare_with, retry)
        return
    from onboarding.engine.procedure import run

    outcome = run(case, procedure, confirm, target)
    done = "Handed over to a person" if outcome.verdict.value == "pending" else "Done"
    show.line(f"{done}: {procedure_of(case, procedure).title}")
    if outcome.message:
        show.line(str(outcome.message))
    _show_follow_ups(case, procedure)


@command(
    book, "approve", PANEL,
    'onboard procedure approve harbor-freight-lines delete --by "Ana Diaz" --digest 3f9c01aa72b4',
)  # fmt: skip
def approve_procedure(
    customer: CustomerId,
    procedure: ProcedureId,
    by: By,
    digest: Annotated[str, option("--digest", "DIGITS", "Of what you looked at, as `show` prints it.")],
    reject: Annotated[bool, flag("--reject", "The answer is no.")] = False,
    target: Target = "",
    as_of: AsOf = "",
) -> None:
    """Approve, as a second person, what somebody else has asked for. Counts for 24 hours and for nothing else."""
    from onboarding.case.doubts import on_trust
    from onboarding.engine.approval import HOLDS, approve, procedure_of, roles_of

    case = open_case(customer, as_of, who(by))
    decision = approve(case, procedure, digest, not reject, target)
    if not decision.is_verified:
        show.line(on_trust(decision.by, roles_of(case, procedure_of(case, procedure)), case.context()))
    if reject:
        show.line(f"Rejected by {decision.by}. Nothing will be done.")
        return
    until = show.day(decision.at + HOLDS, case.calendar.zone)
    show.line(f"Approved by {decision.by} for {decision.digest[:12]}, until {until}.")


@command(
    book, "follow-up", PANEL,
    'onboard procedure follow-up harbor-freight-lines demo 1 --by "R. Diaz" --note "users removed" --evidence a.png',
)  # fmt: skip
def close_follow_up(
    customer: CustomerId,
    procedure: ProcedureId,
    number: Annotated[int, argument("N", "Which one, as `onboard procedure show` numbers them.")],
    by: By,
    note: Note = "",
    evidence: Evidence = None,
    as_of: AsOf = "",
) -> None:
    """Report that what a procedure left to people was done, with its proof."""
    from onboarding.engine.procedure import close_follow_up as close

    document = document_of(evidence)
    case = open_case(customer, as_of, who(by))
    show.line(f"Done: {close(case, procedure, number, note, document).text}")
    _show_follow_ups(case, procedure)


def _recover(case: Case, procedure: str, compare_with: str, is_retried: bool) -> None:
    from onboarding.engine.recovery import examine, retry

    diagnosis = examine(case, procedure, compare_with)
    _show_diagnosis(diagnosis)
    if is_retried:
        rows = [[result.outcome.verdict.value, result.action.summary, str(result.outcome.message)]
                for result in retry(case, diagnosis)]  # fmt: skip
        show.table(["Outcome", "What", "Answer"], rows)


def _show_what(case: Case, procedure_id: str) -> None:
    found = case.profile.procedures[procedure_id]
    show.line(f"{found.title} ({case.profile.party_title(found.party)})")
    if found.guide:
        show.line(found.guide)
    if found.is_irreversible:
        show.line("This cannot be undone.")
    for need in found.needs:
        show.line(f"First: {need}")


def _show_impact(impact: Impact) -> None:
    source = "as it is there now" if impact.is_observed else "as it is known here; the system cannot be read"
    if not impact.touched:
        show.line(f"It would hit nothing: nothing of {impact.key} is there.")
        return
    show.line(f"It would hit, {source}:")
    rows = [[kind, impact.counts[kind], [one.key for one in things]] for kind, things in impact.by_kind.items()]
    show.table(["What", "How many", "Which"], rows)
    show.line(f"Digest {impact.digest[:12]}")


def _show_follow_ups(case: Case, procedure: str) -> None:
    from onboarding.engine.procedure import follow_ups

    if left := follow_ups(case, procedure):
        rows = [[one.number, f"done by {one.done.by}" if one.done else "open", one.text] for one in left]
        show.table(["No.", "State", "What is left to people"], rows)


def _show_diagnosis(diagnosis: Diagnosis) -> None:
    words = {True: "good", False: "not good", None: "not looked at"}
    show.table(["State", "What", "Found"], [[words[step.is_good], step.title, step.words] for step in diagnosis.steps])
    show.line(str(diagnosis.advice))
    if diagnosis.failed:
        show.line(f"Failed before: {', '.join(view.task.id for view in diagnosis.failed)}")


def _json(case: Case, now: ApprovalStanding) -> dict[str, Any]:
    from onboarding.engine.procedure import follow_ups

    impact = now.impact
    return {
        "procedure": now.procedure.id, "key": impact.key, "target": impact.target, "digest": impact.digest,
        "is_observed": impact.is_observed, "counts": impact.counts,
        "hits": [{"kind": one.kind, "key": one.key, "amount": one.amount} for one in impact.touched],
        "asked_by": now.asked.by if now.asked else "",
        "approved_by": now.approved.by if now.approved else "",
        "follow_ups": [
            {"number": one.number, "text": one.text, "is_done": one.done is not None}
            for one in follow_ups(case, now.procedure.id)
        ],
    }  # fmt: skip
