"""The parts of the report about what was ordered: services, users, numbers, records; and where help is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from markupsafe import Markup

from onboarding.domain.number import national
from onboarding.report.delivery import Count, Proof, ServiceFigure, UserFigure, UserService
from onboarding.report.figures import Figures
from onboarding.report.markup import (
    EMPTY,
    NONE,
    Block,
    badge,
    faint,
    fill,
    items,
    join,
    lines,
    link,
    paragraph,
    table,
)
from onboarding.report.numbers import NumberFigure
from onboarding.report.words import count

T = TypeVar("T")

SHOWN_ROWS = 60
"""Rows of users and of numbers that are shown; what needs a look comes first, the rest is in the data file."""

COUNTED = {"Ordered": 12, "Delivered": 12, "Read back": 12, "Reported": 12, "Missing": 12}

PROOFS = {
    Proof.READ_BACK: ("good", "read back"),
    Proof.REPORTED: ("said", "reported"),
    Proof.DIFFERS: ("stop", "differs"),
    Proof.OPEN: ("wait", "not yet"),
    Proof.LEFT_OUT: ("quiet", "left out"),
}


def services(figures: Figures) -> Block:
    """Ordered against delivered, per service, then the company and its sites, then what it means for the bill."""
    rows = [
        [
            lines(service.title, faint(_made_of(service)), faint(_plans(service))),
            *_count_cells(service.count),
        ]
        for service in figures.services
    ]
    columns = {"Service": 40} | COUNTED
    html = table("Services, one for each user", columns, rows, 5) if rows else paragraph("No service was ordered.")
    if figures.things:
        things = [[thing.title, proof_badge(thing.proof)] for thing in figures.things]
        html += table("Company and sites", {"What": 76, "State": 24}, things)
    if figures.migration:
        html += table("Content to move", {"What": 40, "How": 36, "By whom": 24}, figures.migration)
    html += paragraph(figures.billing) if figures.billing else EMPTY
    return Block(html, "; ".join(f"{s.title} {s.count.delivered} of {s.count.ordered}" for s in figures.services))


def _made_of(service: ServiceFigure) -> str:
    return f"made of {', '.join(service.parts)}, counted there" if service.parts else ""


def _plans(service: ServiceFigure) -> str:
    return ", ".join(f"{plan}: {number}" for plan, number in service.plans)


def _count_cells(number: Count) -> list[Markup | str]:
    missing = fill('<strong class="missing">{}</strong>', number.missing) if number.missing else "0"
    return [str(number.ordered), str(number.delivered), str(number.read_back), str(number.reported), missing]


def proof_badge(proof: Proof) -> Markup:
    return badge(*PROOFS[proof])


def users(figures: Figures) -> Block:
    """Every user with services and number; of many users those that need a look come first."""
    if not figures.users:
        return Block(paragraph("No user was ordered."))
    chosen = _chosen(figures.users, [user.is_delivered for user in figures.users])
    rows = [_user_row(user) for user in chosen]
    html = table(
        "Users", {"User": 30, "Site": 16, "Services": 23, "Number": 17, "State": 14}, rows, is_alone=True
    ) + _folded(len(figures.users), "user")
    return Block(html, count(len(figures.users), "user"))


def _user_row(user: UserFigure) -> list[Markup | str]:
    number = lines(
        national(user.number) if user.number else "", faint(f"ext. {user.extension}") if user.extension else ""
    )
    return [
        lines(user.name, faint(user.email)),
        lines(user.site, faint(user.department)),
        _user_services(user.services),
        number,
        proof_badge(user.proof),
    ]


def _user_services(found: Sequence[UserService]) -> Markup:
    """Services on one line each; the state is only spelled out where it is not read back."""
    return join(
        fill('<span class="line">{}{}{}</span>', service.title,
             faint(f" {service.plan}") if service.plan and not service.is_part else EMPTY,
             EMPTY if service.proof is Proof.READ_BACK else fill(" {}", proof_badge(service.proof)))
        for service in found
    )  # fmt: skip


def numbers(figures: Figures) -> Block:
    """Numbers by kind, requests for new ones, then every known number."""
    if not figures.number_counts:
        return Block(paragraph("No telephone number was ordered."))
    kinds = {"port": "Moved from another carrier", "new": "New"}
    rows = [[kinds.get(kind, kind), *_count_cells(number)] for kind, number in figures.number_counts]
    html = table("Ordered and delivered", {"Kind": 40} | COUNTED, rows, 5)
    if figures.requests:
        asked = [
            [f"Area code {row.area_code}", str(row.quantity), str(row.assigned), row.listing or "no", row.e911 or "no"]
            for row in figures.requests
        ]
        columns = {"New numbers": 19, "Ordered": 10, "With a user": 13, "Directory listing": 23, "E911 address": 35}
        html += table("Requests for new numbers", columns, asked)
    chosen = _chosen(figures.numbers, [number.proof.is_delivered for number in figures.numbers])
    if chosen:
        columns = {"Number": 18, "Kind": 20, "User": 21, "E911 address": 25, "State": 16}
        html += table("Every known number", columns, [_number_row(number) for number in chosen])
    return Block(html + _folded(len(figures.numbers), "number"), count(len(figures.numbers), "known number"))


def _number_row(figure: NumberFigure) -> list[Markup | str]:
    kind = (
        lines("moved", faint(f"from {figure.carrier}") if figure.carrier else EMPTY) if figure.kind == "port" else "new"
    )
    who = lines(figure.user or "no user", faint(f"ext. {figure.extension}") if figure.extension else EMPTY)
    return [national(figure.number), kind, who, figure.e911 or NONE, badge(PROOFS[figure.proof][0], figure.state)]


def _chosen(found: Sequence[T], is_fine: Sequence[bool]) -> list[T]:
    """All of a short list in its order; of a long one the first rows, those that need a look before the others."""
    if len(found) <= SHOWN_ROWS:
        return list(found)
    ranked = sorted(zip(is_fine, range(len(found)), strict=True))
    return [found[place] for _, place in ranked[:SHOWN_ROWS]]


def _folded(total: int, noun: str) -> Markup:
    if total <= SHOWN_ROWS:
        return EMPTY
    return paragraph(
        f"{SHOWN_ROWS} of {count(total, noun)} are shown, those that are not yet delivered first. "
        "The totals above count all of them, and the data file beside this report lists all of them.",
        "note",
    )


def dns(figures: Figures) -> Block:
    """The records that point the customer at the service."""
    if not figures.dns:
        return Block(paragraph("No record is part of this provider's set."))
    rows = [[fill("<code>{}</code>", name), kind, fill("<code>{}</code>", value)] for kind, name, value in figures.dns]
    return Block(
        table("DNS records", {"Name": 44, "Type": 10, "Value": 46}, rows, is_alone=True),
        count(len(figures.dns), "record"),
    )


def contacts(figures: Figures) -> Block:
    """Where help is found, and how this report is to be read."""
    entries = [
        fill("{}: {}", contact.title, link(contact.url, contact.url.removeprefix("mailto:") or contact.text))
        if contact.url
        else fill("{}: {}", contact.title, contact.text)
        for contact in figures.contacts
    ]
    html = items(entries) if entries else EMPTY
    html += paragraph(
        f"Days and times are those of {figures.head.zone}. Read back: the outside system was asked afterwards and "
        "showed it as ordered. Reported: a person did the work and said so.",
        "note",
    )
    return Block(html, count(len(entries), "contact"))
