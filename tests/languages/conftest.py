"""The script that lists what is missing, as a module."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def translations() -> ModuleType:
    loader = SourceFileLoader("translations", str(Path(__file__).resolve().parents[2] / "scripts" / "translations"))
    spec = spec_from_loader("translations", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module
