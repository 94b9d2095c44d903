"""The first parts of the report: the outcome, who is waited for, and what did not go as it should."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from onboarding.report.delivery import Count
from onboarding.report.exceptions import ExceptionFigure, Trouble
from onboarding.report.figures import Figures, Outcome, Standing
from onboarding.report.markup import EMPTY, NONE, Block, badge, faint, fill, items, join, lines, paragraph, table
from onboarding.report.words import count, day, instant

SHOWN_PER_KIND = 20
"""Exceptions of one kind that are shown."""

STANDINGS = {
    Standing.COMPLETE: ("good", "Complete"),
    Standing.WAITING: ("wait", "Not complete"),
    Standing.STOPPED: ("stop", "Stopped"),
}
TROUBLES = {
    Trouble.REJECTED: "stop",
    Trouble.UNKNOWN: "doubt",
    Trouble.FAILED_RUN: "stop",
    Trouble.DIFFERS: "stop",
    Trouble.OVERDUE: "stop",
    Trouble.MISSING_ANSWER: "wait",
    Trouble.SKIPPED: "quiet",
    Trouble.NOT_READ_BACK: "said",
    Trouble.WARNING: "note",
}


def heading(figures: Figures) -> Block:
    """The first screen: whom it is about, whether it is complete, how much is there, what comes next."""
    head, outcome = figures.head, figures.outcome
    zone = ZoneInfo(head.zone)
    tone, word = STANDINGS[outcome.standing]
    html = fill(
        '<header class="head {}"><p class="kicker">Completion report · {}</p><h1>{}</h1>'
        '<p class="verdict">{} <span class="asof">as of <time datetime="{}">{}</time></span></p>'
        '<p class="sentence">{}</p>{}{}</header>',
        tone, head.provider, head.name, badge(tone, word), head.as_of.isoformat(), day(head.as_of, zone),
        outcome.sentence, _tallies(figures), _dates(figures),
    )  # fmt: skip
    title = f"{head.name}: completion report, {head.provider}, {day(head.as_of, zone)}"
    return Block(html, f"{head.name}: {word}. {outcome.sentence}", {"title": title, "lang": "en"})


def _tallies(figures: Figures) -> Markup:
    found = [("users", figures.users_count), ("numbers", figures.numbers_count), ("services", figures.services_count)]
    return fill('<dl class="tallies">{}</dl>', join(_tally(what, number) for what, number in found))


def _tally(what: str, number: Count) -> Markup:
    if not number.ordered:
        return fill("<div><dt>{}</dt><dd><b>&ndash;</b> <span>none ordered</span></dd></div>", what)
    kind = "full" if not number.missing else "part"
    return fill(
        '<div class="{}"><dt>{}</dt><dd><b>{}</b> <span>of {} delivered</span></dd></div>',
        kind, what, number.delivered, number.ordered,
    )  # fmt: skip


def _dates(figures: Figures) -> Markup:
    outcome, head = figures.outcome, figures.head
    found = [("Tasks closed", fill("{} of {}", outcome.closed, outcome.total))]
    if outcome.next_on:
        found.insert(0, ("Next date", fill("{} <span>{}</span>", day(outcome.next_on), outcome.next_what)))
    elif outcome.standing is not Standing.COMPLETE:
        found.insert(0, ("Next date", fill("none promised")))
    if head.phase > 1:
        found.insert(0, (f"Phase {head.phase}", fill("{}", head.phase_title)))
    if head.go_live_on and outcome.next_what != "Go-live":
        found.append(("Go-live", fill("{}", day(head.go_live_on))))
    return fill('<dl class="dates">{}</dl>', join(fill("<div><dt>{}</dt><dd>{}</dd></div>", *row) for row in found))


def waiting(figures: Figures) -> Block:
    """Who is waited for, for what, since when and until when."""
    outcome = figures.outcome
    if not outcome.waits:
        return Block(paragraph("Nobody is waited for: every task is closed.", "calm"))
    zone = ZoneInfo(figures.head.zone)
    rows = [
        [
            wait.party,
            items(wait.tasks[:SHOWN_PER_KIND]),
            day(wait.since, zone) or NONE,
            lines(day(wait.due_on) or "no date", badge("stop", "overdue") if wait.is_overdue else EMPTY),
        ]
        for wait in outcome.waits
    ]
    return Block(
        table("Who is waited for", {"Who": 26, "For": 40, "Since": 17, "Due": 17}, rows, is_alone=True),
        _waiting_words(outcome),
    )


def _waiting_words(outcome: Outcome) -> str:
    return "; ".join(f"{wait.party}: {count(len(wait.tasks), 'task')}" for wait in outcome.waits)


def exceptions(figures: Figures) -> Block:
    """What did not go as it should, the gravest first."""
    if not figures.exceptions:
        return Block(paragraph("There are none.", "calm"))
    zone = ZoneInfo(figures.head.zone)
    shown: list[ExceptionFigure] = []
    more: list[Markup] = []
    for kind in Trouble:
        of_kind = [trouble for trouble in figures.exceptions if trouble.kind is kind]
        shown += of_kind[:SHOWN_PER_KIND]
        if len(of_kind) > SHOWN_PER_KIND:
            more.append(fill("{}: {} more in the data file.", kind.value.capitalize(), len(of_kind) - SHOWN_PER_KIND))
    rows = [
        [
            trouble.what,
            badge(TROUBLES[trouble.kind], trouble.kind.value),
            lines(trouble.why, faint(instant(trouble.at, zone)) if trouble.at else EMPTY),
            trouble.party,
        ]
        for trouble in shown
    ]
    html = table("Exceptions", {"What": 27, "Kind": 22, "Why": 32, "Whose": 19}, rows, is_alone=True) + join(
        paragraph(line) for line in more
    )
    return Block(html, count(len(figures.exceptions), "exception"))
