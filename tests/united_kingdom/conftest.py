"""A provider in the United Kingdom, and a customer of it with sites in three nations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.domain.history import Customer
from onboarding.profile.load import load_profile
from onboarding.profile.model import Profile
from onboarding.store.store import Store

HERE = Path(__file__).parent
PROFILES = HERE / "profiles"
FILE = PROFILES / "severn-voice.toml"
ANSWERS = HERE / "brecon-books.toml"
BOOKS = "brecon-books"
Opened = Callable[[datetime, str], Case]


@pytest.fixture
def profile() -> Profile:
    return load_profile(FILE)


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens a workspace with the customer, who began at an instant and reads a language, with all it answered."""
    monkeypatch.setenv(settings.PROFILES.name, str(PROFILES))
    monkeypatch.setenv(settings.HOME.name, str(tmp_path))
    with Store.open(tmp_path) as store:

        def begun(at: datetime, language: str) -> Case:
            store.create_customer(Customer(BOOKS, "Brecon Books", at, language=language, is_training=True), FILE.stem)
            case = Case.open(store, BOOKS, at, "Rhys")
            case.save_answers(read_answers(case.questionnaire, ANSWERS).document, ANSWERS.name)
            return case

        yield begun
