"""The profile under test."""

from __future__ import annotations

import pytest

from onboarding.profile.load import load_profile
from onboarding.profile.model import Profile


@pytest.fixture(scope="session")
def chinook() -> Profile:
    return load_profile("chinook")
