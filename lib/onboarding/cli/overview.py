"""How things stand: status of all customers or one, the completion report, the audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo

import typer

from onboarding.cli import show, show_owed
from onboarding.cli.options import AsJson, AsOf, MaybeCustomer, Reseller, document_of, open_cases, open_store
from onboarding.cli.shell import Shell, argument, command, flag, help_alone, option
from onboarding.errors import InputError, OnboardingError

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.domain.history import Customer, End
    from onboarding.domain.task import Stage
    from onboarding.profile.folders import OwnFiles
    from onboarding.store.store import Store
    from onboarding.store.values import ChainRecord, CustomerStatus, Run, StatusRow

PANEL = "Overview"
MOST_CUSTOMERS = 200
"""Customers that the status shows on a terminal, folded to its width; a pipe and `--json` have all."""

Used: TypeAlias = tuple[str, str, str]
"""Profile, edition and language."""
Offers: TypeAlias = Mapping[tuple[str, str], tuple[Mapping[str, str], ZoneInfo]]
"""Profile and edition -> titles of the parties by id, and where the provider works."""

book = typer.Typer()
audit_book = typer.Typer(cls=Shell, callback=help_alone, invoke_without_command=True)


@command(book, "status", PANEL, "onboard status", "onboard status bright-smile")
def status(customer: MaybeCustomer = "", reseller: Reseller = "", as_json: AsJson = False, as_of: AsOf = "") -> None:
    """Show who is waited for, since when and until when; of one customer also how far each stage is."""
    if customer and reseller:
        words = "A status is of one customer, or of those of a reseller."
        raise InputError("STATUS-WHOSE", words, "Leave one of the two out.")
    if customer:
        _show_customer(open_cases(customer, as_of), as_json)
        return
    from onboarding.case.clock import Instants
    from onboarding.case.resellers import sold_by

    store = open_store()
    instants, is_theirs = Instants(store, as_of), sold_by(store, reseller)
    found = [one for one in store.status(is_short=not as_json) if is_theirs(one.customer.id)]
    at = {one.engagement.id: instants.checked(one.customer.id, *_used(one)[:2]) for one in found}
    own = _own_files(found)
    if as_json:
        show.as_json([_status_json(item, at[item.engagement.id], own) for item in found])
    elif found:
        offers = _offers(store, found)
        shown = _most_urgent(found) if show.is_terminal() else found
        several = {one.customer.id for one in found if one.engagement.number > 1}
        rows = [_row(item, at[item.engagement.id], offers, item.customer.id in several) for item in shown]
        show.table(["Customer", "Stage", "Waits for", "Since", "Until", "What"], rows)
        if len(shown) < len(found):
            every = show.count(len(found), "customer", grouped=True)
            show.line(
                f"The {len(shown)} most urgent of {every}; `onboard status | less` shows all, and so does --json."
            )
        _show_own_files(own)
    else:
        show.line(
            "This reseller has no customer yet." if reseller else "There is no customer yet; `onboard new` makes one."
        )


@command(
    book, "reseller", PANEL, "onboard reseller", "onboard reseller bright-smile acme",
    "onboard reseller bright-smile --nobody",
)  # fmt: skip
def show_reseller(
    customer: MaybeCustomer = "",
    name: Annotated[str, argument("RESELLER", "The reseller whose customer it becomes, by its id.")] = "",
    nobody: Annotated[bool, flag("--nobody", "It is no reseller's customer any more.")] = False,
) -> None:
    """List the resellers with how many customers they have, and for training, or say whose customer somebody is.

    Resellers stand in resellers.toml of the workspace ([reseller.<id>] with name, providers, sender, portal,
    letter_head, logo): their customers are written to in their name.
    """
    from onboarding.case.case import engineer
    from onboarding.case.resellers import pass_on
    from onboarding.store.reseller_repository import listed, read_resellers

    if name and nobody:
        raise InputError("RESELLER-WHICH", "It is the customer of one reseller or of nobody.", "Say one of the two.")
    store = open_store()
    if not customer:
        known = read_resellers(store.layout.resellers)
        counts = Counter((one.reseller, one.is_training) for one in store.customers())
        own = {name: name for name, _is_training in counts if name not in known}
        titles = sorted(({name: one.name for name, one in known.items()} | own).items())
        rows = [[name or "-", title or "nobody's", counts[name, False], counts[name, True]] for name, title in titles]
        show.table(["Reseller", "Name", "Customers", "For training"], rows)
        return
    found = store.customer(customer)
    if name or nobody:
        found = pass_on(store, customer, name, engineer())
    whose = listed(store.layout.resellers, found.reseller).name if found.reseller else "nobody"
    show.line(f"{found.name} ({found.id}) is a customer of {whose}.")


@command(
    book, "reseller-sheet", PANEL, "onboard reseller-sheet acme onboarding-sheet.xlsx",
    "onboard reseller-sheet acme -o blank.xlsx --version 1",
)  # fmt: skip
def reseller_sheet(
    name: Annotated[str, argument("RESELLER", "The reseller's id.")],
    file: Annotated[Path | None, argument("FILE", "A new version of its sheet.")] = None,
    output: Annotated[Path | None, option("-o", "FILE", "Where to write a blank one.", "--output")] = None,
    version: Annotated[int, option("--version", "N", "Which version; without it the newest.")] = 0,
) -> None:
    """Keep the sheet that a reseller was handed at sign-up, list its versions, or hand out a blank one.

    It is kept as it is, in versions; what customers answer is taken in with our own (`onboard sheet`).
    """
    from datetime import UTC, datetime

    from onboarding.case.case import engineer
    from onboarding.case.resellers import sold_by
    from onboarding.files import write_file

    store = open_store()
    sold_by(store, name)
    if (given := document_of(file)) is not None:
        kept = store.keep_sheet(name, given, engineer(), datetime.now(UTC))
        show.line(f"{kept.name} is version {kept.version} of {name}'s sheet.")
    if output is not None:
        if output.exists():
            raise InputError("SHEET-EXISTS", f"{output} is there already.", "Give another name.")
        write_file(output, store.sheet(name, version).data)
        show.path(output)
    if given is None and output is None:
        rows = [[one.version, one.name, one.size, one.by, show.day(one.at)] for one in store.sheets(name)]
        show.table(["Version", "File", "Bytes", "Kept by", "On"], rows) if rows else show.line("There is none.")


@command(
    book, "report", PANEL, "onboard report bright-smile",
    "onboard report bright-smile --pdf -o reports", "onboard report --portfolio",
)  # fmt: skip
def report(
    customer: MaybeCustomer = "",
    portfolio: Annotated[bool, flag("--portfolio", "One page over all customers.")] = False,
    reseller: Reseller = "",
    pdf: Annotated[bool, flag("--pdf", "Also as PDF; needs Chromium.")] = False,
    output: Annotated[Path | None, option("-o", "FOLDER", "Where to, instead of the workspace.", "--output")] = None,
    as_of: AsOf = "",
) -> None:
    """Write the completion report: one HTML file to send on, readable on a phone and on paper."""
    from onboarding.report.make import make_portfolio, make_report
    from onboarding.report.pdf import to_pdf

    if portfolio == bool(customer):
        raise InputError("REPORT-WHOSE", "A report is of one customer, or of all.", "Give a customer or --portfolio.")
    if reseller and customer:
        raise InputError("REPORT-WHOSE", "A report is of one customer whoever sold to it.", "Leave --reseller out.")
    if portfolio:
        with show.progress("Portfolio"):
            pages = [make_portfolio(open_store(), as_of, output, reseller)]
    else:
        pages = []
        for case in open_cases(customer, as_of):
            with show.progress("Report"):
                at = case.at.isoformat() if as_of else ""
                pages.append(make_report(case.store, customer, at, output, case.service))
    for page in pages:
        show.path(page)
        if pdf:
            show.path(to_pdf(page, page.with_suffix(".pdf")))


@command(audit_book, "verify", "Commands", "onboard audit verify", "onboard audit verify bright-smile")
def verify(customer: MaybeCustomer = "") -> None:
    """Hold archive, documents and records against each other; every change, loss or addition is named.

    Ends with 0 when all is as it was written, else with 1.
    """
    store = open_store(customer)
    found = store.verify(customer or None)
    statuses = [status for status in store.status() if customer in ("", status.customer.id)]
    runs = store.runs(customer or None)
    if not found:
        what = customer or show.count(len({status.customer.id for status in statuses}), "customer")
        show.line(f"All is as it was written ({what}, {show.count(len(runs), 'run')}).")
    _show_dates(store, {status.customer.id for status in statuses if not status.customer.is_training})
    _show_own_files(_own_files(statuses))
    _show_runs_with_own_files(runs)
    if not found:
        return
    show.table(["Customer", "Fault", "Where", "What"], [[f.customer, f.kind, f.subject, f.message] for f in found])
    words = f"{show.count(len(found), 'fault')} found."
    show.problem("AUDIT", words, "Keep the workspace as it is and restore from a backup.")
    raise typer.Exit(1)


def _show_dates(store: Store, names: Collection[str]) -> None:
    """That something of these customers is dated otherwise than it was recorded."""
    apart = [one for one in (store.records(is_apart=True) if names else ()) if one.customer in names]
    if apart:
        words = f"{show.count(len(apart), 'record')} dated more than a day away from the machine's clock"
        show.line(f"{words}; `onboard audit dates` shows them.")


@command(audit_book, "dates", "Commands", "onboard audit dates", "onboard audit dates bright-smile --json")
def dates(customer: MaybeCustomer = "", as_json: AsJson = False) -> None:
    """Show what is dated more than a day away from when it was recorded, by the clock of the machine."""
    found = open_store(customer).records(customer or None, is_apart=True)
    if as_json:
        show.as_json([_record_json(one) for one in found])
        return
    if not found:
        show.line("Everything is dated as it was recorded.")
        return
    counts = Counter((one.customer, one.as_of.date(), one.recorded_at.date(), one.by) for one in found)
    rows = [[*whose, show.day(day), show.day(on), by, count] for (*whose, day, on, by), count in counts.items()]
    show.table(["Customer", "Dated", "Recorded", "By", "Records"], rows)


def _record_json(one: ChainRecord) -> dict[str, Any]:
    return {
        "customer": one.customer, "subject": one.subject, "action": one.action, "by": one.by, "as_of": one.as_of,
        "recorded_at": one.recorded_at,
    }  # fmt: skip


def _own_files(statuses: Iterable[CustomerStatus]) -> dict[Used, OwnFiles]:
    """What is in use -> files of one's own instead of shipped ones; nothing of a profile that is gone."""
    from onboarding.case.editions import own_files_of

    found: dict[Used, OwnFiles] = {}
    for status in statuses:
        if _used(status) not in found:
            with suppress(InputError):
                found[_used(status)] = own_files_of(status.engagement, status.customer.language)
    return found


def _used(status: CustomerStatus) -> Used:
    return status.engagement.profile, status.engagement.edition, status.customer.language


def _offers(store: Store, statuses: Iterable[CustomerStatus]) -> Offers:
    """Nothing of an edition that cannot be read any more."""
    from onboarding.case.editions import offer_of
    from onboarding.profile.edition import glance
    from onboarding.profile.load import edition_of

    found: dict[tuple[str, str], tuple[Mapping[str, str], ZoneInfo]] = {}
    for profile, digest in {_used(status)[:2] for status in statuses}:
        with suppress(OnboardingError):
            seen = glance(store.edition(digest) if digest else edition_of(profile))
            zone = seen.time_zone or offer_of(store, profile, digest).data.calendar.time_zone
            found[profile, digest] = seen.parties, ZoneInfo(zone)
    return found


def _show_own_files(own: Mapping[Used, OwnFiles]) -> None:
    for (profile, *_), files in sorted(own.items()):
        if files:
            show.line(f"{profile}: {files.sentence}")


def _show_runs_with_own_files(runs: Iterable[Run]) -> None:
    """Which of the recorded runs used files of one's own, for each set of files."""
    found: dict[str, list[str]] = {}
    for run in runs:
        if names := run.details.get("own_files"):
            found.setdefault(", ".join(map(str, names)), []).append(run.id)
    for names, ids in found.items():
        show.line(f"{show.count(len(ids), 'run')} used {names} of your own instead of the shipped: {', '.join(ids)}.")


def _show_customer(cases: Sequence[Case], as_json: bool) -> None:
    """How one customer stands, in each of its services."""
    if as_json:
        found = [_case_json(case) for case in cases]
        show.as_json(found if len(found) > 1 else found[0])
        return
    for place, case in enumerate(cases):
        if place:
            show.line()
        _show_case(case)


def _row(status: CustomerStatus, at: datetime, offers: Offers, is_one_of_several: bool) -> list[Any]:
    named = " ".join([_named(status.customer), *([status.engagement.service] if is_one_of_several else [])])
    parties, zone = offers.get(_used(status)[:2], ({}, UTC))
    if end := status.engagement.end:
        return [named, "", "", "", "", f"ended: {end.kind.value} on {show.day(end.at, zone)}"]
    if not status.rows:
        return [named, "", "", "", "", "complete" if _is_complete(status) else "not begun"]
    first = status.rows[0]
    until = show.day(first.due_on) + (" overdue" if first.is_overdue(at) else "")
    more = f"and {status.open - 1} more" if status.open > 1 else ""
    party = parties.get(first.party, first.party)
    what = f"{first.title} ({first.state.value})" + (f", {more}" if more else "")
    stage = first.stage if status.phase == 1 else f"{first.stage}, phase {status.phase}"
    return [named, stage, party, show.day(first.since, zone), until, what]


def _most_urgent(found: Sequence[CustomerStatus]) -> Sequence[CustomerStatus]:
    """As many as somebody reads on a terminal; of more those whose first open task is due the soonest."""

    def due_on(status: CustomerStatus) -> date:
        return status.rows[0].due_on or date.max if status.rows else date.max

    return found if len(found) <= MOST_CUSTOMERS else sorted(found, key=due_on)[:MOST_CUSTOMERS]


def _named(customer: Customer) -> str:
    return f"{customer.id} (training)" if customer.is_training else customer.id


def _is_complete(status: CustomerStatus) -> bool:
    return status.total > 0 and status.closed == status.total


def _status_json(status: CustomerStatus, at: datetime, own: Mapping[Used, OwnFiles]) -> dict[str, Any]:
    customer, profile = status.customer, status.engagement.profile
    return {
        **_customer_json(customer, profile, status.phase, _is_complete(status), status.engagement.end),
        "service": status.engagement.service,
        "edition": status.engagement.edition,
        "own_files": own[_used(status)].names if _used(status) in own else [],
        "waiting": [_waiting_json(row, at) for row in status.rows],
    }


def _waiting_json(row: StatusRow, at: datetime) -> dict[str, Any]:
    return {
        "stage": row.stage, "task": row.task, "title": row.title, "state": row.state.value, "party": row.party,
        "since": row.since, "due_on": row.due_on, "reason": row.reason,
        "is_overdue": row.is_overdue(at),
    }  # fmt: skip


def _customer_json(customer: Customer, profile: str, phase: int, is_complete: bool, end: End | None) -> dict[str, Any]:
    return {
        "customer": customer.id, "name": customer.name, "is_training": customer.is_training, "profile": profile,
        "go_live_on": customer.go_live_on, "phase": phase, "is_complete": is_complete,
        "ended": {"kind": end.kind, "at": end.at, "by": end.by, "why": end.why} if end else None,
    }  # fmt: skip


def _show_case(case: Case) -> None:
    from onboarding.profile.edition import short

    customer = case.customer
    go_live = f", go-live {show.day(customer.go_live_on)}" if customer.go_live_on else ""
    show.line(f"{customer.name} ({customer.id}), {case.profile.title}{go_live}")
    if case.beside:
        others = ", ".join(one.service for one in case.beside)
        show.line(f"The service {case.service}, beside {others}; answers, numbers and people are the customer's.")
    show.line(f"Edition {short(case.edition)} of the profile {case.engagement.profile}, since {_since_edition(case)}.")
    if customer.is_training:
        show.line("A training customer: nobody is served by what is done here.")
    show.own_files(case.own_files)
    show.left_behind(case)
    if case.ended:
        show.line(case.ended)
    if (phase := case.record.phase).number > 1:
        show.line(f"Phase {phase.number}, {phase.title}, since {show.day(phase.at, case.calendar.zone)}")
    for sentence in _go_live(case):
        show.line(sentence)
    show.line()
    rows = [
        [stage.title, f"{closed} of {tasks}" if tasks else "none needed", "complete" if tasks == closed > 0 else ""]
        for stage, closed, tasks in _stages(case)
    ]
    show.table(["Stage", "Tasks closed", ""], rows)
    show.line()
    _show_waiting(case)
    ids = [stage.id for stage in case.profile.stages]
    runs = [run for run in case.store.runs(customer.id) if run.stage in ids]
    if runs:
        outcome = runs[-1].outcome.value if runs[-1].outcome else "still going"
        show.line()
        began = show.day(runs[-1].started_at, case.calendar.zone)
        by = f"edition {short(runs[-1].edition)}, onboarding {runs[-1].library_version}"
        show.line(f"Last run: {runs[-1].stage} on {began} ({by}), {outcome}. {runs[-1].message}")


def _since_edition(case: Case) -> str:
    """Since when the customer has its edition; where none is kept, that it is of today."""
    taken = case.engagement.editions
    return show.day(taken[-1].at, case.calendar.zone) if taken else "today"


def _go_live(case: Case) -> Iterator[str]:
    """When the customer is to be live, by whose word, and what will be late because of what."""
    from onboarding.stages.schedule import late_sentence, live_title

    if case.ended:
        return
    found, context = case.schedule(), case.context()
    expected = None if found.live_on else found.forecast_on
    days = {"wanted": found.wanted_on, "promised": found.promised_on, "expected": expected, "live": found.live_on}
    known = [f"{word} {show.day(day)}" for word, day in days.items() if day]
    if found.forecast_on:
        title = live_title(context)
        yield f"Go-live{f' ({title})' if title else ''}: {', '.join(known)}"
    if found.earliest_on and not found.live_on:
        yield f"Earliest possible: {show.day(found.earliest_on)}"
    yield from (str(late_sentence(one, context)) for one in found.late)


def _show_since_hand_over(case: Case) -> None:
    """What the answers ask for that was not handed over, and how to order it."""
    if more := case.progress().since_hand_over:
        show.line(f"The answers ask for more than was handed over: {'; '.join(task.title for task in more)}.")
        show.line(f"`onboard phase {case.customer.id} --change-order --title TEXT` begins it.")


def _show_waiting(case: Case) -> None:
    from onboarding.stages.owed import at_rest, by_row, owed

    progress = case.progress()
    waiting = by_row(owed(progress), progress)
    if not waiting:
        show.line(at_rest(progress))
        _show_since_hand_over(case)
        return
    rows = [
        [show_owed.who(case, one), *show_owed.days(case, one), show_owed.state(case, one), show_owed.what(one)]
        for one in waiting
    ]
    show.table(["Waits for", "Since", "Until", "State", "What"], rows)


def _case_json(case: Case) -> dict[str, Any]:
    from onboarding.stages.owed import owed
    from onboarding.store.values import StatusRow

    progress, customer = case.progress(), case.customer
    waiting = [
        StatusRow(
            one.stage, one.id, one.title, one.state, one.party, one.since, one.due_on, " ".join(one.reasons),
            late_at=one.late_at,
        )
        for one in owed(progress)
    ]  # fmt: skip
    return {
        **_customer_json(
            customer, case.engagement.profile, case.record.phase.number, progress.is_complete, case.record.end
        ),
        "service": case.engagement.service,
        "edition": case.edition,
        "own_files": case.own_files.names,
        "schedule": _schedule_json(case),
        "open_stage": progress.open_stage,
        "stages": {stage.id: {"closed": closed, "tasks": tasks} for stage, closed, tasks in _stages(case)},
        "waiting": [_waiting_json(row, case.at) for row in waiting],
    }


def _schedule_json(case: Case) -> dict[str, Any]:
    found = case.schedule()
    return {
        "wanted_on": found.wanted_on, "promised_on": found.promised_on, "forecast_on": found.forecast_on,
        "live_on": found.live_on, "earliest_on": found.earliest_on,
        "late": [
            {"task": one.id, "wanted_on": one.wanted_on, "forecast_on": one.forecast_on, "because": one.because}
            for one in found.late
        ],
    }  # fmt: skip


def _stages(case: Case) -> Iterator[tuple[Stage, int, int]]:
    """Each stage with its tasks that are closed, and all its tasks; what is not needed counts for neither."""
    from onboarding.domain.history import TaskState

    for stage in case.profile.stages:
        views = [view for view in case.progress().summed(stage.id) if view.state is not TaskState.NOT_NEEDED]
        yield stage, sum(view.state.is_closed for view in views), len(views)
