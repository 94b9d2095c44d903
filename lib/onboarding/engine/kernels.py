"""The processes runbooks run in: forks of one template for this process, or kernels that are started anew."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress

from onboarding import limits, settings
from onboarding.errors import InputError, OnboardingError
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


NEEDED = {FORK: (20, 400), SPAWN: (70, 1200)}
"""Files that may be open at once for one run, and megabytes of address space for the process that runs it.

For a fork: pipes, an event loop, the database, what is written; what runbooks import, and some to work with. A kernel
that is started anew has sockets besides, and threads that each reserve memory.
"""


def check(jobs: int = 1) -> None:
    """Whether so many runs can go on at once, before anything is begun or noted.

    Raises InputError for a setting that is none, OnboardingError where too few files or too little memory may be used.
    """
    files, megabytes = NEEDED[FORK if is_forked() else SPAWN]
    limits.demand(files * jobs, megabytes)


def _profile_files() -> Hashable:
    """Changes with every file a profile may be made of."""
    from onboarding.profile.folders import FileKind, files

    return tuple((path, path.stat().st_mtime_ns) for kind in FileKind for path in files(kind))


FORKS = ForkServer("onboarding.notebook.run", prepare="onboarding.notebook.warm:prepare", watched=_profile_files)
"""Profiles named with a fork are read by the template, once."""


def start(forks: ForkServer = FORKS) -> None:
    """Start the template now, beside whatever this process does before its first run.

    Where it cannot be, nothing happens: the run says why.
    """
    with suppress(CannotFork, OnboardingError):
        check()
        if is_forked():
            forks.start()


def for_people() -> str:
    """The provisioner's name for the kernels of this process; forks are of a template that knows every profile.

    The template starts with the first kernel, or with ``FOR_PEOPLE.start()``.
    """
    from onboarding.forkserver import provisioner

    provisioner.ForkProvisioner.forks = FOR_PEOPLE
    return provisioner.FORK if is_forked() else provisioner.SPAWN


FOR_PEOPLE = ForkServer("ipykernel.debugger", "onboarding.notebook.warm:prepare_all", watched=_profile_files)
