"""What every runbook shows: status, results, tasks, notices, progress, responsibilities, drawings.

``*_html`` are pure; `show` displays what they give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from IPython.display import HTML, display

from onboarding.domain.action import Action, Outcome, Verdict
from onboarding.domain.callflow_picture import Picture
from onboarding.domain.history import PartyConfirmation, TaskState
from onboarding.domain.language import ENGLISH
from onboarding.domain.task import declared_id
from onboarding.domain.urgency import most_urgent
from onboarding.frames.frame import Frame
from onboarding.html.inline import LINE, LONG, badge, box, faint, foldable, lines, strong, table
from onboarding.html.parts import EMPTY, Markup, details, element, fill, items, join
from onboarding.notebook.plan_view import place_of
from onboarding.profile.model import Profile
from onboarding.stages.gate import GateStatus
from onboarding.stages.responsibility import Responsibility, columns, has_columns
from onboarding.stages.responsibility import responsibilities as responsibilities_of
from onboarding.stages.stage_overview import OverviewTable
from onboarding.text import first_few

if TYPE_CHECKING:
    from onboarding.engine.impact import Impact

TASK_TONES: dict[TaskState, tuple[str, str]] = {
    TaskState.DONE: ("done", "done"),
    TaskState.SKIPPED: ("quiet", "skipped"),
    TaskState.WAIVED: ("quiet", "waived"),
    TaskState.WAITING: ("waiting", "waiting"),
    TaskState.REJECTED: ("stopped", "rejected"),
    TaskState.UNKNOWN: ("unknown", "unknown"),
    TaskState.READY: ("ready", "ready"),
    TaskState.BLOCKED: ("quiet", "not yet"),
    TaskState.NOT_NEEDED: ("quiet", "not needed"),
}
VERDICT_TONES: dict[Verdict, tuple[str, str]] = {
    Verdict.DONE: ("done", "done"),
    Verdict.PENDING: ("waiting", "handed over"),
    Verdict.REJECTED: ("stopped", "rejected"),
    Verdict.UNKNOWN: ("unknown", "unknown"),
    Verdict.NOT_SENT: ("waiting", "not sent"),
}
NOTICE_TONES = {"info": ("ready", "Note"), "done": ("done", "Done"), "wait": ("waiting", "Waiting"),
                "warning": ("waiting", "Take care"), "error": ("stopped", "Problem")}  # fmt: skip


def status_line_html(
    tone: str,
    word: str,
    who: str = "",
    missing: str | Sequence[str] = "",
    since: date | None = None,
    until: date | None = None,
    title: str = "",
) -> Markup:
    """One line: icon, word and colour; who must act, what is missing, since when, until when.

    ``tone`` is a key of `inline.TONES`.
    """
    lacking = [missing] if isinstance(missing, str) else list(missing)
    head = fill("{}{}", badge(tone, word), fill(" {}", strong(title)) if title else EMPTY)
    head += fill(" &nbsp;{}", who) if who else EMPTY
    head += fill(" {}", faint(f"· {times}")) if (times := period(since, until)) else EMPTY
    return box(tone, head, *lacking[:5], faint(f"and {len(lacking) - 5} more") if len(lacking) > 5 else "")


TASK_HEADS = ("Where it stands", "Task", "Who", "Planned", "Promised", "Actual")

ROW_HEADS = ("Where it stands", "Task", "Who", "Days")
NO_TITLES: Mapping[str, str] = MappingProxyType({})

MOST = 6
"""Tasks up to which it stands open who does what, and when."""

FEW = 3
"""Parties of the rows of one task that are named, and things that come too late that stand open."""


def period(since: date | None, end: date | None, word: str = "until") -> str:
    """``since Mon 2 Mar 2026 · until Mon 9 Mar 2026``; what is None is left out."""
    return " · ".join(f"{when} {ENGLISH.moment(at)}" for when, at in (("since", since), (word, end)) if at)


def gate_badge(view: GateStatus) -> Markup:
    return badge("done", "open") if view.is_open else badge("waiting", "closed")


def applied_table_html(results: Iterable[tuple[Action, Outcome]]) -> Markup:
    """What became of each action: verdict, outside reference and the outside system's own words."""
    rows = [
        [badge(*VERDICT_TONES[end.verdict]), action.summary, place_of(action), end.reference, end.message.sentence]
        for action, end in results
    ]
    if not rows:
        return box("done", "Nothing was to be done.")
    return table(["Outcome", "What", "Where", "Reference", "Answer"], rows, "What was done")


def overview_html(block: OverviewTable, most: int = LONG) -> Markup:
    """A table of what a stage is about, folded when it has more than ``most`` rows."""
    return foldable(block.columns, block.rows, block.title, most) if block.rows else box("quiet", block.empty)


def task_list_html(
    frame: Frame, label: str = "Tasks", titles: Mapping[str, str] = NO_TITLES, at: datetime | None = None
) -> Markup:
    """Where each task stands: who is asked, what is missing, when it is planned and promised, and when it was done.

    ``titles`` are those of the tasks for every row, by id: the rows of one stand under it. What is late at the instant
    ``at`` says so, and days are those of its zone.
    """
    if frame.empty:
        return box("quiet", "No task is among these.")
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in frame.rows():
        groups.setdefault(row["each"] or row["task"], []).append(row)
    parts: dict[str, list[list[Markup | str]]] = {}
    for name, group in groups.items():
        shown = _task_row(group[0], at) if len(group) == 1 else _rows_row(titles.get(name, name), group, at)
        parts.setdefault(_part(group), []).append(shown)
    return join(
        table(TASK_HEADS, rows, label) if not part or (len(parts) == 1 and len(rows) <= LONG) else _folded(part, rows)
        for part, rows in sorted(parts.items())
    )


def _part(group: Sequence[Mapping[str, Any]]) -> str:
    """Under which words tasks are folded: none for those that somebody can act on."""
    states = {TaskState(row["state"]) for row in group}
    if all(state.is_closed for state in states):
        return "closed"
    return "not possible yet" if states <= {TaskState.BLOCKED, TaskState.NOT_NEEDED} else ""


def _folded(part: str, rows: Sequence[Sequence[Markup | str]]) -> Markup:
    words = f"{ENGLISH.count(len(rows), 'task')} {part}"
    return details(words, table(TASK_HEADS, rows, words))


def _rows_row(title: str, group: Sequence[Mapping[str, Any]], at: datetime | None) -> list[Markup | str]:
    """The rows of one task, folded under how many are closed; how that stands which is most to be looked at."""
    needed = [row for row in group if TaskState(row["state"]) is not TaskState.NOT_NEEDED]
    still = [row for row in group if not TaskState(row["state"]).is_closed]
    state = most_urgent(TaskState(row["state"]) for row in still)
    who = list(dict.fromkeys(row["who"] for row in still))
    planned, done = (max(_days(group, name), default=None) for name in ("planned_on", "done_on"))
    due = min(_days(still, "due_on"), default=None) if still else max(_days(group, "due_on"), default=None)
    count = f"{len(needed) - len(still)} of {len(needed)} done"
    rows = table(ROW_HEADS, [_one_of_rows(row, at) for row in group], title)
    what = fill("{} {}{}", strong(title), faint(count), details(ENGLISH.count(len(group), "row"), rows))
    promised = _marked(due, any(_is_late(row, at) for row in still))
    days = (ENGLISH.day(planned), promised, ENGLISH.day(None if still else done))
    return [badge(*TASK_TONES[state]), what, first_few(who, FEW), *days]


def _is_late(row: Mapping[str, Any], at: datetime | None) -> bool:
    is_open = not TaskState(row["state"]).is_closed
    return is_open and at is not None and row["late_at"] is not None and bool(row["late_at"] <= at)


def _marked(day: date | None, is_late: bool) -> Markup | str:
    return fill("{} {}", ENGLISH.day(day), badge("stopped", "overdue")) if is_late else ENGLISH.day(day)


def _one_of_rows(row: Mapping[str, Any], at: datetime | None) -> list[Markup | str]:
    """One row of a task within the line of all of them: its days in one column."""
    state, what, who, planned, promised, actual = _task_row(row, at)
    days = (("planned", planned), ("promised", promised), ("", actual))
    return [state, what, who, lines(fill("{} {}", word, day) for word, day in days if day)]


def _days(rows: Sequence[Mapping[str, Any]], name: str) -> list[date]:
    return [row[name] for row in rows if row[name] is not None]


def _task_row(row: Mapping[str, Any], at: datetime | None) -> list[Markup | str]:
    reasons, note = row["reasons"].splitlines(), row["note"]
    what = [fill("{} {}", strong(row["title"]), faint(declared_id(row["task"]))), *reasons]
    what += [faint(note)] if note and note not in reasons else []
    state, who, since = TaskState(row["state"]), row["who"], ENGLISH.day(row["since"], zone=at.tzinfo if at else None)
    who = (row["by"] or who) if state.is_closed else who
    actual = ENGLISH.day(row["done_on"]) or (since and (since if state.is_closed else faint(f"since {since}")))
    days = (ENGLISH.day(row["planned_on"]), _marked(row["due_on"], _is_late(row, at)), actual)
    return [badge(*TASK_TONES[state]), join(what, "<br>"), who, *days]


def notice_html(kind: str, message: str, remedy: str = "") -> Markup:
    """A calm box: ``kind`` is info, done, wait, warning or error."""
    tone, word = NOTICE_TONES[kind]
    return box(tone, fill("{} {}", badge(tone, word), message), remedy)


def late_html(sentences: Sequence[str]) -> Markup:
    """What comes later than it is wanted, in one box: the first few, the others when they are asked for."""
    tone, word = NOTICE_TONES["warning"]
    rest = sentences[FEW:]
    more = details(f"and {len(rest)} more", lines(rest)) if rest else EMPTY
    return box(tone, fill("{} {}", badge(tone, word), sentences[0]), *sentences[1:FEW], more)


def responsibilities_html(
    profile: Profile, stage: str = "", confirmed: Mapping[str, PartyConfirmation] | None = None
) -> Markup:
    """Who does what, stage by stage: assigned to, duration, comments; in two columns where the guide has them so.

    ``confirmed`` are a customer's confirmations by task id; until then a party the guide leaves open is inferred.
    """
    titles = {known.id: known.title for known in profile.stages}
    parts = []
    for one in [stage] if stage else dict.fromkeys(task.stage for task in profile.tasks):
        if not (found := responsibilities_of(profile, one, confirmed)):
            continue
        label = f"Who does what: {titles.get(one, one)}"
        shown = table(["Task", "Assigned to", "Duration", "Comments"], map(_responsible_row, found), label)
        if has_columns(profile):
            shown += table(["Customer", profile.provider], [list(map(items, columns(found)))], "In two columns")
        inferred = sum(line.is_inferred for line in found)
        words = f"{label}: {ENGLISH.count(len(found), 'task')}" + (f", {inferred} inferred" if inferred else "")
        parts.append(details(words, shown) if len(found) > MOST else shown)
    return join(parts)


def _responsible_row(line: Responsibility) -> list[Markup | str]:
    return [strong(line.title), line.assigned_to, line.duration, join(line.comments, "<br>")]


def impact_html(impact: Impact, key_limit: int = 50) -> Markup:
    """Exactly what a procedure would hit, by kind; of each kind at most ``key_limit`` are named, all are counted."""
    if not impact.touched:
        return box("done", f"Nothing of {impact.key} is there.")
    rows = []
    for kind, things in impact.by_kind.items():
        more = faint(f" and {len(things) - key_limit} more") if len(things) > key_limit else ""
        rows.append([kind, impact.counts[kind], fill("{}{}", ", ".join(one.key for one in things[:key_limit]), more)])
    what = f"What {impact.procedure} would hit" + ("" if impact.is_observed else ", by our own record")
    hit = table(["What", "How many", "Which"], rows, what)
    return box("stopped", strong(f"{impact.key} {impact.target}"), hit) + lines([faint(f"Digest {impact.digest[:12]}")])


def progress_html(label: str, done: int, total: int) -> Markup:
    """A bar with its figures in words."""
    share = f"{done} of {total}"
    tone = "done" if done >= total else "ready"
    bar = element("progress", share, {"value": done, "max": max(total, 1), "style": "width:60%", "title": label})
    return box(tone, fill("{} &nbsp;{}", strong(label), share), bar)


def picture_html(picture: Picture) -> Markup:
    """A drawn flow, which scrolls in its own frame. Where an untrusted notebook loses the drawing, the same stands
    in words, folded below it.
    """
    words = table(picture.columns, picture.rows, picture.title)
    frame = {"style": f"overflow-x:auto;margin:6px 0;padding:6px 0;border-bottom:{LINE}"}
    return element("div", picture.svg, frame) + details(f"{picture.title}: {len(picture.rows)} ways in words", words)


def show(html: Markup) -> None:
    """Displays HTML made by the functions above."""
    display(HTML(str(html)))  # type: ignore[no-untyped-call]


def notice(kind: str, message: str, remedy: str = "") -> None:
    show(notice_html(kind, message, remedy))
