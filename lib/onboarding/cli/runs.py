"""Running the runbooks: what would change, by hand, unattended, for many customers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding import __version__
from onboarding.cli import show, show_owed, show_status
from onboarding.cli.options import AsJson, AsOf, CustomerId, MaybeCustomer, Reseller, open_case, open_store
from onboarding.cli.own_files import show_left_aside
from onboarding.cli.shell import argument, command, flag, option
from onboarding.errors import InputError

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.domain.action import Action, Plan
    from onboarding.engine.stage_run import RunResult

PANEL = "Runbooks"
book = typer.Typer()

INDENT = "    "

StageName = Annotated[str, argument("STAGE", "The stage: its name, its beginning or its number (provision, prov, 30).")]
MaybeStage = Annotated[str, argument("STAGE", "The stage, such as provision or 30; without it the first that is open.")]
Apply = Annotated[bool, flag("--apply", "Make the changes. Without it they are only shown.")]
_APPROVED = "Apply only this plan, as `onboard plan` showed it; when the world has moved since, nothing is sent."
Approved = Annotated[str, option("--approved", "DIGEST", _APPROVED)]


@command(book, "plan", PANEL, "onboard plan bright-smile provision")
def plan(customer: CustomerId, stage: MaybeStage = "", as_of: AsOf = "") -> None:
    """Show exactly what a stage would change, and what cannot be done yet. Nothing is changed."""
    from onboarding.case import planning

    case = open_case(customer, as_of)
    _show_plan(case, planning.plan(case, _stage_or_open(case, stage)), as_of)


@command(book, "run", PANEL, "onboard run bright-smile provision", "onboard run bright-smile provision --apply")
def run(
    customer: CustomerId, stage: MaybeStage = "", apply: Apply = False, as_of: AsOf = "", approved: Approved = ""
) -> None:
    """Run a stage's runbook unattended and archive it.

    Without --apply nothing is changed. Ends with 0 when the stage is done, with 3 when it waits for somebody.
    """
    from onboarding.engine import kernels
    from onboarding.engine.stage_run import RunParameters, run_stage

    kernels.check()
    case = open_case(customer, as_of)
    name = _stage_or_open(case, stage)
    parameters = RunParameters(customer, apply, case.at.isoformat() if as_of else "", approved, case.service)
    with show.progress(f"{customer}: {case.profile.stage(name).title}") as advance:
        result = run_stage(case.store, name, parameters, cell_done=advance)
    _show_result(result)
    show_left_aside([case.engagement])
    show_owed.next_step_of(open_case(customer, as_of), result.message.subject)
    if result.message.kind == "run.dry" and result.message.values["count"]:
        show.line("Run it with --apply to carry them out.")
    raise typer.Exit(result.exit_code)


@command(book, "open", PANEL, "onboard open bright-smile provision")
def open_copy(
    customer: CustomerId, stage: StageName, apply: Apply = False, as_of: AsOf = "", approved: Approved = ""
) -> None:
    """Make a working copy of a runbook to step through in JupyterLab.

    The copy, once run and saved, is the record: `onboard archive` takes it into the archive. Start JupyterLab
    with `onboard lab`.
    """
    from onboarding.engine.stage_run import RunParameters
    from onboarding.engine.working_copies import open_working_copy
    from onboarding.profile.stages import stage_of

    case = open_case(customer, as_of)
    parameters = RunParameters(customer, apply, case.at.isoformat() if as_of else "", approved, case.service)
    show.path(open_working_copy(case.store, stage_of(case.profile, stage), parameters))


@command(book, "archive", PANEL, "onboard archive bright-smile")
def archive(customer: MaybeCustomer = "") -> None:
    """Take the working copies that were run and saved in JupyterLab into the archive."""
    from onboarding.engine.working_copies import archive_working_copies

    store = open_store(customer)
    results = archive_working_copies(store, customer)
    for result in results:
        _show_result(result)
    if not results:
        show.line("There is nothing new to archive.")


@command(book, "batch", PANEL, "onboard batch --apply --jobs 4 --stop-after 20")
def batch(
    jobs: Annotated[int, option("--jobs", "N", "Customers at the same time.")] = 2,
    stop_after: Annotated[
        float, option("--stop-after", "PERCENT", "Stop when more than this share has failed.")
    ] = 100.0,
    retry_failed: Annotated[bool, flag("--retry-failed", "Only customers whose last run failed.")] = False,
    reseller: Reseller = "",
    apply: Apply = False,
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """Run all that can move, for every customer; who waits for somebody is left alone.

    Who is due longest goes first, and one customer's trouble does not end the others' runs. Several batches at once
    share the customers. Every run is shown as it ends; --json is one document that ends with the batch.
    """
    from onboarding.case.resellers import sold_by
    from onboarding.cli.batch_lines import JsonLines, TextLines
    from onboarding.cli.pace import pace
    from onboarding.engine import kernels
    from onboarding.engine.batch import BatchOptions, run_batch

    kernels.check(max(1, jobs))
    store = open_store()
    is_theirs = sold_by(store, reseller)
    customers = tuple(one.id for one in store.customers() if is_theirs(one.id)) if reseller else ()
    if reseller and not customers:
        raise InputError("RESELLER-EMPTY", "This reseller has no customer yet.", "Leave --reseller out for all.")
    options = BatchOptions(jobs, stop_after, retry_failed, apply, as_of, customers=customers)
    with pace() as bar:
        lines = JsonLines(bar) if as_json else TextLines(bar, store.engagements)
        summary = run_batch(store, options, lines.result, on_turn=bar.turn)
    lines.end(summary)
    raise typer.Exit(summary.exit_code)


def _stage_or_open(case: Case, text: str) -> str:
    """The stage that was named, else the first with an open task, else the last."""
    from onboarding.profile.stages import stage_of

    return stage_of(case.profile, text) if text else case.progress().open_stage or case.profile.stages[-1].id


def _show_result(result: RunResult) -> None:
    from onboarding.profile.edition import short

    show.line(f"{result.whose} {result.stage}: {result.outcome.value}. {result.message}")
    if result.archived:
        by = f"edition {short(result.edition)}, onboarding {__version__}"
        show.line(f"Run {result.run_id} ({by}), archived as archive/{result.archived}")
    show.own_files(result.own_files)


def _differs(action: Action) -> tuple[str, str]:
    """What is there and what was handed over, of the fields that differ."""
    if action.before is None:
        return "it is gone", ""
    now, then = ("; ".join(f"{name}: {pair[place]}" for name, *pair in action.changes) for place in (0, 1))
    return now, then


def _show_plan(case: Case, plan: Plan, as_of: str) -> None:
    """The changes of a plan, what cannot be done yet, and the command that carries out exactly this plan."""
    from onboarding.domain.task import declared_id
    from onboarding.stages.plan import left_to_do

    left = left_to_do(plan, case.progress().asked_at(plan.stage))
    show.line(f"{case.customer.name}: {case.profile.stage(plan.stage).title}")
    for action in left:
        _show_action(action)
    if plan.deferred:
        show.line()
        show.line("Not yet:")
        title, task = case.profile.party_title, case.context().known
        rows = [[declared_id(one.task), title(one.party), [task(one.task).title, one.reason]] for one in plan.deferred]
        show.table(["Task", "Waits for", "What, and why not"], rows)
    if plan.drift:
        show.line()
        show.line("Left alone, since the customer has changed it after the hand-over:")
        show.table(["What", "Now", "Handed over as"], [[one.summary, *_differs(one)] for one in plan.drift])
    show.line()
    same, asked = len(plan.actions) - len(plan.changes), len({one.task for one in plan.changes if one not in left})
    if asked:
        show.line(f"{show.count(asked, 'step')} handed over before; the answer is waited for.")
    if not left and case.record.handed_over:
        show.line("Nothing is to be changed: what was handed over is the customer's.")
        show_status.since_hand_over(case)
        return
    if not left:
        show.line("Nothing is to be changed." + (f" {show.count(same, 'thing')} found as wanted." if same else ""))
        return
    found = f", {same} found as wanted" if same else ""
    show.line(f"{show.count(len(left), 'change')}{found}. To carry out exactly this plan:")
    words = [plan.customer, plan.stage, *(["--service", case.service] if case.service else [])]
    words += ["--apply", "--approved", plan.digest, *(["--as-of", as_of] if as_of else [])]
    show.line(f"onboard run {shlex.join(words)}")


def _show_action(action: Action) -> None:
    show.line()
    show.line(f"{action.operation.value} {action.resource} {_key(action)} ({action.connector}): {action.summary}")
    for name, old, new in action.changes:
        was = "".join(f"{part} " for part in _lines(old)) + "-> " if action.before is not None else ""
        first, *more = [f"{was}{part}" if place == 0 else part for place, part in enumerate(_lines(new))]
        show.line(f"{INDENT}{name}: {first}".rstrip())
        for part in more:
            show.line(f"{INDENT * 2}{part}".rstrip())


def _key(action: Action) -> str:
    """What it is about; of a step of one row's task the task's own id, as the summary names the row."""
    from onboarding.domain.task import declared_id

    return declared_id(action.key) if action.key == action.task else action.key


def _lines(value: Any) -> list[str]:
    """A value of an action's body, on one line or on several after a first one that is empty."""
    from onboarding.domain.answer_text import answer_text  # takes the number plans of the world along

    if value is None or value in ("", [], {}):
        return ["(empty)"]
    if isinstance(value, str):
        return value.split("\n")
    if isinstance(value, list) and all(_is_pair(item) for item in value):
        return ["", *(f"{label}: {text}" for label, text in value)]
    if isinstance(value, list) and all(_is_table(item) for item in value):
        return ["", *(line for item in value for line in _table(item))]
    return [answer_text(None, value, is_exact=True)]


def _is_pair(item: Any) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str)


def _is_table(item: Any) -> bool:
    return isinstance(item, Mapping) and {"title", "columns", "rows"} <= item.keys()


def _table(item: Mapping[str, Any]) -> Iterator[str]:
    yield f"{item['title']}: {' | '.join(map(str, item['columns']))}"
    for row in item["rows"]:
        yield INDENT + " | ".join(map(str, row))
