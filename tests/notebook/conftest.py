"""The sample questionnaire shared with the browser tests, and a form over it that needs no browser."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from onboarding.errors import OnboardingError
from onboarding.notebook.form import AnswersForm


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """Questionnaire with every kind of question; see tests/browser."""
    path = Path(__file__).parent.parent / "browser" / "sample_case.py"
    spec = spec_from_file_location("sample_case", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules["sample_case"] = module
    spec.loader.exec_module(module)
    return module


class FormStore:
    """A store in memory; ``refusal`` is raised by the next saves."""

    def __init__(self, sample: ModuleType, document: dict[str, Any] | None = None) -> None:
        self.sample = sample
        self.kept: dict[str, Any] = dict(document or {})
        self.saves: list[str] = []
        self.refusal: OnboardingError | None = None

    def save(self, section: str, value: Any) -> None:
        if self.refusal:
            raise self.refusal
        self.kept[section] = value
        self.saves.append(section)

    def form(self, **more: Any) -> AnswersForm:
        return AnswersForm(self.sample.QUESTIONNAIRE, self.kept, self.sample.checked, self.save, **more)


@pytest.fixture
def form_store(sample: ModuleType) -> Callable[..., FormStore]:
    def make(document: dict[str, Any] | None = None) -> FormStore:
        return FormStore(sample, document)

    return make
