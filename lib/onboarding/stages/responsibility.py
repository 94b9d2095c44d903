"""Who does what at a stage, with durations, as the guides print it; and who may decide in which role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from onboarding.answers.sheet_layout import described
from onboarding.domain.history import PartyConfirmation
from onboarding.domain.people import Directory, Person
from onboarding.domain.task import Channel, Task
from onboarding.profile.model import Profile
from onboarding.stages.context import Context

COLUMNS = "columns"
"""``data.responsibilities`` of a profile whose guide shows two columns, the customer's and the provider's."""

CHANNELS = {
    Channel.PORTAL: "In the portal",
    Channel.ENGINEER: "By engineers only",
    Channel.EITHER: "",
    Channel.EMAIL: "By e-mail",
    Channel.CALL: "By telephone",
    Channel.VISIT: "On site",
    Channel.AUTOMATION: "By itself",
    Channel.PAPER: "On paper",
}


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One line. ``is_inferred``: the guide does not say who it is, and nobody has confirmed it yet."""

    task: str
    title: str
    party: str
    side: str
    is_inferred: bool
    confirmed_by: str
    lead: str
    effort: str
    comments: tuple[str, ...]

    @property
    def assigned_to(self) -> str:
        if self.confirmed_by:
            return f"{self.party} (confirmed by {self.confirmed_by})"
        return f"{self.party} (inferred)" if self.is_inferred else self.party

    @property
    def duration(self) -> str:
        return "; ".join(part for part in (self.lead, self.effort) if part)


def responsibilities(
    profile: Profile, stage: str, confirmed: Mapping[str, PartyConfirmation] | None = None
) -> list[Responsibility]:
    """The lines of one stage in the profile's order; ``profile`` as it holds for the customer, where there is one."""
    return [_line(task, profile, (confirmed or {}).get(task.id)) for task in profile.tasks_of(stage)]


def has_columns(profile: Profile) -> bool:
    """Whether the provider's guide shows two columns (O-01)."""
    return profile.data.responsibilities == COLUMNS


def columns(lines: Sequence[Responsibility]) -> tuple[list[str], list[str]]:
    """(what the customer's side does, what everybody else does), each with its duration and who it is."""
    ours = [_entry(line) for line in lines if line.side == "customer"]
    return ours, [_entry(line) for line in lines if line.side != "customer"]


def _entry(line: Responsibility) -> str:
    return f"{line.title} ({'; '.join(part for part in (line.assigned_to, line.duration) if part)})"


def _line(task: Task, profile: Profile, confirmed: PartyConfirmation | None) -> Responsibility:
    party = profile.parties.get(task.party)
    title, side, by = profile.party_title(task.party), party.side if party else "", confirmed.by if confirmed else ""
    is_inferred = not confirmed and (task.is_inferred or bool(party and party.is_inferred))
    lead, effort, comments = _lead(task, profile), _effort(task.effort_minutes), tuple(_comments(task, profile))
    return Responsibility(task.id, task.title, title, side, is_inferred, by, lead, effort, comments)


def _lead(task: Task, profile: Profile) -> str:
    """``5 business days``, ``3 weeks before the wanted date``: the anchor in the words of the questionnaire."""
    if task.lead is None:
        return ""
    lead = task.lead
    length = str(lead).partition(" before ")[0]
    anchor = "the go-live" if lead.anchor == "go-live" else f"“{_called(lead.anchor, profile)}”"
    if lead.anchor == "start":
        return f"{length} before it begins" if lead.is_before else length
    return f"{length} {'before' if lead.is_before else 'after'} {anchor}"


def _cases(task: Task, profile: Profile) -> list[str]:
    """The other lengths of a lead time, and when each holds."""
    cases = task.lead.cases if task.lead else ()
    return [f"{case.lead.sentence} if {described(case.when, profile.questionnaire)}" for case in cases]


def _called(anchor: str, profile: Profile) -> str:
    question, task = profile.questionnaire.question(anchor), profile.task(anchor)
    return question.label if question else task.title if task else anchor


def _effort(minutes: int) -> str:
    if minutes % 60 == 0 and minutes:
        return f"{minutes // 60} h of work"
    return f"{minutes} min of work" if minutes else ""


def _comments(task: Task, profile: Profile) -> list[str]:
    found = [CHANNELS[task.channel]] if CHANNELS[task.channel] else []
    if task.helpers:
        found.append(f"With {', '.join(map(profile.party_title, task.helpers))}")
    if task.when is not None:
        found.append(f"Only if {described(task.when, profile.questionnaire)}")
    found += [f"Gate: {profile.gates[name].title}" for name in task.gates if name in profile.gates]
    found += _cases(task, profile)
    if task.on:
        found.append(f"Not before “{_called(task.on, profile)}”")
    if task.every:
        found.append(f"Again every {task.every}" if task.every.amount != 1 else f"Again every {str(task.every)[2:]}")
    if task.is_once:
        found.append("Once per customer, not in later phases")
    if task.is_optional:
        found.append("Optional")
    if task.is_irreversible:
        found.append("Cannot be undone")
    return found


CONTACTS = "contacts"


def directory(context: Context, listed: Sequence[Person] | None) -> Directory:
    """Everybody known for this customer: the contacts it answered, and ``listed``; None when no list is kept.

    A contact has the roles of every party whose ``contact_roles`` name the contact's role. Who is listed for this
    customer and this profile has the roles of the side they act for.
    """
    contacts = tuple(_contacts(context))
    people = [_here(person, context.profile) for person in listed or () if _is_meant(person, context)]
    return Directory((*contacts, *people), listed is not None)


def _is_meant(person: Person, context: Context) -> bool:
    is_customers = not person.customers or context.customer.id in person.customers
    is_customers = is_customers and (not person.resellers or context.customer.reseller in person.resellers)
    return is_customers and (not person.profiles or context.profile.id in person.profiles)


def _here(person: Person, profile: Profile) -> Person:
    """The person with those of their roles that are on the side they act for."""
    sides = {name: party.side for name, party in profile.parties.items()}
    return replace(person, roles=tuple(role for role in person.roles if person.side in ("", sides.get(role))))


def _contacts(context: Context) -> Iterator[Person]:
    for row in context.rows(CONTACTS):
        role = row.get("role")
        roles = set(role) if isinstance(role, list) else {role}
        parties = [party.id for party in context.profile.parties.values() if roles & set(party.contact_roles)]
        yield Person(str(row.get("name") or ""), str(row.get("email") or ""), tuple(parties), side="customer")
