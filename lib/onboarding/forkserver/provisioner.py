"""Kernel provisioners whose kernels take nothing of the user's but the environment: JupyterLab, nbclient and nbval.

Chosen by ``JUPYTER_DEFAULT_PROVISIONER_NAME``, in the settings of a server or by a kernel's own specification.
``onboarding-fork`` has kernels at once, as forks of a template, and like ``onboarding-spawn`` where nothing can be
forked; that one starts a process for each. Kernels of other interpreters are started as ever.
"""

from __future__ import annotations

import asyncio
import os
import sys
from subprocess import Popen
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from onboarding.forkserver.request import KERNEL, Request
from onboarding.forkserver.search_path import steady_environment
from onboarding.forkserver.server import CannotFork, Child, ForkServer

FORK, SPAWN = "onboarding-fork", "onboarding-spawn"

LAUNCHER = "ipykernel_launcher"
OURS = "onboarding.forkserver.kernel"
"""Named, not imported: a server that starts kernels has no use for all that a kernel is made of."""


class SpawnProvisioner(LocalProvisioner):
    """Starts ipykernel's kernels of this interpreter with no start-up file, no setting and no folder of the user's."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """As its base class."""
        if (arguments := arguments_of(cmd)) is not None:
            cmd = [sys.executable, "-P", "-m", OURS, *arguments]
            kwargs["env"] = steady_environment(dict(kwargs.get("env") or os.environ))
        return await super().launch_kernel(cmd, **kwargs)


class ForkProvisioner(SpawnProvisioner):
    """Starts such kernels as forks.

    ``forks`` has those of all kernels; a program that knows what they will import sets its own before the first.
    """

    forks = ForkServer("ipykernel.debugger")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """As its base class; the fork has ``env`` and ``cwd`` of the arguments."""
        if (arguments := arguments_of(cmd)) is not None:
            request = Request.of(KERNEL, kwargs.get("env") or os.environ, kwargs.get("cwd") or "", arguments)
            try:
                child = await asyncio.to_thread(self.forks.fork, request)
            except CannotFork as problem:
                self.log.warning("A kernel is started anew, which is slower: %s.", problem)
            else:
                self.process = cast("Popen[Any]", _Process(child))
                self.pid = self.pgid = child.pid  # it leads a group of its own
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


class SpawnedKernelManager(AsyncKernelManager):
    """For clients whose kernel is to be such a process, whatever provisioner is the default here."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        found = super().kernel_spec
        if found is not None:
            found.metadata["kernel_provisioner"] = {"provisioner_name": SPAWN}
        return found


def arguments_of(command: list[str]) -> tuple[str, ...] | None:
    """What ipykernel's launcher is given, where the command is that of a kernel of this interpreter."""
    if command[0] != sys.executable or LAUNCHER not in command:
        return None
    return tuple(command[command.index(LAUNCHER) + 1 :])


class _Process:
    """A fork with the methods of a subprocess that a provisioner calls."""

    stdin = stdout = stderr = None

    def __init__(self, child: Child) -> None:
        self._child = child
        self.pid = child.pid

    def poll(self) -> int | None:
        """The exit code; 1 when it cannot be known any more, None while it runs."""
        if self._child.is_alive():
            return None
        return 1 if self._child.exit_code is None else self._child.exit_code

    def wait(self) -> int:
        self._child.wait()
        code = self.poll()
        self._child.close()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        self._child.send_signal(number)

    def kill(self) -> None:
        self._child.kill()

    terminate = kill
