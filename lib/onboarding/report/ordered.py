"""The parts of the report about what was ordered: services, users, numbers, records; and where help is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from onboarding.domain.language import say
from onboarding.domain.number import national
from onboarding.domain.report import NUMBERS, SERVICES, USERS
from onboarding.html.classed import NONE, badge, faint, lines, table
from onboarding.html.parts import EMPTY, Markup, fill, items, join, link, paragraph
from onboarding.report.delivery import Count, Proof, ServiceFigure, UserFigure, UserService
from onboarding.report.figures import Figures
from onboarding.report.fragment import Block
from onboarding.report.numbers import NumberFigure
from onboarding.report.words import Voice

T = TypeVar("T")

SHOWN_ROWS = 60
"""Rows of users and of numbers that are shown; what needs a look comes first, the rest is in the data file."""

COUNTED = {say("Ordered"): 12, say("Delivered"): 12, say("Read back"): 12, say("Reported"): 12, say("Missing"): 12}

PROOFS = {
    Proof.READ_BACK: ("good", say("read back")),
    Proof.REPORTED: ("said", say("reported")),
    Proof.DIFFERS: ("stop", say("differs")),
    Proof.OPEN: ("wait", say("not yet")),
    Proof.LEFT_OUT: ("quiet", say("left out")),
}


def services(figures: Figures) -> Block:
    """Ordered against delivered, per service, then the company and its sites, then what it means for the bill."""
    voice = figures.voice
    rows = [
        [
            lines(service.title, faint(_made_of(service, voice)), faint(_plans(service))),
            *_count_cells(service.count),
        ]
        for service in figures.services
    ]
    columns = voice.heads({say("Service"): 40} | COUNTED)
    html = paragraph(figures.ordered) if figures.ordered else EMPTY
    if any(tally.is_own for tally in figures.tallies):
        counted = [[t.title, *_count_cells(t.count)] for t in figures.tallies if t.id != SERVICES]
        html += table(voice("What was ordered"), voice.heads({say("What"): 40} | COUNTED), counted, 5)
    if rows:
        html += table(voice("Services, one for each user"), columns, rows, 5)
    if figures.things:
        things = [[thing.title, proof_badge(thing.proof, voice)] for thing in figures.things]
        html += table(voice("Company and sites"), voice.heads({say("What"): 76, say("State"): 24}), things)
    if figures.migration:
        columns = voice.heads({say("What"): 40, say("How"): 36, say("By whom"): 24})
        html += table(voice("Content to move"), columns, figures.migration)
    html += paragraph(figures.billing) if figures.billing else EMPTY
    return Block(html, "; ".join(f"{s.title} {s.count.delivered}/{s.count.ordered}" for s in figures.services))


def _made_of(service: ServiceFigure, voice: Voice) -> str:
    return voice("made of {parts}, counted there", parts=list(service.parts)) if service.parts else ""


def _plans(service: ServiceFigure) -> str:
    return ", ".join(f"{plan}: {number}" for plan, number in service.plans)


def _count_cells(number: Count) -> list[Markup | str]:
    missing = fill('<strong class="missing">{}</strong>', number.missing) if number.missing else "0"
    return [str(number.ordered), str(number.delivered), str(number.read_back), str(number.reported), missing]


def proof_badge(proof: Proof, voice: Voice) -> Markup:
    tone, word = PROOFS[proof]
    return badge(tone, voice(word))


def users(figures: Figures) -> Block:
    """Every user with services and number; of many users those that need a look come first."""
    voice = figures.voice
    if not figures.users or not figures.shows(USERS):
        return Block(EMPTY)
    chosen = _chosen(figures.users, [user.is_delivered for user in figures.users])
    rows = [_user_row(user, voice) for user in chosen]
    columns = voice.heads({say("User"): 30, say("Site"): 16, say("Services"): 23, say("Number"): 17, say("State"): 14})
    total = voice.count(len(figures.users), "user")
    html = table(voice("Users"), columns, rows, is_alone=True) + _folded(len(figures.users), total, voice)
    return Block(html, total)


def _user_row(user: UserFigure, voice: Voice) -> list[Markup | str]:
    number = lines(
        national(user.number) if user.number else "",
        faint(voice("ext. {extension}", extension=user.extension)) if user.extension else "",
    )
    return [
        lines(user.name, faint(user.email)),
        lines(user.site, faint(user.department)),
        _user_services(user.services, user.proof, voice),
        number,
        proof_badge(user.proof, voice),
    ]


def _user_services(found: Sequence[UserService], proof: Proof, voice: Voice) -> Markup:
    """Services on one line each; the state is only spelled out where it is not that of the user."""
    return join(
        fill('<span class="line">{}{}{}</span>', service.title,
             faint(f" {service.plan}") if service.plan and not service.is_part else EMPTY,
             EMPTY if service.proof is proof else fill(" {}", proof_badge(service.proof, voice)))
        for service in found
    )  # fmt: skip


def numbers(figures: Figures) -> Block:
    """Numbers by kind, requests for new ones, then every known number."""
    voice = figures.voice
    if not figures.number_counts or not figures.shows(NUMBERS):
        return Block(EMPTY)
    carriers = {figure.carrier for figure in figures.numbers if figure.kind == "port"}
    moved = voice("Moved from {carrier}", carrier=next(iter(carriers))) if len(carriers) == 1 and all(carriers) else ""
    kinds = {"port": moved or voice("Moved from another carrier"), "new": voice("New")}
    rows = [[kinds.get(kind, kind), *_count_cells(number)] for kind, number in figures.number_counts]
    html = table(voice("Ordered and delivered"), voice.heads({say("Kind"): 40} | COUNTED), rows, 5)
    if figures.requests:
        asked = [
            [
                voice("Area code {code}", code=row.area_code),
                str(row.quantity),
                str(row.assigned),
                row.listing or voice("no"),
                row.e911 or voice("no"),
            ]
            for row in figures.requests
        ]
        columns = {
            say("New numbers"): 19,
            say("Ordered"): 10,
            say("With a user"): 13,
            say("Directory listing"): 23,
            say("E911 address"): 35,
        }
        html += table(voice("Requests for new numbers"), voice.heads(columns), asked)
    chosen = _chosen(figures.numbers, [number.proof.is_delivered for number in figures.numbers])
    if chosen:
        columns = {say("Number"): 18, say("Kind"): 20, say("User"): 21, say("E911 address"): 25, say("State"): 16}
        rows = [_number_row(number, voice, len(carriers) > 1) for number in chosen]
        if not any(number.e911 for number in chosen):
            columns = {say("Number"): 22, say("Kind"): 24, say("User"): 36, say("State"): 18}
            rows = [[*row[:3], row[4]] for row in rows]
        html += table(voice("Every known number"), voice.heads(columns), rows)
    folded = _folded(len(figures.numbers), voice.count(len(figures.numbers), "number"), voice)
    return Block(html + folded, voice.count(len(figures.numbers), "known number"))


def _number_row(figure: NumberFigure, voice: Voice, with_carrier: bool) -> list[Markup | str]:
    kind: Markup | str = voice("new")
    if figure.kind == "port":
        source = faint(voice("from {carrier}", carrier=figure.carrier)) if with_carrier and figure.carrier else EMPTY
        kind = lines(voice("moved"), source)
    extension = faint(voice("ext. {extension}", extension=figure.extension)) if figure.extension else EMPTY
    who = lines(figure.user or voice("no user"), extension)
    return [national(figure.number), kind, who, figure.e911 or NONE, badge(PROOFS[figure.proof][0], figure.state)]


def _chosen(found: Sequence[T], is_fine: Sequence[bool]) -> list[T]:
    """All of a short list in its order; of a long one the first rows, those that need a look before the others."""
    if len(found) <= SHOWN_ROWS:
        return list(found)
    ranked = sorted(zip(is_fine, range(len(found)), strict=True))
    return [found[place] for _, place in ranked[:SHOWN_ROWS]]


def _folded(total: int, words: str, voice: Voice) -> Markup:
    if total <= SHOWN_ROWS:
        return EMPTY
    return paragraph(
        voice(
            "{count} of {all} are shown, those that are not yet delivered first. "
            "The totals above count all of them, and the data file beside this report lists all of them.",
            count=SHOWN_ROWS,
            all=words,
        ),
        "note",
    )


def dns(figures: Figures) -> Block:
    """The records that point the customer at the service."""
    voice = figures.voice
    if not figures.dns:
        return Block(EMPTY)
    rows = [[fill("<code>{}</code>", name), kind, fill("<code>{}</code>", value)] for kind, name, value in figures.dns]
    return Block(
        table(
            voice("DNS records"),
            voice.heads({say("Name"): 44, say("Type"): 10, say("Value"): 46}),
            rows,
            is_alone=True,
        ),
        voice.count(len(figures.dns), "record"),
    )


def contacts(figures: Figures) -> Block:
    """Where help is found, and how this report is to be read."""
    voice = figures.voice
    entries = [
        fill("{}: {}", contact.title, link(contact.url, contact.url.removeprefix("mailto:") or contact.text))
        if contact.url
        else fill("{}: {}", contact.title, contact.text)
        for contact in figures.contacts
    ]
    html = items(entries) if entries else EMPTY
    html += paragraph(
        voice(
            "Days and times are those of {zone}. Read back: the outside system was asked afterwards and "
            "showed it as ordered. Reported: a person did the work and said so.",
            zone=figures.head.zone,
        ),
        "note",
    )
    return Block(html, voice.count(len(entries), "contact"))
