"""What decides where a customer stands, besides its record: the profile's files and the code that reads them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from onboarding import settings
from onboarding.domain.json import digest
from onboarding.domain.registry import Registry, installed
from onboarding.profile.model import Profile

DECIDING = ("domain", "answers", "profile", "stages", "case")
"""Our packages whose code decides where a customer stands."""


def decided_by(profile: Profile, registry: Registry | None = None) -> str:
    """Digest of the profile's files and of the code, ours and that of extensions it names; and whether there is a mail
    server, which brings forward what waits in the outbox.
    """
    found = registry or installed()
    theirs = {found.get(kind, name).function for kind, name in _named(profile) if not found.is_ours(kind, name)}
    mail = [settings.SMTP_HOST.reaches(is_training) for is_training in (False, True)]
    return digest([profile.digest, _code(), sorted(map(_source, theirs)), mail])


@cache
def _code() -> str:
    root, found = Path(__file__).parents[1], sha256()
    for path in sorted(path for package in DECIDING for path in (root / package).rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


@cache
def _source(function: Callable[..., Any]) -> str:
    source = inspect.getsourcefile(inspect.unwrap(function))
    return sha256(Path(source).read_bytes()).hexdigest() if source else ""


def _named(profile: Profile) -> Iterator[tuple[str, str]]:
    """(kind, name) of the extensions by which the profile decides."""
    for task in profile.tasks:
        yield "planner", task.action
        if task.is_check:
            yield "check", str(getattr(task.params, "check", ""))
    yield from (("check", gate.check) for gate in profile.gates.values() if gate.check)
    yield from (("rule", rule.check) for rule in profile.questionnaire.rules)
