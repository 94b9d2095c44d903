"""The first parts of the report: the outcome, who is waited for, and what did not go as it should."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onboarding.domain.language import _
from onboarding.domain.report import HEADLINES
from onboarding.html.classed import badge, facts, faint, lines
from onboarding.html.parts import EMPTY, Markup, fill, items, join, paragraph
from onboarding.report.delivery import Count
from onboarding.report.exceptions import ExceptionFigure, Trouble
from onboarding.report.figures import Figures
from onboarding.report.formatter import Block, Formatter
from onboarding.report.head_figures import ReportHead
from onboarding.report.outcome_figures import ReportStanding

SHOWN_PER_KIND = 20
"""Exceptions of one kind that are shown."""

STANDINGS = {
    ReportStanding.COMPLETE: ("good", _("Complete")),
    ReportStanding.WAITING: ("wait", _("Not complete")),
    ReportStanding.STOPPED: ("stop", _("Stopped")),
    ReportStanding.ENDED: ("quiet", _("Ended")),
}
TONES = dict.fromkeys(Trouble, "stop") | {
    Trouble.UNKNOWN: "doubt",
    Trouble.MISSING_ANSWER: "wait",
    Trouble.MISSED: "note",
    Trouble.WAIVED: "note",
    Trouble.SKIPPED: "quiet",
    Trouble.NOT_READ_BACK: "said",
    Trouble.ADOPTED: "said",
    Trouble.DRIFT: "quiet",
    Trouble.LEFT_BEHIND: "quiet",
    Trouble.DATED: "note",
    Trouble.WARNING: "note",
}


def heading(figures: Figures) -> Block:
    """The first screen: whom it is about, whether it is complete, how much is there, what comes next."""
    head, outcome, formatter = figures.head, figures.outcome, figures.formatter
    tone, word = STANDINGS[outcome.standing]
    stands = formatter(word)
    html = fill(
        '<header class="head {}">{}<p class="kicker">{} · {}</p><h1>{}</h1>'
        '<p class="verdict">{}{} <span class="asof">{}</span></p>'
        '<p class="sentence">{}</p>{}{}</header>',
        tone, _brand(figures), figures.title, head.provider, head.name, badge(tone, stands),
        badge("note", formatter("training customer")) if head.is_training else EMPTY, _as_of(head, formatter),
        outcome.sentence, _tallies(figures), _dates(figures),
    )  # fmt: skip
    title = formatter("{name}: completion report, {provider}, {day}", name=head.name, provider=head.provider,
                  day=formatter.day(head.as_of))  # fmt: skip
    shown = {"title": title, "lang": figures.language.code}
    return Block(html, f"{head.name}: {stands}. {outcome.sentence}", shown)


def _brand(figures: Figures) -> Markup:
    """The reseller in whose name the report is sent, with its picture where it has one."""
    if (one := figures.reseller) is None:
        return EMPTY
    picture = fill('<img src="{}" alt=""> ', one.logo) if one.logo else EMPTY
    return fill('<p class="brand">{}{}</p>', picture, one.name)


def _as_of(head: ReportHead, formatter: Formatter) -> Markup:
    time = fill('<time datetime="{}">{}</time>', head.as_of.isoformat(), formatter.day(head.as_of))
    before, _, after = formatter("as of {day}").partition("{day}")
    return fill("{}{}{}", before, time, after)


def _tallies(figures: Figures) -> Markup:
    found = [_tally(tally.title, tally.count, figures.formatter) for tally in figures.tallies[:HEADLINES]]
    return fill('<dl class="tallies">{}</dl>', join(found))


def _tally(what: str, number: Count, formatter: Formatter) -> Markup:
    if not number.ordered:
        return fill("<div><dt>{}</dt><dd><b>&ndash;</b> <span>{}</span></dd></div>", what, formatter("none ordered"))
    return fill(
        '<div class="{}"><dt>{}</dt><dd><b>{}</b> <span>{}</span></dd></div>',
        "part" if number.missing else "full", what, number.delivered,
        formatter("of {count} delivered", count=number.ordered),
    )  # fmt: skip


def _dates(figures: Figures) -> Markup:
    outcome, head, formatter = figures.outcome, figures.head, figures.formatter
    found: list[tuple[str, Markup | str]] = []
    if head.phase > 1:
        found.append((formatter("Phase {number}", number=head.phase), head.phase_title))
    if outcome.next_on:
        coming = fill("{} <span>{}</span>", formatter.day(outcome.next_on), outcome.next_what)
        found.append((formatter("Next date"), coming))
    elif outcome.standing not in (ReportStanding.COMPLETE, ReportStanding.ENDED):
        found.append((formatter("Next date"), formatter("none promised")))
    if figures.beside:
        found.append((formatter("Other services"), ", ".join(figures.beside)))
    found.append(
        (formatter("Tasks closed"), formatter("{count} of {total}", count=outcome.closed, total=outcome.total))
    )
    found += _go_live(figures)
    if figures.invoice:
        forecast = fill(" <span>{}</span>", formatter("forecast")) if figures.invoice.is_forecast else EMPTY
        found.append((formatter("First invoice"), fill("{}{}", formatter.day(figures.invoice.on), forecast)))
    return facts(found, "dates")


def _go_live(figures: Figures) -> Iterator[tuple[str, Markup | str]]:
    """When the customer is to be live, by whose word; where no task brings that about, only what was wanted."""
    found, formatter, outcome = figures.go_live, figures.formatter, figures.outcome
    if found.forecast_on is None:
        if figures.head.go_live_on and outcome.next_what != formatter("Go-live"):
            is_over = outcome.standing is ReportStanding.ENDED
            label = formatter("Go-live wanted") if is_over else formatter("Go-live")
            yield label, formatter.day(figures.head.go_live_on)
        return
    title = fill(" <span>{}</span>", found.title) if found.title else EMPTY
    if found.wanted_on:
        yield formatter("Go-live wanted"), formatter.day(found.wanted_on)
    if found.promised_on:
        yield formatter("Go-live promised"), formatter.day(found.promised_on)
    if found.live_on:
        yield formatter("Live since"), fill("{}{}", formatter.day(found.live_on), title)
        return
    yield formatter("Go-live expected"), fill("{}{}", formatter.day(found.forecast_on), title)
    if found.earliest_on:
        yield formatter("Earliest possible"), formatter.day(found.earliest_on)


def waiting(figures: Figures) -> Block:
    """Who is waited for, for what, since when and until when."""
    waits, formatter = figures.outcome.waits, figures.formatter
    if figures.outcome.standing is ReportStanding.ENDED:
        return Block(paragraph(formatter("Nobody is waited for: nothing is done any more."), "calm"))
    if not waits:
        return Block(paragraph(formatter("Nobody is waited for: every task is closed."), "calm"))
    overdue = formatter.badge("stop", _("overdue"))
    rows = [
        [
            wait.party,
            items(wait.tasks[:SHOWN_PER_KIND]),
            formatter.day(wait.since),
            lines(formatter.day(wait.due_on) or formatter("no date"), overdue if wait.is_overdue else EMPTY),
        ]
        for wait in waits
    ]
    columns = {_("Who"): 26, _("For"): 40, _("Since"): 17, _("Due"): 17}
    words = "; ".join(f"{wait.party}: {formatter.count(len(wait.tasks), 'task')}" for wait in waits)
    late = join(paragraph(sentence) for sentence in figures.go_live.late)
    return Block(formatter.table(_("Who is waited for"), columns, rows, is_alone=True) + late, words)


def exceptions(figures: Figures) -> Block:
    """What did not go as it should, the gravest first; apart from it what was only stated at adoption."""
    formatter = figures.formatter
    if not figures.exceptions:
        return Block(paragraph(formatter("There are none."), "calm"))
    stated = [one for one in figures.exceptions if one.kind is Trouble.ADOPTED]
    others = [one for one in figures.exceptions if one.kind is not Trouble.ADOPTED]
    html = _troubles(_("Exceptions"), others, formatter) if others else EMPTY
    html += _troubles(_("Stated at adoption, not verified"), stated, formatter, is_apart=True) if stated else EMPTY
    return Block(html, formatter.count(len(figures.exceptions), "exception"))


def _troubles(title: str, found: Sequence[ExceptionFigure], formatter: Formatter, is_apart: bool = False) -> Markup:
    """A table of exceptions, of each kind the first ones; with its title where it stands apart."""
    shown: list[ExceptionFigure] = []
    more: list[Markup] = []
    for kind in Trouble:
        of_kind = [trouble for trouble in found if trouble.kind is kind]
        shown += of_kind[:SHOWN_PER_KIND]
        if (left := len(of_kind) - SHOWN_PER_KIND) > 0:
            more.append(paragraph(formatter("{kind}: {count} more in the data file.", kind=_(kind.value), count=left)))
    rows = [
        [
            one.what,
            formatter.badge(TONES[one.kind], one.kind.value),
            lines(one.why, faint(formatter.instant(one.at))),
            one.party,
        ]
        for one in shown
    ]
    columns = {_("What"): 27, _("Kind"): 22, _("Why"): 32, _("Whose"): 19}
    if not any(trouble.party for trouble in shown):
        columns = {_("What"): 30, _("Kind"): 22, _("Why"): 48}
        rows = [row[:3] for row in rows]
    return formatter.table(title, columns, rows, is_alone=not is_apart) + join(more)
