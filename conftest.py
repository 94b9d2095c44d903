"""What every test may rely on: a workspace of its own, no settings from the surroundings, a browser by its path."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

from onboarding.engine import kernels
from onboarding.settings import KERNELS

SHARED = "ONBOARDING_SHARED"
"""Where the requirements lie that some tests read: no setting of the product."""

_scratch = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Set before any kernel starts, so that runbooks under test inherit it."""
    # No test is timed; in CI a change is judged by the same examples every time.
    settings.register_profile("untimed", deadline=None, derandomize=bool(os.environ.get("CI")))
    settings.load_profile("untimed")
    way = KERNELS.get()  # `fork`, or `spawn` in the step of CI that runs everything in kernels of their own
    for name in [name for name in os.environ if name.startswith("ONBOARDING_") and name != SHARED]:
        del os.environ[name]
    config.stash[_scratch] = tempfile.TemporaryDirectory(prefix="onboarding-tests-", ignore_cleanup_errors=True)
    os.environ["ONBOARDING_HOME"] = config.stash[_scratch].name
    os.environ["XDG_CACHE_HOME"] = f"{config.stash[_scratch].name}/caches"
    os.environ |= {KERNELS.name: way, "JUPYTER_DEFAULT_PROVISIONER_NAME": kernels.for_people()}


def pytest_unconfigure(config: pytest.Config) -> None:
    if _scratch in config.stash:
        config.stash[_scratch].cleanup()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Chromium; without one the test is skipped, but not where everything must run."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI"):
        pytest.fail("Chromium is missing: apt-get install chromium")
    pytest.skip("Chromium is missing")
