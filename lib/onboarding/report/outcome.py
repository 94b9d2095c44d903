"""The first parts of the report: the outcome, who is waited for, and what did not go as it should."""

from __future__ import annotations

from onboarding.domain.language import say
from onboarding.domain.report import HEADLINES
from onboarding.html.classed import badge, facts, faint, lines
from onboarding.html.parts import EMPTY, Markup, fill, items, join, paragraph
from onboarding.report.delivery import Count
from onboarding.report.exceptions import ExceptionFigure, Trouble
from onboarding.report.figures import Figures, Head, Standing
from onboarding.report.words import Block, Voice

SHOWN_PER_KIND = 20
"""Exceptions of one kind that are shown."""

STANDINGS = {
    Standing.COMPLETE: ("good", say("Complete")),
    Standing.WAITING: ("wait", say("Not complete")),
    Standing.STOPPED: ("stop", say("Stopped")),
}
TONES = dict.fromkeys(Trouble, "stop") | {
    Trouble.UNKNOWN: "doubt",
    Trouble.MISSING_ANSWER: "wait",
    Trouble.SKIPPED: "quiet",
    Trouble.NOT_READ_BACK: "said",
    Trouble.WARNING: "note",
}


def heading(figures: Figures) -> Block:
    """The first screen: whom it is about, whether it is complete, how much is there, what comes next."""
    head, outcome, voice = figures.head, figures.outcome, figures.voice
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
    found = [_tally(tally.title, tally.count, figures.voice) for tally in figures.tallies[:HEADLINES]]
    return fill('<dl class="tallies">{}</dl>', join(found))


def _tally(what: str, number: Count, voice: Voice) -> Markup:
    if not number.ordered:
        return fill("<div><dt>{}</dt><dd><b>&ndash;</b> <span>{}</span></dd></div>", what, voice("none ordered"))
    return fill(
        '<div class="{}"><dt>{}</dt><dd><b>{}</b> <span>{}</span></dd></div>',
        "part" if number.missing else "full", what, number.delivered,
        voice("of {count} delivered", count=number.ordered),
    )  # fmt: skip


def _dates(figures: Figures) -> Markup:
    outcome, head, voice = figures.outcome, figures.head, figures.voice
    found: list[tuple[str, Markup | str]] = []
    if head.phase > 1:
        found.append((voice("Phase {number}", number=head.phase), head.phase_title))
    if outcome.next_on:
        coming = fill("{} <span>{}</span>", voice.day(outcome.next_on), outcome.next_what)
        found.append((voice("Next date"), coming))
    elif outcome.standing is not Standing.COMPLETE:
        found.append((voice("Next date"), voice("none promised")))
    found.append((voice("Tasks closed"), voice("{count} of {total}", count=outcome.closed, total=outcome.total)))
    if head.go_live_on and outcome.next_what != voice("Go-live"):
        found.append((voice("Go-live"), voice.day(head.go_live_on)))
    if figures.invoice:
        forecast = fill(" <span>{}</span>", voice("forecast")) if figures.invoice.is_forecast else EMPTY
        found.append((voice("First invoice"), fill("{}{}", voice.day(figures.invoice.on), forecast)))
    return facts(found, "dates")


def waiting(figures: Figures) -> Block:
    """Who is waited for, for what, since when and until when."""
    waits, voice = figures.outcome.waits, figures.voice
    if not waits:
        return Block(paragraph(voice("Nobody is waited for: every task is closed."), "calm"))
    overdue = voice.badge("stop", say("overdue"))
    rows = [
        [
            wait.party,
            items(wait.tasks[:SHOWN_PER_KIND]),
            voice.day(wait.since),
            lines(voice.day(wait.due_on) or voice("no date"), overdue if wait.is_overdue else EMPTY),
        ]
        for wait in waits
    ]
    columns = {say("Who"): 26, say("For"): 40, say("Since"): 17, say("Due"): 17}
    words = "; ".join(f"{wait.party}: {voice.count(len(wait.tasks), 'task')}" for wait in waits)
    return Block(voice.table(say("Who is waited for"), columns, rows, is_alone=True), words)


def exceptions(figures: Figures) -> Block:
    """What did not go as it should, the gravest first."""
    voice = figures.voice
    if not figures.exceptions:
        return Block(paragraph(voice("There are none."), "calm"))
    shown: list[ExceptionFigure] = []
    more: list[Markup] = []
    for kind in Trouble:
        of_kind = [trouble for trouble in figures.exceptions if trouble.kind is kind]
        shown += of_kind[:SHOWN_PER_KIND]
        if (left := len(of_kind) - SHOWN_PER_KIND) > 0:
            more.append(paragraph(voice("{kind}: {count} more in the data file.", kind=say(kind.value), count=left)))
    rows = [
        [
            one.what,
            voice.badge(TONES[one.kind], one.kind.value),
            lines(one.why, faint(voice.instant(one.at))),
            one.party,
        ]
        for one in shown
    ]
    columns = {say("What"): 27, say("Kind"): 22, say("Why"): 32, say("Whose"): 19}
    if not any(trouble.party for trouble in shown):
        columns = {say("What"): 30, say("Kind"): 22, say("Why"): 48}
        rows = [row[:3] for row in rows]
    html = voice.table(say("Exceptions"), columns, rows, is_alone=True) + join(more)
    return Block(html, voice.count(len(figures.exceptions), "exception"))
