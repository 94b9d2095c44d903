"""The parts of the report about the work: tasks and proof, time, decisions, runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from onboarding.domain.language import ENGLISH, Said, say
from onboarding.domain.record import TaskState
from onboarding.html.classed import digest, faint, lines
from onboarding.html.parts import EMPTY, Markup, details, element, escaped, fill, items, join, paragraph
from onboarding.report.figures import Figures
from onboarding.report.tasks import DecisionFigure, EvidenceFigure, GateFigure, PartyTasks, TaskFigure
from onboarding.report.timeline import Lane
from onboarding.report.words import Block, Voice
from onboarding.store.model import Run, RunOutcome

SHOWN_LINES = 6
"""Lines of proof that are shown for a task; documents always are."""

SHOWN_RUNS = 40
"""Runs that are shown, the newest."""

STATES = {
    TaskState.DONE: ("good", say("done")),
    TaskState.SKIPPED: ("quiet", say("left out")),
    TaskState.WAITING: ("wait", say("waiting")),
    TaskState.REJECTED: ("stop", say("rejected")),
    TaskState.UNKNOWN: ("doubt", say("unknown")),
    TaskState.READY: ("wait", say("to do")),
    TaskState.BLOCKED: ("quiet", say("not yet")),
    TaskState.NOT_NEEDED: ("quiet", say("not needed")),
}
OUTCOMES: dict[RunOutcome | None, tuple[str, Said]] = {
    None: ("wait", say("still going")),
    RunOutcome.DONE: ("good", say("done")),
    RunOutcome.PARKED: ("wait", say("parked")),
    RunOutcome.FAILED: ("stop", say("failed")),
    RunOutcome.BAD_INPUT: ("stop", say("bad input")),
    RunOutcome.DIED: ("stop", say("died")),
    RunOutcome.TIMED_OUT: ("stop", say("timed out")),
}


def tasks(figures: Figures) -> Block:
    """Tasks under the party accountable for them, with promised and actual dates, and proof to unfold."""
    voice = figures.voice
    html = join(_party(party, voice) for party in figures.parties)
    total = voice.count(figures.outcome.total, "task")
    words = voice("{count} of {all} closed", count=figures.outcome.closed, all=total)
    return Block(fill('<div class="work">{}</div>', html), words)


def _party(party: PartyTasks, voice: Voice) -> Markup:
    closed = voice("{count} of {all} closed", count=party.closed, all=len(party.needed))
    html = fill("<h3>{} {}</h3>", party.title, faint(closed))
    if party.needed:
        columns = {say("Task"): 48, say("State"): 14, say("Promised"): 18, say("Closed"): 20}
        rows = [_task_row(task, voice) for task in party.needed]
        html += voice.table(say("Tasks of {party}", party=party.title), columns, rows, is_alone=True)
    if party.not_needed:
        entries = [
            fill("{}: {}", task.title, " ".join(task.reasons) or voice("not ordered")) for task in party.not_needed
        ]
        left = voice("Not needed here: {tasks}", tasks=voice.count(len(entries), "task"))
        html += details(left, items(entries))
    return html


def _task_row(task: TaskFigure, voice: Voice) -> list[Markup | str]:
    closed = lines(
        voice.day(task.closed_at) or voice("open"),
        faint(voice("by {who}", who=task.by)) if task.closed_at and task.by else EMPTY,
        voice.badge("stop", say("late")) if task.is_late else EMPTY,
    )
    what = lines(
        task.title,
        faint(" ".join(task.reasons) or task.note),
        faint(voice("Reference {reference}", reference=task.reference)) if task.reference else EMPTY,
        _evidence(task.evidence, voice),
    )
    return [what, voice.badge(*STATES[task.state]), voice.day(task.promised_on), closed]


def _evidence(found: Sequence[EvidenceFigure], voice: Voice) -> Markup:
    if not found:
        return EMPTY
    shown = sorted(found, key=lambda line: not line.document)[:SHOWN_LINES]
    shown += [line for line in found if line.document and line not in shown]
    entries = [_proof(line, voice) for line in found if line in shown]
    if left := len(found) - len(shown):
        seen = sum(line.is_read_back for line in found)
        text = say("{count} more in the data file; {seen} of all {total} were read back.")
        entries.append(escaped(voice(text, count=left, seen=seen, total=len(found))))
    words = voice("Proof: {lines}", lines=voice.count(len(found), "line"))
    return details(words, items(entries, "proof"))


def _proof(line: EvidenceFigure, voice: Voice) -> Markup:
    facts = [f"{voice.instant(line.at)}, {line.by or voice('nobody named')}"]
    facts += [voice("about {what}", what=line.subject)] if line.subject else []
    facts += [voice("reference {reference}", reference=line.reference)] if line.reference else []
    facts += [voice("read back")] if line.is_read_back else []
    html = lines(line.what, faint(" · ".join(facts)))
    if line.document:
        html += lines(fill("{} {}", line.document_name or voice("document"), digest(line.document)))
    return html


def time_by_party(figures: Figures) -> Block:
    """How long each party held work, and how long everything lay with it alone."""
    line, voice = figures.timeline, figures.voice
    if not line.parties:
        return Block(paragraph(voice("Nobody has held any work yet.")))
    longest = say("longest: {task}, {time}")
    rows = [
        [
            lines(party.title, faint(voice(longest, task=party.longest, time=voice.length(party.longest_for)))),
            _track(party.lane, line.start, line.whole),
            party.lane.tasks,
            voice.length(party.total),
            voice.length(party.alone),
        ]
        for party in line.parties
    ]
    columns = {
        say("Who"): 34,
        voice.period(line.start, line.end): 34,
        say("Tasks"): 8,
        say("Held"): 12,
        say("Alone"): 12,
    }
    html = voice.table(say("Time by party"), columns, rows, 3, is_alone=True)
    whole, together, nobody = (voice.length(time) for time in (line.whole, line.together, line.nobody))
    text = say("In all {time}. Alone: nobody else held work. What is planned for a day counts from it.")
    parts = [voice(text, time=whole)]
    parts += [voice("For {time} several parties held work at once.", time=together)] if line.together else []
    parts += [voice("For {time} nobody was asked for anything.", time=nobody)] if line.nobody else []
    html += paragraph(" ".join(parts), "note")
    return Block(html, "; ".join(f"{party.title} {voice.length(party.total)}" for party in line.parties))


def timeline(figures: Figures) -> Block:
    """A bar for each stage on one axis of days; the dates stand beside it in words."""
    line, voice = figures.timeline, figures.voice
    rows = [
        [
            lane.title,
            _track(lane, line.start, line.whole),
            _period(lane, voice),
            voice.length(lane.total) if lane.tasks else "",
        ]
        for lane in line.stages
    ]
    axis = voice.period(line.start, line.end)
    columns = {say("Stage"): 28, axis: 34, say("Begun and ended"): 24, say("Work lay open"): 14}
    html = voice.table(say("Timeline by stage"), columns, rows, 1, is_alone=True)
    return Block(html, voice("{first} to {last}", first=voice.day(line.start), last=voice.day(line.end)))


def _period(lane: Lane, voice: Voice) -> str:
    if not lane.intervals:
        return voice("not begun")
    return voice.period(lane.intervals[0][0], None if lane.is_open else lane.intervals[-1][1])


def _track(lane: Lane, start: datetime, whole: timedelta) -> Markup:
    """Bars in per cent of the whole; a picture for the eye only, since the words beside it say the same."""
    span = whole.total_seconds() or 1.0
    bars = []
    for place, (begun, ended) in enumerate(lane.intervals, start=1):
        left, width = (_percent(time.total_seconds() / span) for time in (begun - start, ended - begun))
        is_open = lane.is_open and place == len(lane.intervals)
        bars.append(element("i", EMPTY, {"class": "open" if is_open else "", "style": f"left:{left}%;width:{width}%"}))
    return element("span", join(bars), {"class": "track", "aria-hidden": "true"})


def _percent(share: float) -> str:
    return f"{max(0.0, min(1.0, share)) * 100:.2f}".rstrip("0").rstrip(".")


def decisions(figures: Figures) -> Block:
    """Every gate that applies, whether it is open, and who decided what."""
    voice = figures.voice
    if not figures.gates:
        return Block(paragraph(voice("No gate applies here.")))
    rows = [
        [
            lines(gate.title, faint(gate.question)),
            voice.badge("good", say("open")) if gate.is_open else voice.badge("wait", say("closed")),
            _decided(gate, voice),
        ]
        for gate in figures.gates
    ]
    columns = {say("Gate"): 42, say("State"): 14, say("Decided"): 44}
    html = voice.table(say("Gates and decisions"), columns, rows, is_alone=True)
    return Block(html, voice.count(len(rows), "gate"))


def _decided(gate: GateFigure, voice: Voice) -> Markup:
    said = [
        lines(
            _word(one, voice),
            faint(voice.instant(one.at) + ("" if one.is_verified else f", {voice('role taken on trust')}")),
            one.note,
            *(fill("{}: {}", label, value) for label, value in one.answers),
            digest(one.document),
        )
        for one in gate.decisions
    ]
    said += [] if gate.is_open else [lines(*gate.missing, faint(voice("owed by {party}", party=gate.owed_by)))]
    otherwise = voice("opens by itself: its check holds" if gate.kind == "check" else "no decision was needed")
    return join(said) if said else escaped(otherwise)


def _word(one: DecisionFigure, voice: Voice) -> str:
    text = say("Approved by {who}, {role}") if one.is_approved else say("Refused by {who}, {role}")
    return voice(text, who=one.by, role=one.role)


def runs(figures: Figures) -> Block:
    """Every run with its outcome and the digest of its archived notebook."""
    voice = figures.voice
    if not figures.runs:
        return Block(paragraph(voice("No run has been archived.")))
    titles = {lane.id: lane.title for lane in figures.timeline.stages}
    shown = figures.runs[-SHOWN_RUNS:]
    columns = {say("Run"): 24, say("Outcome"): 18, say("When"): 26, say("Archived notebook"): 32}
    html = voice.table(say("Runs"), columns, [_run_row(run, titles, voice) for run in shown], is_alone=True)
    if len(shown) < len(figures.runs):
        text = say("The newest {count} of {total} runs; all are in the data file.")
        html += paragraph(voice(text, count=len(shown), total=len(figures.runs)), "note")
    return Block(html, voice.count(len(figures.runs), "run"))


def _run_row(run: Run, titles: dict[str, str], voice: Voice) -> list[Markup | str]:
    who = voice("by {who}, version {version}", who=run.by, version=run.library_version)
    return [
        lines(titles.get(run.stage, run.stage), faint(run.id)),
        lines(voice.badge(*OUTCOMES[run.outcome]), faint(_message(run, voice))),
        lines(voice.instant(run.started_at), faint(_took(run, voice)), faint(who)),
        digest(run.digest) or voice("not archived"),
    ]


def _message(run: Run, voice: Voice) -> str:
    """How the run ended; in another language without an error's own words, which are in the data file."""
    return voice(run.message.sentence) if voice.language is ENGLISH or run.message.kind != "run.failed" else ""


def _took(run: Run, voice: Voice) -> str:
    """Nothing for a run on a simulated clock, which stands still."""
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0
    if seconds < 120:
        return voice("took {count} s", count=f"{seconds:.0f}") if seconds >= 1 else ""
    return voice("took {count} min", count=f"{seconds / 60:.0f}")
