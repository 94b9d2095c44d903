"""The processes runbooks run in: forks of one template for this process, or kernels that are started anew."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress

from onboarding import settings
from onboarding.errors import InputError
from onboarding.forkserver.server import CannotFork, ForkServer

FORK, SPAWN = "fork", "spawn"


def is_forked() -> bool:
    """Whether runs are to be forks; where nothing can be forked they are started anew all the same.

    Raises InputError for a setting that is neither.
    """
    way = settings.KERNELS.get()
    if way not in (FORK, SPAWN):
        words = f"{settings.KERNELS.name} is {way!r}."
        raise InputError("KERNELS", words, f"Set it to {FORK} or {SPAWN}, or leave it out.")
    return way == FORK


def _profile_files() -> Hashable:
    """Changes with every file a profile may be made of."""
    from onboarding.profile.folders import FileKind, files

    return tuple((path, path.stat().st_mtime_ns) for kind in FileKind for path in files(kind))


FORKS = ForkServer("onboarding.notebook.run", prepare="onboarding.notebook.warm:prepare", watched=_profile_files)
"""Profiles named with a fork are read by the template, once."""


def start(forks: ForkServer = FORKS) -> None:
    """Start the template now, beside whatever this process does before its first run."""
    if is_forked():
        with suppress(CannotFork):  # the run says so
            forks.start()


def for_people() -> str:
    """The provisioner's name for the kernels of this process; forks are of a template that knows every profile.

    The template starts with the first kernel, or with ``FOR_PEOPLE.start()``.
    """
    from onboarding.forkserver import provisioner

    provisioner.ForkProvisioner.forks = FOR_PEOPLE
    return provisioner.FORK if is_forked() else provisioner.SPAWN


FOR_PEOPLE = ForkServer("ipykernel.debugger", "onboarding.notebook.warm:prepare_all", watched=_profile_files)
