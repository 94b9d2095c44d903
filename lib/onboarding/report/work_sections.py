"""The parts of the report about the work: tasks and proof, time, decisions, runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from onboarding.domain.history import ON_TRUST, TaskState
from onboarding.domain.language import ENGLISH, LazyText, _
from onboarding.domain.urgency import most_urgent
from onboarding.html.classed import badge, digest, faint, lines
from onboarding.html.parts import EMPTY, Markup, details, element, escaped, fill, items, join, paragraph
from onboarding.profile.edition import short
from onboarding.report.figures import Figures
from onboarding.report.formatter import Block, Formatter
from onboarding.report.task_figures import DecisionFigure, EvidenceFigure, GateFigure, PartyTasks, TaskFigure
from onboarding.report.timeline import Lane
from onboarding.store.values import Run, RunOutcome

SHOWN_LINES = 6
"""Lines of proof that are shown for a task; documents always are."""

SHOWN_RUNS = 40
"""Runs that are shown, the newest."""

NEWEST = 3
"""Runs that are not folded."""

STATES = {
    TaskState.DONE: ("good", _("done")),
    TaskState.SKIPPED: ("quiet", _("left out")),
    TaskState.WAIVED: ("note", _("waived")),
    TaskState.WAITING: ("wait", _("waiting")),
    TaskState.REJECTED: ("stop", _("rejected")),
    TaskState.UNKNOWN: ("doubt", _("unknown")),
    TaskState.READY: ("wait", _("to do")),
    TaskState.BLOCKED: ("quiet", _("not yet")),
    TaskState.NOT_NEEDED: ("quiet", _("not needed")),
}
OUTCOMES: dict[RunOutcome | None, tuple[str, LazyText]] = {
    None: ("wait", _("still going")),
    RunOutcome.DONE: ("good", _("done")),
    RunOutcome.PARKED: ("wait", _("parked")),
    RunOutcome.FAILED: ("stop", _("failed")),
    RunOutcome.BAD_INPUT: ("stop", _("bad input")),
    RunOutcome.DIED: ("stop", _("died")),
    RunOutcome.TIMED_OUT: ("stop", _("timed out")),
}


def tasks(figures: Figures) -> Block:
    """Tasks under the party accountable for them, with promised and actual dates, and proof to unfold."""
    formatter = figures.formatter
    html = join(_party(party, formatter) for party in figures.parties)
    total = formatter.count(figures.outcome.total, "task")
    words = formatter("{count} of {all} closed", count=figures.outcome.closed, all=total)
    return Block(fill('<div class="work">{}</div>', html), words)


def _party(party: PartyTasks, formatter: Formatter) -> Markup:
    closed = formatter("{count} of {all} closed", count=party.closed, all=len(party.together))
    html = fill("<h3>{} {}</h3>", party.title, faint(closed))
    if party.needed:
        columns = {_("Task"): 42, _("State"): 13, _("Planned"): 14, _("Promised"): 14, _("Closed"): 17}
        closed_ones = [group for group in party.together if all(task.state.is_closed for task in group)]
        still = [group for group in party.together if group not in closed_ones]
        caption = _("Tasks of {party}", party=party.title)
        if still:
            html += formatter.table(caption, columns, _groups(still, formatter), is_alone=True)
        if closed_ones:
            words = formatter("Closed: {tasks}", tasks=formatter.count(len(closed_ones), "task"))
            html += details(words, formatter.table(caption, columns, _groups(closed_ones, formatter), is_alone=True))
    if party.not_needed:
        entries = [
            fill("{}: {}", task.title, " ".join(task.reasons) or formatter("not ordered")) for task in party.not_needed
        ]
        left = formatter("Not needed here: {tasks}", tasks=formatter.count(len(entries), "task"))
        html += details(left, items(entries))
    return html


def _groups(groups: Sequence[Sequence[TaskFigure]], formatter: Formatter) -> list[list[Markup | str]]:
    return [(_rows_row if group[0].each else _only_row)(group, formatter) for group in groups]


def _task_row(task: TaskFigure, formatter: Formatter) -> list[Markup | str]:
    closed = lines(
        formatter.day(task.closed_at) or formatter("open"),
        faint(formatter("by {who}", who=task.by)) if task.closed_at and task.by else EMPTY,
        formatter.badge("stop", _("late")) if task.is_late else EMPTY,
    )
    what = lines(
        task.title,
        faint(" ".join(task.reasons) or task.note),
        faint(formatter("Reference {reference}", reference=task.reference)) if task.reference else EMPTY,
        _evidence(task.evidence, formatter),
    )
    days = map(formatter.day, (task.planned_on, task.promised_on))
    return [what, formatter.badge(*STATES[task.state]), *days, closed]


def _only_row(group: Sequence[TaskFigure], formatter: Formatter) -> list[Markup | str]:
    return _task_row(group[0], formatter)


def _rows_row(group: Sequence[TaskFigure], formatter: Formatter) -> list[Markup | str]:
    """The rows of one task: how many are done, late and open on one line, each row to unfold."""
    still = [task for task in group if not task.state.is_closed]
    late = sum(task.is_late for task in group)
    count = formatter("{count} of {total}", count=len(group) - len(still), total=len(group))
    tone = STATES[most_urgent(task.state for task in still)][0]
    columns = {_("Row"): 32, _("State"): 16, _("Planned"): 16, _("Promised"): 16, _("Closed"): 20}
    table = formatter.table(group[0].each, columns, [_one_row(task, formatter) for task in group])
    unfolded = details(formatter("Rows: {rows}", rows=formatter.count(len(group), "row")), table)
    planned = max((task.planned_on for task in group if task.planned_on), default=None)
    promises = [task.promised_on for task in still or group if task.promised_on]
    promised = min(promises, default=None) if still else max(promises, default=None)
    closed = max((task.closed_at for task in group if task.closed_at), default=None)
    dates = lines(
        formatter.day(closed) if not still else formatter("open"),
        formatter.badge("stop", _("late")) + fill(" {}", late) if late else EMPTY,
    )
    return [lines(group[0].each, unfolded), badge(tone, count), formatter.day(planned), formatter.day(promised), dates]


def _one_row(task: TaskFigure, formatter: Formatter) -> list[Markup | str]:
    what, *rest = _task_row(replace(task, title=task.row), formatter)
    return [what, *rest]


def _evidence(found: Sequence[EvidenceFigure], formatter: Formatter) -> Markup:
    if not found:
        return EMPTY
    shown = sorted(found, key=lambda line: not line.document)[:SHOWN_LINES]
    shown += [line for line in found if line.document and line not in shown]
    entries = [_proof(line, formatter) for line in found if line in shown]
    if left := len(found) - len(shown):
        seen = sum(line.is_read_back for line in found)
        text = _("{count} more in the data file; {seen} of all {total} were read back.")
        entries.append(escaped(formatter(text, count=left, seen=seen, total=len(found))))
    words = formatter("Proof: {lines}", lines=formatter.count(len(found), "line"))
    return details(words, items(entries, "proof"))


def _proof(line: EvidenceFigure, formatter: Formatter) -> Markup:
    facts = [f"{formatter.instant(line.at)}, {line.by or formatter('nobody named')}"]
    facts += [formatter("about {what}", what=line.subject)] if line.subject else []
    facts += [formatter("reference {reference}", reference=line.reference)] if line.reference else []
    facts += [formatter("read back")] if line.is_read_back else []
    facts += [formatter("on trust")] if line.is_on_trust else []
    facts += [_entered(line, formatter)] if line.entered_by else []
    html = lines(line.what) + element("span", " · ".join(facts), {"class": "line faint"})
    if line.document:
        html += lines(fill("{} {}", line.document_name or formatter("document"), digest(line.document)))
    return html


def time_by_party(figures: Figures) -> Block:
    """How long work lay with each party, and how long everything lay with it alone."""
    line, formatter = figures.timeline, figures.formatter
    if not line.parties:
        return Block(paragraph(formatter("Nobody has held any work yet.")))
    longest = _("longest: {task}, {time}")
    rows = [
        [
            lines(party.title, faint(formatter(longest, task=party.longest, time=formatter.length(party.longest_for)))),
            _track(party.lane, line.start, line.whole),
            party.lane.tasks,
            formatter.length(party.total),
            formatter.length(party.alone),
        ]
        for party in line.parties
    ]
    columns = {
        _("Who"): 34,
        formatter.period(line.start, line.end): 34,
        _("Tasks"): 8,
        _("Held"): 12,
        _("Alone"): 12,
    }
    html = formatter.table(_("Time by party"), columns, rows, 3, is_alone=True)
    whole, together, nobody = (formatter.length(time) for time in (line.whole, line.together, line.nobody))
    text = _("In all {time}. Alone: nobody else held work. What is planned for a day counts from it.")
    parts = [formatter(text, time=whole)]
    parts += [formatter("For {time} several parties held work at once.", time=together)] if line.together else []
    parts += [formatter("For {time} nobody was asked for anything.", time=nobody)] if line.nobody else []
    html += paragraph(" ".join(parts), "note")
    return Block(html, "; ".join(f"{party.title} {formatter.length(party.total)}" for party in line.parties))


def timeline(figures: Figures) -> Block:
    """A bar for each stage on one axis of days; the dates stand beside it in words."""
    line, formatter = figures.timeline, figures.formatter
    rows = [
        [
            lane.title,
            _track(lane, line.start, line.whole),
            _period(lane, formatter),
            formatter.length(lane.total) if lane.tasks else "",
        ]
        for lane in line.stages
    ]
    axis = formatter.period(line.start, line.end)
    columns = {_("Stage"): 28, axis: 34, _("Begun and ended"): 24, _("Work lay open"): 14}
    html = formatter.table(_("Timeline by stage"), columns, rows, 1, is_alone=True)
    return Block(html, formatter("{first} to {last}", first=formatter.day(line.start), last=formatter.day(line.end)))


def _period(lane: Lane, formatter: Formatter) -> str:
    if not lane.intervals:
        return formatter("closed") if lane.is_closed else formatter("not begun")
    return formatter.period(lane.intervals[0][0], None if lane.is_open else lane.intervals[-1][1])


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
    formatter = figures.formatter
    if not figures.gates:
        return Block(paragraph(formatter("No gate applies here.")))
    rows = [
        [
            lines(gate.title, faint(gate.question)),
            formatter.badge("good", _("open")) if gate.is_open else formatter.badge("wait", _("closed")),
            _decided(gate, formatter),
        ]
        for gate in figures.gates
    ]
    columns = {_("Gate"): 42, _("State"): 14, _("Decided"): 44}
    html = formatter.table(_("Gates and decisions"), columns, rows, is_alone=True)
    return Block(html, formatter.count(len(rows), "gate"))


def _decided(gate: GateFigure, formatter: Formatter) -> Markup:
    parts = [
        lines(
            _word(one, formatter),
            faint(formatter.instant(one.at) + ("" if one.is_verified else f", {formatter(ON_TRUST)}")),
            faint(_entered(one, formatter)) if one.entered_by else EMPTY,
            one.note,
            *(fill("{}: {}", label, value) for label, value in one.answers),
            digest(one.document),
        )
        for one in gate.decisions
    ]
    parts += [] if gate.is_open else [lines(*gate.missing, faint(formatter("owed by {party}", party=gate.owed_by)))]
    otherwise = formatter("opens by itself: its check holds" if gate.kind == "check" else "no decision was needed")
    return join(parts) if parts else escaped(otherwise)


def _entered(one: DecisionFigure | EvidenceFigure, formatter: Formatter) -> str:
    return formatter("entered by {login} for {who}", login=one.entered_by, who=one.by)


def _word(one: DecisionFigure, formatter: Formatter) -> str:
    text = _("Approved by {who}, {role}") if one.is_approved else _("Refused by {who}, {role}")
    return formatter(text, who=one.by, role=one.role)


def runs(figures: Figures) -> Block:
    """Every run with its outcome and the digest of its archived notebook."""
    formatter = figures.formatter
    if not figures.runs:
        return Block(paragraph(formatter("No run has been archived.")))
    titles = {lane.id: lane.title for lane in figures.timeline.stages}
    shown = figures.runs[-SHOWN_RUNS:]
    columns = {_("Run"): 24, _("Outcome"): 18, _("When"): 26, _("Archived notebook"): 32}
    rows = [_run_row(run, titles, formatter) for run in shown]
    html = formatter.table(_("Runs"), columns, rows[-NEWEST:], is_alone=True)
    if earlier := rows[:-NEWEST]:
        words = formatter("Earlier: {runs}", runs=formatter.count(len(earlier), "run"))
        html += details(words, formatter.table(_("Runs"), columns, earlier, is_alone=True))
    if len(shown) < len(figures.runs):
        text = _("The newest {count} of {total} runs; all are in the data file.")
        html += paragraph(formatter(text, count=len(shown), total=len(figures.runs)), "note")
    return Block(html, formatter.count(len(figures.runs), "run"))


def _run_row(run: Run, titles: dict[str, str], formatter: Formatter) -> list[Markup | str]:
    who = formatter(
        "by {who}, edition {edition}, version {version}",
        who=run.by, edition=short(run.edition), version=run.library_version,
    )  # fmt: skip
    return [
        lines(titles.get(run.stage, run.stage), faint(run.id)),
        lines(formatter.badge(*OUTCOMES[run.outcome]), faint(_message(run, formatter))),
        lines(formatter.instant(run.started_at), faint(_took(run, formatter)), faint(who)),
        digest(run.digest) or formatter("not archived"),
    ]


def _message(run: Run, formatter: Formatter) -> str:
    """How the run ended; in another language without an error's own words, which are in the data file."""
    return formatter(run.message.sentence) if formatter.language is ENGLISH or run.message.kind != "run.failed" else ""


def _took(run: Run, formatter: Formatter) -> str:
    """Nothing for a run on a simulated clock, which stands still."""
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0
    if seconds < 120:
        return formatter("took {count} s", count=f"{seconds:.0f}") if seconds >= 1 else ""
    return formatter("took {count} min", count=f"{seconds / 60:.0f}")
