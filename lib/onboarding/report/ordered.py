"""The parts of the report about what was ordered: services, users, numbers, records; and where help is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from onboarding.domain.language import say
from onboarding.domain.number import national
from onboarding.domain.report import NUMBERS, SERVICES, USERS
from onboarding.html.classed import badge, faint, lines
from onboarding.html.parts import EMPTY, Markup, fill, items, join, link, paragraph
from onboarding.report.delivery import Count, Proof, ServiceFigure, UserFigure, UserService
from onboarding.report.figures import Figures
from onboarding.report.numbers import NumberFigure
from onboarding.report.words import Block, Voice

T = TypeVar("T")

SHOWN_ROWS = 60
"""Rows of users and of numbers that are shown; what needs a look comes first, the rest is in the data file."""

COUNTED = dict.fromkeys((say("Ordered"), say("Delivered"), say("Read back"), say("Reported"), say("Missing")), 12)

PROOFS = {
    Proof.READ_BACK: ("good", say("read back")),
    Proof.REPORTED: ("said", say("reported")),
    Proof.DIFFERS: ("stop", say("differs")),
    Proof.OPEN: ("wait", say("not yet")),
    Proof.LEFT_OUT: ("quiet", say("left out")),
}


def services(figures: Figures) -> Block:
    """Ordered against delivered, per service, then the company and its sites, then what it means for the bill."""
    voice, found = figures.voice, figures.services
    html = paragraph(figures.ordered) if figures.ordered else EMPTY
    if any(tally.is_own for tally in figures.tallies):
        tallies = [(tally.title, tally.count) for tally in figures.tallies if tally.id != SERVICES]
        html += _counted(voice, say("What was ordered"), say("What"), tallies)
    if found:
        named = [(lines(s.title, faint(_made_of(s, voice)), faint(_plans(s))), s.count) for s in found]
        html += _counted(voice, say("Services, one for each user"), say("Service"), named)
    if figures.things:
        things = [[thing.title, voice.badge(*PROOFS[thing.proof])] for thing in figures.things]
        html += voice.table(say("Company and sites"), {say("What"): 76, say("State"): 24}, things)
    if figures.migration:
        columns = {say("What"): 40, say("How"): 36, say("By whom"): 24}
        html += voice.table(say("Content to move"), columns, figures.migration)
    html += paragraph(figures.billing) if figures.billing else EMPTY
    return Block(html, "; ".join(f"{s.title} {s.count.delivered}/{s.count.ordered}" for s in found))


def _made_of(service: ServiceFigure, voice: Voice) -> str:
    return voice("made of {parts}, counted there", parts=list(service.parts)) if service.parts else ""


def _plans(service: ServiceFigure) -> str:
    return ", ".join(f"{plan}: {number}" for plan, number in service.plans)


def _counted(voice: Voice, caption: str, what: str, found: Iterable[tuple[object, Count]]) -> Markup:
    """A table of things, how many of each were ordered, and how many are there."""
    rows = []
    for title, number in found:
        missing = fill('<strong class="missing">{}</strong>', number.missing) if number.missing else 0
        rows.append([title, number.ordered, number.delivered, number.read_back, number.reported, missing])
    return voice.table(caption, {what: 40} | COUNTED, rows, 5)


def users(figures: Figures) -> Block:
    """Every user with services and number; of many users those that need a look come first."""
    voice = figures.voice
    if not figures.users or not figures.shows(USERS):
        return Block(EMPTY)
    chosen = _chosen(figures.users, [user.is_delivered for user in figures.users])
    columns = {say("User"): 30, say("Site"): 16, say("Services"): 23, say("Number"): 17, say("State"): 14}
    total = voice.count(len(figures.users), "user")
    html = voice.table(say("Users"), columns, [_user_row(user, voice) for user in chosen], is_alone=True)
    return Block(html + _folded(len(figures.users), total, voice), total)


def _user_row(user: UserFigure, voice: Voice) -> list[Markup]:
    return [
        lines(user.name, faint(user.email)),
        lines(user.site, faint(user.department)),
        _user_services(user.services, user.proof, voice),
        lines(national(user.number) if user.number else "", _extension(user.extension, voice)),
        voice.badge(*PROOFS[user.proof]),
    ]


def _user_services(found: Sequence[UserService], proof: Proof, voice: Voice) -> Markup:
    """Services on one line each; the state is only spelled out where it is not that of the user."""
    return join(
        fill('<span class="line">{}{}{}</span>', service.title,
             faint(f" {service.plan}") if service.plan and not service.is_part else EMPTY,
             EMPTY if service.proof is proof else fill(" {}", voice.badge(*PROOFS[service.proof])))
        for service in found
    )  # fmt: skip


def _extension(extension: str, voice: Voice) -> Markup:
    return faint(voice("ext. {extension}", extension=extension)) if extension else EMPTY


def numbers(figures: Figures) -> Block:
    """Numbers by kind, requests for new ones, then every known number."""
    voice, found = figures.voice, figures.numbers
    if not figures.number_counts or not figures.shows(NUMBERS):
        return Block(EMPTY)
    carriers = {figure.carrier for figure in found if figure.kind == "port"}
    moved = voice("Moved from {carrier}", carrier=next(iter(carriers))) if len(carriers) == 1 and all(carriers) else ""
    kinds = {"port": moved or voice("Moved from another carrier"), "new": voice("New")}
    counts = [(kinds.get(kind, kind), number) for kind, number in figures.number_counts]
    html = _counted(voice, say("Ordered and delivered"), say("Kind"), counts)
    if figures.requests:
        asked = [
            [voice("Area code {code}", code=row.area_code), row.quantity, row.assigned, row.listing or voice("no"),
             row.e911 or voice("no")]
            for row in figures.requests
        ]  # fmt: skip
        columns = {say("New numbers"): 19, say("Ordered"): 10, say("With a user"): 13, say("Directory listing"): 23,
                   say("E911 address"): 35}  # fmt: skip
        html += voice.table(say("Requests for new numbers"), columns, asked)
    if found:
        html += _known(_chosen(found, [one.proof.is_delivered for one in found]), len(carriers) > 1, voice)
    html += _folded(len(found), voice.count(len(found), "number"), voice)
    return Block(html, voice.count(len(found), "known number"))


def _known(found: Sequence[NumberFigure], with_carrier: bool, voice: Voice) -> Markup:
    columns = {say("Number"): 18, say("Kind"): 20, say("User"): 21, say("E911 address"): 25, say("State"): 16}
    rows = [_number_row(number, voice, with_carrier) for number in found]
    if not any(number.e911 for number in found):
        columns = {say("Number"): 22, say("Kind"): 24, say("User"): 36, say("State"): 18}
        rows = [[*row[:3], row[4]] for row in rows]
    return voice.table(say("Every known number"), columns, rows)


def _number_row(figure: NumberFigure, voice: Voice, with_carrier: bool) -> list[Markup | str]:
    kind: Markup | str = voice("new")
    if figure.kind == "port":
        source = faint(voice("from {carrier}", carrier=figure.carrier)) if with_carrier and figure.carrier else EMPTY
        kind = lines(voice("moved"), source)
    who = lines(figure.user or voice("no user"), _extension(figure.extension, voice))
    return [national(figure.number), kind, who, figure.e911, badge(PROOFS[figure.proof][0], figure.state)]


def _chosen(found: Sequence[T], is_fine: Sequence[bool]) -> list[T]:
    """All of a short list in its order; of a long one the first rows, those that need a look before the others."""
    if len(found) <= SHOWN_ROWS:
        return list(found)
    ranked = sorted(range(len(found)), key=is_fine.__getitem__)
    return [found[place] for place in ranked[:SHOWN_ROWS]]


def _folded(total: int, words: str, voice: Voice) -> Markup:
    text = say(
        "{count} of {all} are shown, those that are not yet delivered first. "
        "The totals above count all of them, and the data file beside this report lists all of them."
    )
    return paragraph(voice(text, count=SHOWN_ROWS, all=words), "note") if total > SHOWN_ROWS else EMPTY


def dns(figures: Figures) -> Block:
    """The records that point the customer at the service."""
    if not figures.dns:
        return Block(EMPTY)
    code = "<code>{}</code>"
    rows = [[fill(code, name), kind, fill(code, value)] for kind, name, value in figures.dns]
    columns = {say("Name"): 44, say("Type"): 10, say("Value"): 46}
    html = figures.voice.table(say("DNS records"), columns, rows, is_alone=True)
    return Block(html, figures.voice.count(len(rows), "record"))


def contacts(figures: Figures) -> Block:
    """Where help is found, and how this report is to be read."""
    voice = figures.voice
    entries = [
        fill("{}: {}", one.title, link(one.url, one.url.removeprefix("mailto:") or one.text))
        for one in figures.contacts
    ]
    text = say(
        "Days and times are those of {zone}. Read back: the outside system was asked afterwards and "
        "showed it as ordered. Reported: a person did the work and said so."
    )
    html = (items(entries) if entries else EMPTY) + paragraph(voice(text, zone=figures.head.zone), "note")
    return Block(html, voice.count(len(entries), "contact"))
