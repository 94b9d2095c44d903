"""A kernel provisioner whose kernels are forks: JupyterLab, nbclient and nbval have theirs at once.

Chosen by ``JUPYTER_DEFAULT_PROVISIONER_NAME=onboarding-fork``, in the settings of a server or by a kernel's own
specification. Kernels of other interpreters, and of this one where nothing can be forked, are started as ever.
"""

from __future__ import annotations

import asyncio
import os
import sys
from subprocess import Popen
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from onboarding.forkserver.request import KERNEL, Request
from onboarding.forkserver.server import CannotFork, Child, ForkServer

LAUNCHER = "ipykernel_launcher"


class ForkProvisioner(LocalProvisioner):
    """Starts ipykernel's kernels of this interpreter as forks.

    ``forks`` has those of all kernels; a program that knows what they will import sets its own before the first.
    """

    forks = ForkServer("ipykernel.debugger")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """As its base class; the fork has ``env`` and ``cwd`` of the arguments."""
        if cmd[0] == sys.executable and LAUNCHER in cmd:
            arguments = tuple(cmd[cmd.index(LAUNCHER) + 1 :])
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
