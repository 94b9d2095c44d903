"""The parts of the report about what was ordered: services, users, numbers, records; and where help is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from onboarding import __version__
from onboarding.domain.language import _
from onboarding.domain.report import NUMBERS, SERVICES, USERS
from onboarding.html.classed import badge, faint, lines
from onboarding.html.parts import EMPTY, Markup, details, fill, items, join, link, paragraph
from onboarding.profile.edition import short
from onboarding.report.delivery import Count, DeliveredService, Proof, ServiceFigure, UserFigure
from onboarding.report.figures import Figures
from onboarding.report.formatter import Block, Formatter
from onboarding.report.number_figures import LeftNumber, NumberFigure

T = TypeVar("T")

SHOWN_ROWS = 60
"""Rows of users and of numbers that are shown; what needs a look comes first, the rest is in the data file."""

COUNTED = dict.fromkeys((_("Ordered"), _("Delivered"), _("Read back"), _("Reported"), _("Missing")), 12)

PROOFS = {
    Proof.READ_BACK: ("good", _("read back")),
    Proof.REPORTED: ("said", _("reported")),
    Proof.DIFFERS: ("stop", _("differs")),
    Proof.OPEN: ("wait", _("not yet")),
    Proof.LEFT_OUT: ("quiet", _("left out")),
}


def services(figures: Figures) -> Block:
    """Ordered against delivered, per service, then the company and its sites, then what it means for the bill."""
    formatter, found = figures.formatter, figures.services
    html = paragraph(figures.ordered) if figures.ordered else EMPTY
    if any(tally.is_own for tally in figures.tallies):
        tallies = [(tally.title, tally.count) for tally in figures.tallies if tally.id != SERVICES]
        html += _counted(formatter, _("What was ordered"), _("What"), tallies)
    if found:
        named = [(lines(s.title, faint(_made_of(s, formatter)), faint(_plans(s))), s.count) for s in found]
        html += _counted(formatter, _("Services, one for each user"), _("Service"), named)
    if figures.things:
        things = [[thing.title, formatter.badge(*PROOFS[thing.proof])] for thing in figures.things]
        html += formatter.table(_("Company and sites"), {_("What"): 76, _("State"): 24}, things)
    if figures.migration:
        columns = {_("What"): 40, _("How"): 36, _("By whom"): 24}
        html += formatter.table(_("Content to move"), columns, figures.migration)
    html += paragraph(figures.billing) if figures.billing else EMPTY
    return Block(html, "; ".join(f"{s.title} {s.count.delivered}/{s.count.ordered}" for s in found))


def _made_of(service: ServiceFigure, formatter: Formatter) -> str:
    return formatter("made of {parts}, counted there", parts=list(service.parts)) if service.parts else ""


def _plans(service: ServiceFigure) -> str:
    return ", ".join(f"{plan}: {number}" for plan, number in service.plans)


def _counted(formatter: Formatter, caption: str, what: str, found: Iterable[tuple[object, Count]]) -> Markup:
    """A table of things, how many of each were ordered, and how many are there."""
    rows = []
    for title, number in found:
        missing = fill('<strong class="missing">{}</strong>', number.missing) if number.missing else 0
        rows.append([title, number.ordered, number.delivered, number.read_back, number.reported, missing])
    return formatter.table(caption, {what: 40} | COUNTED, rows, 5)


def users(figures: Figures) -> Block:
    """Every user with services and number; of many users those that need a look come first."""
    formatter = figures.formatter
    if not figures.users or not figures.shows(USERS):
        return Block(EMPTY)
    chosen = _chosen(figures.users, [user.is_delivered for user in figures.users])
    columns = {_("User"): 30, _("Site"): 16, _("Services"): 23, _("Number"): 17, _("State"): 14}
    total = formatter.count(len(figures.users), "user")
    is_settled = all(user.proof.is_delivered for user in figures.users)
    rows = [_user_row(user, formatter) for user in chosen]
    html = formatter.settled_table(_("Users"), columns, rows, is_settled)
    return Block(html + _folded(len(figures.users), total, formatter), total)


def _user_row(user: UserFigure, formatter: Formatter) -> list[Markup]:
    return [
        lines(user.name, faint(user.email)),
        lines(user.site, faint(user.department)),
        _user_services(user.services, user.proof, formatter),
        lines(formatter.number(user.number), _extension(user.extension, formatter)),
        formatter.badge(*PROOFS[user.proof]),
    ]


def _user_services(found: Sequence[DeliveredService], proof: Proof, formatter: Formatter) -> Markup:
    """Services on one line each; the state is only spelled out where it is not that of the user."""
    return join(
        fill('<span class="line">{}{}{}</span>', service.title,
             faint(f" {service.plan}") if service.plan and not service.is_part else EMPTY,
             EMPTY if service.proof is proof else fill(" {}", formatter.badge(*PROOFS[service.proof])))
        for service in found
    )  # fmt: skip


def _extension(extension: str, formatter: Formatter) -> Markup:
    return faint(formatter("ext. {extension}", extension=extension)) if extension else EMPTY


def numbers(figures: Figures) -> Block:
    """Numbers by kind, requests for new ones, every known number, then those that nobody uses any more."""
    formatter, found = figures.formatter, figures.numbers
    left = _left(figures.left_numbers, formatter)
    if not figures.number_counts or not figures.shows(NUMBERS):
        return Block(left)
    carriers = {figure.carrier for figure in found if figure.kind == "port"}
    moved = (
        formatter("Moved from {carrier}", carrier=next(iter(carriers))) if len(carriers) == 1 and all(carriers) else ""
    )
    kinds = {"port": moved or formatter("Moved from another carrier"), "new": formatter("New")}
    counts = [(kinds.get(kind, kind), number) for kind, number in figures.number_counts]
    html = _counted(formatter, _("Ordered and delivered"), _("Kind"), counts)
    if figures.requests:
        asked = [
            [formatter("Area code {code}", code=row.area_code), row.quantity, row.assigned,
             row.listing or formatter("no"), row.e911 or formatter("no")]
            for row in figures.requests
        ]  # fmt: skip
        columns = {_("New numbers"): 19, _("Ordered"): 10, _("With a user"): 13, _("Directory listing"): 23,
                   _("E911 address"): 35}  # fmt: skip
        html += formatter.table(_("Requests for new numbers"), columns, asked)
    if found:
        html += _known(_chosen(found, [one.proof.is_delivered for one in found]), len(carriers) > 1, formatter)
    html += _folded(len(found), formatter.count(len(found), "number"), formatter)
    return Block(html + left, formatter.count(len(found), "known number"))


def _left(found: Sequence[LeftNumber], formatter: Formatter) -> Markup:
    """Numbers that are parked, were given up, or are another carrier's."""
    if not found:
        return EMPTY
    columns = {_("Number"): 25, _("State"): 25, _("Since"): 25, _("Given to nobody before"): 25}
    rows = [
        [formatter.number(one.number), formatter(one.state), formatter.day(one.since), formatter.day(one.until)]
        for one in found[:SHOWN_ROWS]
    ]
    html = formatter.table(_("Numbers that nobody uses any more"), columns, rows)
    return html + _folded(len(found), formatter.count(len(found), "number"), formatter)


def _known(found: Sequence[NumberFigure], with_carrier: bool, formatter: Formatter) -> Markup:
    columns = {_("Number"): 18, _("Kind"): 20, _("User"): 21, _("E911 address"): 25, _("State"): 16}
    rows = [_number_row(number, formatter, with_carrier) for number in found]
    if not any(number.e911 for number in found):
        columns = {_("Number"): 22, _("Kind"): 24, _("User"): 36, _("State"): 18}
        rows = [[*row[:3], row[4]] for row in rows]
    is_settled = all(number.proof.is_delivered for number in found)
    return formatter.settled_table(_("Every known number"), columns, rows, is_settled)


def _number_row(figure: NumberFigure, formatter: Formatter, with_carrier: bool) -> list[Markup | str]:
    kind: Markup | str = formatter("new")
    if figure.kind == "port":
        source = (
            faint(formatter("from {carrier}", carrier=figure.carrier)) if with_carrier and figure.carrier else EMPTY
        )
        kind = lines(formatter("moved"), source)
    who = lines(figure.user or formatter("no user"), _extension(figure.extension, formatter))
    return [formatter.number(figure.number), kind, who, figure.e911, badge(PROOFS[figure.proof][0], figure.state)]


def _chosen(found: Sequence[T], is_fine: Sequence[bool]) -> list[T]:
    """All of a short list in its order; of a long one the first rows, those that need a look before the others."""
    if len(found) <= SHOWN_ROWS:
        return list(found)
    ranked = sorted(range(len(found)), key=is_fine.__getitem__)
    return [found[place] for place in ranked[:SHOWN_ROWS]]


def _folded(total: int, words: str, formatter: Formatter) -> Markup:
    text = _(
        "{count} of {all} are shown, those that are not yet delivered first. "
        "The totals above count all of them, and the data file beside this report lists all of them."
    )
    return paragraph(formatter(text, count=SHOWN_ROWS, all=words), "note") if total > SHOWN_ROWS else EMPTY


def dns(figures: Figures) -> Block:
    """The records that point the customer at the service."""
    if not figures.dns:
        return Block(EMPTY)
    code = "<code>{}</code>"
    rows = [[fill(code, name), kind, fill(code, value)] for kind, name, value in figures.dns]
    columns = {_("Name"): 44, _("Type"): 10, _("Value"): 46}
    html = figures.formatter.table(_("DNS records"), columns, rows, is_alone=True)
    return Block(html, figures.formatter.count(len(rows), "record"))


def _made_by(figures: Figures) -> str:
    """By which edition of the profile the customer is served, and which version of the program wrote the report."""
    head, formatter = figures.head, figures.formatter
    text = _("Edition {edition} of the profile, version {version} of the program.")
    if not head.edition:
        text = _("Version {version} of the program.")
    made = formatter(text, edition=short(head.edition), version=__version__)
    return " ".join(filter(None, [made, formatter(head.own_files)]))


def contacts(figures: Figures) -> Block:
    """Where help is found, and how this report is to be read."""
    formatter = figures.formatter
    entries = [
        fill("{}: {}", one.title, link(one.url, one.url.removeprefix("mailto:") or one.text))
        for one in figures.contacts
    ]
    text = _(
        "Days and times are those of {zone}. Read back: the outside system was asked afterwards and "
        "showed it as ordered. Reported: a person did the work and said so."
    )
    html = (items(entries) if entries else EMPTY) + _references(figures)
    html += paragraph(formatter(text, zone=figures.head.zone), "note")
    html += paragraph(_made_by(figures), "note")
    if figures.reseller and figures.reseller.letter_head:
        html += paragraph(lines(*figures.reseller.letter_head), "letter-head")
    return Block(html, formatter.count(len(entries), "contact"))


def _references(figures: Figures) -> Markup:
    """The guide's links and words, under one line."""
    found = [fill("{}{}", link(one.url, one.title), f": {one.text}" if one.text else "") for one in figures.references]
    return details(figures.formatter("Links and words of the guide"), items(found)) if found else EMPTY
