"""The first parts of the report: the outcome, who is waited for, and what did not go as it should."""

from __future__ import annotations

from onboarding.domain.language import say
from onboarding.domain.report import HEADLINES
from onboarding.html.classed import NONE, badge, facts, faint, lines, table
from onboarding.html.parts import EMPTY, Markup, fill, items, join, paragraph
from onboarding.report.delivery import Count
from onboarding.report.exceptions import ExceptionFigure, Trouble
from onboarding.report.figures import Figures, Head, Outcome, Standing
from onboarding.report.fragment import Block
from onboarding.report.words import Voice

SHOWN_PER_KIND = 20
"""Exceptions of one kind that are shown."""

STANDINGS = {
    Standing.COMPLETE: ("good", say("Complete")),
    Standing.WAITING: ("wait", say("Not complete")),
    Standing.STOPPED: ("stop", say("Stopped")),
}
TROUBLES = {
    Trouble.REJECTED: ("stop", say("rejected")),
    Trouble.UNKNOWN: ("doubt", say("unknown")),
    Trouble.FAILED_RUN: ("stop", say("run failed")),
    Trouble.DIFFERS: ("stop", say("differs from the order")),
    Trouble.OVERDUE: ("stop", say("overdue")),
    Trouble.MISSING_ANSWER: ("wait", say("answer missing or wrong")),
    Trouble.SKIPPED: ("quiet", say("left out")),
    Trouble.NOT_READ_BACK: ("said", say("reported, not read back")),
    Trouble.WARNING: ("note", say("warning")),
}


def heading(figures: Figures) -> Block:
    """The first screen: whom it is about, whether it is complete, how much is there, what comes next."""
    head, outcome = figures.head, figures.outcome
    voice = figures.voice
    tone, word = STANDINGS[outcome.standing]
    stands = voice(word)
    html = fill(
        '<header class="head {}"><p class="kicker">{} · {}</p><h1>{}</h1>'
        '<p class="verdict">{}{} <span class="asof">{}</span></p>'
        '<p class="sentence">{}</p>{}{}</header>',
        tone, figures.title, head.provider, head.name, badge(tone, stands),
        badge("note", voice("training customer")) if head.is_training else EMPTY, _as_of(head, voice),
        outcome.sentence, _tallies(figures), _dates(figures),
    )  # fmt: skip
    title = voice("{name}: completion report, {provider}, {day}", name=head.name, provider=head.provider,
                  day=voice.day(head.as_of))  # fmt: skip
    shown = {"title": title, "lang": figures.language.code}
    return Block(html, f"{head.name}: {stands}. {outcome.sentence}", shown)


def _as_of(head: Head, voice: Voice) -> Markup:
    time = fill('<time datetime="{}">{}</time>', head.as_of.isoformat(), voice.day(head.as_of))
    before, _, after = voice("as of {day}").partition("{day}")
    return fill("{}{}{}", before, time, after)


def _tallies(figures: Figures) -> Markup:
    voice = figures.voice
    found = figures.tallies[:HEADLINES]
    return fill('<dl class="tallies">{}</dl>', join(_tally(tally.title, tally.count, voice) for tally in found))


def _tally(what: str, number: Count, voice: Voice) -> Markup:
    if not number.ordered:
        return fill("<div><dt>{}</dt><dd><b>&ndash;</b> <span>{}</span></dd></div>", what, voice("none ordered"))
    kind = "full" if not number.missing else "part"
    return fill(
        '<div class="{}"><dt>{}</dt><dd><b>{}</b> <span>{}</span></dd></div>',
        kind, what, number.delivered, voice("of {count} delivered", count=number.ordered),
    )  # fmt: skip


def _dates(figures: Figures) -> Markup:
    outcome, head, voice = figures.outcome, figures.head, figures.voice
    closed = voice("{count} of {total}", count=outcome.closed, total=outcome.total)
    found: list[tuple[str, Markup | str]] = [(voice("Tasks closed"), closed)]
    if outcome.next_on:
        coming = fill("{} <span>{}</span>", voice.day(outcome.next_on), outcome.next_what)
        found.insert(0, (voice("Next date"), coming))
    elif outcome.standing is not Standing.COMPLETE:
        found.insert(0, (voice("Next date"), voice("none promised")))
    if head.phase > 1:
        found.insert(0, (voice("Phase {number}", number=head.phase), head.phase_title))
    if head.go_live_on and outcome.next_what != voice("Go-live"):
        found.append((voice("Go-live"), voice.day(head.go_live_on)))
    if figures.invoice:
        forecast = fill(" <span>{}</span>", voice("forecast")) if figures.invoice.is_forecast else EMPTY
        found.append((voice("First invoice"), fill("{}{}", voice.day(figures.invoice.on), forecast)))
    return facts(found, "dates")


def waiting(figures: Figures) -> Block:
    """Who is waited for, for what, since when and until when."""
    outcome, voice = figures.outcome, figures.voice
    if not outcome.waits:
        return Block(paragraph(voice("Nobody is waited for: every task is closed."), "calm"))
    rows = [
        [
            wait.party,
            items(wait.tasks[:SHOWN_PER_KIND]),
            voice.day(wait.since) or NONE,
            lines(
                voice.day(wait.due_on) or voice("no date"),
                badge("stop", voice("overdue")) if wait.is_overdue else EMPTY,
            ),
        ]
        for wait in outcome.waits
    ]
    return Block(
        table(
            voice("Who is waited for"),
            voice.heads({say("Who"): 26, say("For"): 40, say("Since"): 17, say("Due"): 17}),
            rows,
            is_alone=True,
        ),
        _waiting_words(outcome, voice),
    )


def _waiting_words(outcome: Outcome, voice: Voice) -> str:
    return "; ".join(f"{wait.party}: {voice.count(len(wait.tasks), 'task')}" for wait in outcome.waits)


def exceptions(figures: Figures) -> Block:
    """What did not go as it should, the gravest first."""
    voice = figures.voice
    if not figures.exceptions:
        return Block(paragraph(voice("There are none."), "calm"))
    shown: list[ExceptionFigure] = []
    more: list[str] = []
    for kind in Trouble:
        of_kind = [trouble for trouble in figures.exceptions if trouble.kind is kind]
        shown += of_kind[:SHOWN_PER_KIND]
        if len(of_kind) > SHOWN_PER_KIND:
            left = len(of_kind) - SHOWN_PER_KIND
            more.append(voice("{kind}: {count} more in the data file.", kind=voice(TROUBLES[kind][1]), count=left))
    rows = [
        [
            trouble.what,
            badge(TROUBLES[trouble.kind][0], voice(TROUBLES[trouble.kind][1])),
            lines(trouble.why, faint(voice.instant(trouble.at)) if trouble.at else EMPTY),
            trouble.party,
        ]
        for trouble in shown
    ]
    columns = voice.heads({say("What"): 27, say("Kind"): 22, say("Why"): 32, say("Whose"): 19})
    if not any(trouble.party for trouble in shown):
        columns = voice.heads({say("What"): 30, say("Kind"): 22, say("Why"): 48})
        rows = [row[:3] for row in rows]
    html = table(voice("Exceptions"), columns, rows, is_alone=True) + join(paragraph(line) for line in more)
    return Block(html, voice.count(len(figures.exceptions), "exception"))
