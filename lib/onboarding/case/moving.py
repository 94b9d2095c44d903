"""A customer under way moves to another edition of its profile: shown first, then done, and it can move back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from onboarding.answers.check import Checked, check
from onboarding.answers.orphans import orphaned
from onboarding.case.case import Case
from onboarding.domain.edition import EditionTaken
from onboarding.domain.event import Event
from onboarding.domain.history import ENGAGEMENT, Evidence, TaskState
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import _
from onboarding.domain.question import Questionnaire
from onboarding.errors import InputError, Parked
from onboarding.profile.edition import Edition, short
from onboarding.profile.folders import SHORT
from onboarding.profile.load import edition_of, load_edition
from onboarding.profile.model import Profile
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.edition_change import EditionChange, edition_change
from onboarding.store.lock import LOCK_WAIT
from onboarding.store.store import Store

MOVED = "edition.moved"

_DIGEST = re.compile(f"[0-9a-f]{{{SHORT},64}}")


def edition_named(store: Store, name: str) -> Edition:
    """The edition of a profile's id or file as it is now, or one that is kept, by the first digits of its digest.

    Raises InputError PROFILE-UNKNOWN, EDITION-WHICH where several begin so.
    """
    if _DIGEST.fullmatch(name):
        known = {one.digest for engagement in store.engagements() for one in engagement.editions}
        found = sorted(digest for digest in known if digest.startswith(name))
        if len(found) > 1:
            words = f"{len(found)} editions begin with {name}: {', '.join(map(short, found))}."
            raise InputError("EDITION-WHICH", words, "Give more digits.")
        if found:
            return store.edition(found[0])
    return edition_of(name)


def change_to(case: Case, edition: Edition) -> EditionChange:
    """What moving to that edition would come to now; nothing is kept.

    Raises InputError CUSTOMER-ENDED, EDITION-FINISHED for a customer that was handed over, EDITION-SAME,
    EDITION-PROVIDER for the profile of another provider, EDITION-DISAGREES where it asks otherwise than another service
    of the customer, Parked EDITION-UNKNOWN while nobody knows how an attempt ended that the other edition does not
    know, ProfileError for an edition that cannot be used.
    """
    _refuse(case, edition)
    loaded = load_edition(edition)
    if loaded.provider != case.profile.provider:
        words = f"{loaded.title} is offered by {loaded.provider}, {case.profile.title} by {case.profile.provider}."
        remedy = f"Begin it as a service of its own: `onboard engage {case.customer.id} --profile {edition.profile}`."
        raise InputError("EDITION-PROVIDER", words, remedy)
    offer = case.settled(loaded).with_parties({name: one.party for name, one in case.record.parties.items()})
    case.refuse_disagreeing(offer.questionnaire)
    before = case.look()
    lost = [name for name, one in before[0].record.tasks.items() if one.state is TaskState.UNKNOWN]
    if unknown := next((name for name in lost if offer.task(name) is None), ""):
        words = f"It is not known how {case.task(unknown).title!r} ended, and that edition does not have it."
        raise Parked(
            "EDITION-UNKNOWN", f"{case.customer.name}: {words}", "Settle it first: run its stage, or `onboard again`."
        )
    now = _context(case, before[0], offer, edition)
    return edition_change(before, (now, assess(now)), tuple(_dropped(case, offer)))


def move(case: Case, edition: Edition, why: str) -> EditionChange:
    """Moves the customer to that edition, and says what came of it. Raises as `change_to`, Busy EDITION-MOVED."""
    with case.store.lock(case.customer.id, wait=LOCK_WAIT):
        found = change_to(case, edition)
        was = case.engagement
        values = {
            "old": short(case.edition), "was": was.profile, "new": short(edition.digest), "profile": edition.profile,
            "why": why.strip() or _("no reason given"), "from": case.edition, "to": edition.digest,
        }  # fmt: skip
        line = Evidence(
            ENGAGEMENT, case.at, case.by, Event(MOVED, case.customer.id, values), entered_by=case.entered_by
        )
        begun_with = None if was.editions else edition_of(was.profile)
        case.store.take_edition(
            case.customer.id, edition, was.edition, case.by, case.at, why.strip(), line, begun_with
        )  # fmt: skip
        case.note_progress()
    return found


def _refuse(case: Case, edition: Edition) -> None:
    case.refuse_ended()
    if done := case.record.handed_over:
        day = done.at.astimezone(case.calendar.zone).date()
        words = f"{case.customer.name} ({case.customer.id}) was handed over on {day}: it keeps the edition it has."
        remedy = f"What comes later is a phase of its own: `onboard phase {case.customer.id}`."
        raise InputError("EDITION-FINISHED", words, remedy)
    if edition.digest == case.edition:
        words = f"{case.customer.name} ({case.customer.id}) has the edition {short(edition.digest)} already."
        raise InputError("EDITION-SAME", words, "Name another with --to.")


def _context(case: Case, before: Context, offer: Profile, edition: Edition) -> Context:
    """The customer as it would be under the other edition, with the same answers in a version of their own."""
    asked = offer.questionnaire
    version = before.version + 1

    def read(number: int) -> Checked:
        kept = case.store.answers(case.customer.id, number) if number else None
        return check(asked, case.seen_by(asked, kept.document if kept else {}), case.today)

    def earlier(number: int) -> tuple[Profile, Checked] | None:
        then = case.by_earlier_edition(number) or (case.profile, case.version(number))
        return None if then[0].digest == offer.digest else then

    checked = read(before.version)
    taken = EditionTaken(edition.profile, edition.digest, version, case.at, case.by)
    begun = before.record.editions or (replace(taken, profile=case.profile.id, digest=case.edition, version=0),)
    return replace(
        before, profile=offer, values=checked.values, problems=checked.problems, ids=checked.ids, version=version,
        record=replace(before.record, editions=(*begun, taken)), past=read, earlier=earlier, edits=(),
    )  # fmt: skip


def _dropped(case: Case, offer: Profile) -> Iterator[str]:
    """Titles of questions and sections that are answered and that the other edition does not ask."""
    asked = case.profile.questionnaire
    yield from _titles(orphaned(offer.questionnaire, [asked], case.document), [asked], offer.questionnaire)


def answers_left(case: Case) -> list[str]:
    """Titles of questions and sections whose answers are kept although the edition in use does not ask for them."""
    return list(_titles(case.orphans, case.earlier_questionnaires, case.profile.questionnaire))


def _titles(orphans: Answers, asked: Sequence[Questionnaire], now: Questionnaire) -> Iterator[str]:
    for name, part in orphans.items():
        sections = [section for one in asked if (section := one.section(name))]
        title = sections[-1].title if sections else name
        if now.section(name) is None:
            yield title
            continue
        rows: list[JSON] = part if isinstance(part, list) else [part]
        for key in dict.fromkeys(key for row in rows for key in row):
            labels = [question.label for section in sections if (question := section.question(key))]
            if labels:
                yield f"{title}: {labels[-1]}"
