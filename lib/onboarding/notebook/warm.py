"""What every runbook does once in each process, done ahead of time in one that others are forked from.

A process that has called `prepare` has in memory what a runbook would read and build before its first answer: modules
that are imported when they are first wanted, patterns, statements, profiles. Nothing stays open, no thread and no event
loop is started, and nothing that belongs to a customer is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.case.sample import ANSWERS, PROFILE, SAMPLE
from onboarding.connectors import mmp, portal, support
from onboarding.domain.history import Customer
from onboarding.domain.json import JSON
from onboarding.domain.registry import PACKAGES, installed
from onboarding.errors import OnboardingError
from onboarding.frames.case_frames import problem_frame, task_frame
from onboarding.notebook import looks, run
from onboarding.notebook.static import answers_html
from onboarding.profile.catalogues import language_codes, load_language
from onboarding.profile.load import load_profile, profile_ids
from onboarding.profile.model import Profile
from onboarding.resources import shipped
from onboarding.stages import stage_overview
from onboarding.stages.owed import listed
from onboarding.stages.plan import plan_stage
from onboarding.store.blobs import BlobStore
from onboarding.store.database import load_driver
from onboarding.store.store import Store

MODULES = (run, mmp, portal, support)
"""What runbooks call, and what is imported when such a system is first worked with."""

_YEAR = 260  # business days, and a few more: until holidays of the next are known
_DAY = datetime(2026, 3, 2, 14, tzinfo=UTC)


def prepare(profiles: Iterable[str] = (PROFILE,)) -> None:
    """Reads and builds what runbooks need of these profiles, by id, and of all languages.

    What is not there, or broken, is left to the run that asks for it.
    """
    load_driver()
    BlobStore(shipped().as_uri())
    for kind in PACKAGES:
        installed().names(kind)
    for code in language_codes():
        with suppress(OnboardingError):
            load_language(code).day(_DAY.date())
    for name in profiles:
        with suppress(OnboardingError):
            _rehearse(load_profile(name))


def prepare_all() -> None:
    """`prepare` for every profile there is."""
    prepare(profile_ids())


def _rehearse(profile: Profile) -> None:
    """Everything a runbook reads, works out and shows, for a customer that nobody has."""
    document = _training_answers(profile) if profile.id == PROFILE else {}
    with Store.in_memory() as store:
        store.create_customer(Customer(SAMPLE, profile.title, _DAY, is_training=True), profile.id)
        case = Case.open(store, SAMPLE, _DAY, SAMPLE)
        case.save_answers(document, "example")
        case.note_progress()
        context, progress = case.look()
    context.calendar.add_business_days(datetime.now(UTC).date(), _YEAR)
    for stage in profile.stages:
        plan_stage(stage.id, context, progress, {})
        stage_overview.of_stage(stage.id, context)
    answers_html(profile.questionnaire, document, context.problems)
    for frame in (
        looks.tasks(task_frame(listed(progress)), {}),
        problem_frame(profile.questionnaire, context.problems),
    ):
        shown = frame[frame[frame.columns[0]] != ""]
        shown._repr_html_()
        str(shown)


def _training_answers(profile: Profile) -> Mapping[str, JSON]:
    return read_answers(profile.questionnaire, shipped("data", "examples", ANSWERS)).document
