"""The parts of the report about the work: tasks and proof, time, decisions, runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from onboarding.domain.record import TaskState
from onboarding.report.figures import Figures
from onboarding.report.markup import (
    EMPTY,
    NONE,
    Block,
    badge,
    details,
    faint,
    fill,
    items,
    join,
    lines,
    paragraph,
    table,
)
from onboarding.report.spans import Lane
from onboarding.report.tasks import EvidenceFigure, GateFigure, PartyTasks, TaskFigure
from onboarding.report.words import count, day, instant, length, period
from onboarding.store.model import Run, RunOutcome

SHOWN_LINES = 6
"""Lines of proof that are shown for a task; documents always are."""

SHOWN_RUNS = 60
"""Runs that are shown, the newest."""

STATES = {
    TaskState.DONE: ("good", "done"),
    TaskState.SKIPPED: ("quiet", "left out"),
    TaskState.WAITING: ("wait", "waiting"),
    TaskState.REJECTED: ("stop", "rejected"),
    TaskState.UNKNOWN: ("doubt", "unknown"),
    TaskState.READY: ("wait", "to do"),
    TaskState.BLOCKED: ("quiet", "not yet"),
    TaskState.NOT_NEEDED: ("quiet", "not needed"),
}
OUTCOMES = {
    RunOutcome.DONE: ("good", "done"),
    RunOutcome.PARKED: ("wait", "parked"),
    RunOutcome.FAILED: ("stop", "failed"),
    RunOutcome.BAD_INPUT: ("stop", "bad input"),
    RunOutcome.DIED: ("stop", "died"),
    RunOutcome.TIMED_OUT: ("stop", "timed out"),
}


def tasks(figures: Figures) -> Block:
    """Tasks under the party accountable for them, with promised and actual dates, and proof to unfold."""
    zone = ZoneInfo(figures.head.zone)
    html = join(_party(party, zone) for party in figures.parties)
    words = f"{figures.outcome.closed} of {count(figures.outcome.total, 'task')} closed"
    return Block(fill('<div class="work">{}</div>', html), words)


def _party(party: PartyTasks, zone: ZoneInfo) -> Markup:
    html = fill("<h3>{} {}</h3>", party.title, faint(f"{party.closed} of {len(party.needed)} closed"))
    if party.needed:
        columns = {"Task": 48, "State": 14, "Promised": 18, "Closed": 20}
        html += table(
            f"Tasks of {party.title}", columns, [_task_row(task, zone) for task in party.needed], is_alone=True
        )
    if party.not_needed:
        entries = [fill("{}: {}", task.title, " ".join(task.reasons) or "not ordered") for task in party.not_needed]
        html += details(f"Not needed here: {count(len(entries), 'task')}", items(entries))
    return html


def _task_row(task: TaskFigure, zone: ZoneInfo) -> list[Markup | str]:
    note = " ".join(task.reasons) or task.note
    closed = lines(
        day(task.closed_at, zone) if task.closed_at else "open",
        faint(f"by {task.by}") if task.closed_at and task.by else EMPTY,
        badge("stop", "late") if task.is_late else EMPTY,
    )
    what = lines(
        task.title,
        faint(note),
        faint(f"Reference {task.reference}") if task.reference else EMPTY,
        _evidence(task.evidence, zone),
    )
    return [what, badge(*STATES[task.state]), day(task.promised_on) or NONE, closed]


def _evidence(found: Sequence[EvidenceFigure], zone: ZoneInfo) -> Markup:
    if not found:
        return EMPTY
    shown = sorted(found, key=lambda line: not line.document)[:SHOWN_LINES]
    shown += [line for line in found if line.document and line not in shown]
    entries = [_proof(line, zone) for line in found if line in shown]
    if len(found) > len(shown):
        seen = sum(line.is_read_back for line in found)
        entries.append(fill("{} more in the data file; {} of all {} were read back.", len(found) - len(shown), seen,
                            len(found)))  # fmt: skip
    return details(f"Proof: {count(len(found), 'line')}", items(entries, "proof"))


def _proof(line: EvidenceFigure, zone: ZoneInfo) -> Markup:
    facts = [fill("{}, {}", instant(line.at, zone), line.by or "nobody named")]
    facts += [fill("about {}", line.subject)] if line.subject else []
    facts += [fill("reference {}", line.reference)] if line.reference else []
    facts += [fill("read back")] if line.is_read_back else []
    html = lines(line.what, fill('<span class="faint">{}</span>', join(facts, " · ")))
    if line.document:
        html += lines(fill("{} <code>sha256:{}</code>", line.document_name or "document", line.document))
    return html


def time_by_party(figures: Figures) -> Block:
    """How long each party held work, and how long everything lay with it alone."""
    line, zone = figures.timeline, ZoneInfo(figures.head.zone)
    if not line.parties:
        return Block(paragraph("Nobody has held any work yet."))
    rows = [
        [
            lines(party.title, faint(f"longest: {party.longest}, {length(party.longest_for)}")),
            _track(party.lane, line.start, line.whole),
            str(party.lane.tasks),
            length(party.total),
            length(party.alone),
        ]
        for party in line.parties
    ]
    html = table(
        "Time by party",
        {"Who": 34, period(line.start, line.end, zone): 34, "Tasks": 8, "Held": 12, "Alone": 12},
        rows,
        3,
        is_alone=True,
    )
    parts = [f"In all {length(line.whole)}. Alone: nobody else held work. What is planned for a day counts from it."]
    parts += [f"For {length(line.together)} several parties held work at once."] if line.together else []
    parts += [f"For {length(line.nobody)} nobody was asked for anything."] if line.nobody else []
    html = html + paragraph(" ".join(parts), "note")
    return Block(html, "; ".join(f"{party.title} {length(party.total)}" for party in line.parties))


def timeline(figures: Figures) -> Block:
    """A bar for each stage on one axis of days; the dates stand beside it in words."""
    line, zone = figures.timeline, ZoneInfo(figures.head.zone)
    rows = [
        [
            lane.title,
            _track(lane, line.start, line.whole),
            _period(lane, zone),
            length(lane.total) if lane.tasks else NONE,
        ]
        for lane in line.stages
    ]
    html = table(
        "Timeline by stage",
        {"Stage": 28, period(line.start, line.end, zone): 34, "Begun and ended": 24, "Work lay open": 14},
        rows,
        1,
        is_alone=True,
    )
    return Block(html, f"{day(line.start, zone)} to {day(line.end, zone)}")


def _period(lane: Lane, zone: ZoneInfo) -> str:
    if not lane.intervals:
        return "not begun"
    return period(lane.intervals[0][0], None if lane.is_open else lane.intervals[-1][1], zone)


def _track(lane: Lane, start: datetime, whole: timedelta) -> Markup:
    """Bars in per cent of the whole; a picture for the eye only, since the words beside it say the same."""
    span = whole.total_seconds() or 1.0
    bars = join(
        fill(
            '<i{} style="left:{}%;width:{}%"></i>',
            Markup(' class="open"' if lane.is_open and interval is lane.intervals[-1] else ""),
            _percent((interval[0] - start).total_seconds() / span),
            _percent((interval[1] - interval[0]).total_seconds() / span),
        )
        for interval in lane.intervals
    )
    return fill('<span class="track" aria-hidden="true">{}</span>', bars)


def _percent(share: float) -> str:
    return f"{max(0.0, min(1.0, share)) * 100:.2f}".rstrip("0").rstrip(".")


def decisions(figures: Figures) -> Block:
    """Every gate that applies, whether it is open, and who decided what."""
    if not figures.gates:
        return Block(paragraph("No gate applies here."))
    zone = ZoneInfo(figures.head.zone)
    rows = [
        [
            lines(gate.title, faint(gate.question)),
            badge("good", "open") if gate.is_open else badge("wait", "closed"),
            _decided(gate, zone),
        ]
        for gate in figures.gates
    ]
    return Block(
        table("Gates and decisions", {"Gate": 42, "State": 14, "Decided": 44}, rows, is_alone=True),
        count(len(rows), "gate"),
    )


def _decided(gate: GateFigure, zone: ZoneInfo) -> Markup:
    said = [
        lines(
            fill("{} by {}, {}", "Approved" if one.is_approved else "Refused", one.by, one.role),
            faint(instant(one.at, zone) + ("" if one.is_verified else ", role taken on trust")),
            one.note,
            *(fill("{}: {}", label, value) for label, value in one.answers),
            fill("<code>sha256:{}</code>", one.document) if one.document else EMPTY,
        )
        for one in gate.decisions
    ]
    said += [] if gate.is_open else [lines(*gate.missing, faint(f"owed by {gate.owed_by}"))]
    if not said:
        return fill("opens by itself: its check holds" if gate.kind == "check" else "no decision was needed")
    return join(said)


def runs(figures: Figures) -> Block:
    """Every run with its outcome and the digest of its archived notebook."""
    if not figures.runs:
        return Block(paragraph("No run has been archived."))
    zone = ZoneInfo(figures.head.zone)
    titles = {lane.id: lane.title for lane in figures.timeline.stages}
    shown = figures.runs[-SHOWN_RUNS:]
    html = table(
        "Runs",
        {"Run": 24, "Outcome": 18, "When": 26, "Archived notebook": 32},
        [_run_row(r, titles, zone) for r in shown],
        0,
        True,
    )
    if len(shown) < len(figures.runs):
        html += paragraph(f"The newest {len(shown)} of {len(figures.runs)} runs; all are in the data file.", "note")
    return Block(html, count(len(figures.runs), "run"))


def _run_row(run: Run, titles: dict[str, str], zone: ZoneInfo) -> list[Markup | str]:
    tone, word = OUTCOMES[run.outcome] if run.outcome else ("wait", "still going")
    return [
        lines(titles.get(run.stage, run.stage), faint(run.id)),
        lines(badge(tone, word), faint(run.message)),
        lines(instant(run.started_at, zone), faint(_took(run)), faint(f"by {run.by}, version {run.library_version}")),
        fill("<code>sha256:{}</code>", run.digest) if run.digest else "not archived",
    ]


def _took(run: Run) -> str:
    """Nothing for a run on a simulated clock, which stands still."""
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0
    if seconds < 1:
        return ""
    return f"took {seconds:.0f} s" if seconds < 120 else f"took {seconds / 60:.0f} min"
