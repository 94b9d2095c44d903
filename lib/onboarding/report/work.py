"""The parts of the report about the work: tasks and proof, time, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from onboarding.domain.language import say
from onboarding.domain.record import TaskState
from onboarding.html.classed import NONE, badge, digest, faint, lines, table
from onboarding.html.parts import EMPTY, Markup, details, element, escaped, fill, items, join, paragraph
from onboarding.report.figures import Figures
from onboarding.report.fragment import Block
from onboarding.report.tasks import DecisionFigure, EvidenceFigure, GateFigure, PartyTasks, TaskFigure
from onboarding.report.timeline import Lane, PartyTime
from onboarding.report.words import Voice

SHOWN_LINES = 6
"""Lines of proof that are shown for a task; documents always are."""

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
        columns = voice.heads({say("Task"): 48, say("State"): 14, say("Promised"): 18, say("Closed"): 20})
        html += table(
            voice("Tasks of {party}", party=party.title),
            columns,
            [_task_row(task, voice) for task in party.needed],
            is_alone=True,
        )
    if party.not_needed:
        entries = [
            fill("{}: {}", task.title, " ".join(task.reasons) or voice("not ordered")) for task in party.not_needed
        ]
        left = voice("Not needed here: {tasks}", tasks=voice.count(len(entries), "task"))
        html += details(left, items(entries))
    return html


def _task_row(task: TaskFigure, voice: Voice) -> list[Markup | str]:
    note = " ".join(task.reasons) or task.note
    closed = lines(
        voice.day(task.closed_at) if task.closed_at else voice("open"),
        faint(voice("by {who}", who=task.by)) if task.closed_at and task.by else EMPTY,
        badge("stop", voice("late")) if task.is_late else EMPTY,
    )
    what = lines(
        task.title,
        faint(note),
        faint(voice("Reference {reference}", reference=task.reference)) if task.reference else EMPTY,
        _evidence(task.evidence, voice),
    )
    tone, word = STATES[task.state]
    return [what, badge(tone, voice(word)), voice.day(task.promised_on) or NONE, closed]


def _evidence(found: Sequence[EvidenceFigure], voice: Voice) -> Markup:
    if not found:
        return EMPTY
    shown = sorted(found, key=lambda line: not line.document)[:SHOWN_LINES]
    shown += [line for line in found if line.document and line not in shown]
    entries = [_proof(line, voice) for line in found if line in shown]
    if len(found) > len(shown):
        seen = sum(line.is_read_back for line in found)
        left = voice(
            "{count} more in the data file; {seen} of all {total} were read back.",
            count=len(found) - len(shown),
            seen=seen,
            total=len(found),
        )
        entries.append(escaped(left))
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
    rows = [
        [
            lines(party.title, faint(_longest(party, voice))),
            _track(party.lane, line.start, line.whole),
            str(party.lane.tasks),
            voice.length(party.total),
            voice.length(party.alone),
        ]
        for party in line.parties
    ]
    html = table(
        voice("Time by party"),
        {
            voice("Who"): 34,
            voice.period(line.start, line.end): 34,
            voice("Tasks"): 8,
            voice("Held"): 12,
            voice("Alone"): 12,
        },
        rows,
        3,
        is_alone=True,
    )
    whole, together, nobody = (voice.length(time) for time in (line.whole, line.together, line.nobody))
    text = say("In all {time}. Alone: nobody else held work. What is planned for a day counts from it.")
    parts = [voice(text, time=whole)]
    parts += [voice("For {time} several parties held work at once.", time=together)] if line.together else []
    parts += [voice("For {time} nobody was asked for anything.", time=nobody)] if line.nobody else []
    html = html + paragraph(" ".join(parts), "note")
    return Block(html, "; ".join(f"{party.title} {voice.length(party.total)}" for party in line.parties))


def _longest(party: PartyTime, voice: Voice) -> str:
    return voice("longest: {task}, {time}", task=party.longest, time=voice.length(party.longest_for))


def timeline(figures: Figures) -> Block:
    """A bar for each stage on one axis of days; the dates stand beside it in words."""
    line, voice = figures.timeline, figures.voice
    rows = [
        [
            lane.title,
            _track(lane, line.start, line.whole),
            _period(lane, voice),
            voice.length(lane.total) if lane.tasks else NONE,
        ]
        for lane in line.stages
    ]
    html = table(
        voice("Timeline by stage"),
        {
            voice("Stage"): 28,
            voice.period(line.start, line.end): 34,
            voice("Begun and ended"): 24,
            voice("Work lay open"): 14,
        },
        rows,
        1,
        is_alone=True,
    )
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
            badge("good", voice("open")) if gate.is_open else badge("wait", voice("closed")),
            _decided(gate, voice),
        ]
        for gate in figures.gates
    ]
    return Block(
        table(
            voice("Gates and decisions"),
            voice.heads({say("Gate"): 42, say("State"): 14, say("Decided"): 44}),
            rows,
            is_alone=True,
        ),
        voice.count(len(rows), "gate"),
    )


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
    if not said:
        is_check = gate.kind == "check"
        return escaped(voice("opens by itself: its check holds" if is_check else "no decision was needed"))
    return join(said)


def _word(one: DecisionFigure, voice: Voice) -> str:
    text = say("Approved by {who}, {role}") if one.is_approved else say("Refused by {who}, {role}")
    return voice(text, who=one.by, role=one.role)
