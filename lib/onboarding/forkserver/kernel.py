"""A fork that becomes an ordinary kernel, sockets and all: for JupyterLab and whatever else speaks to kernels."""

from __future__ import annotations

import os
import sys
from typing import Any

from ipykernel import kernelapp

from onboarding.forkserver.cells import CellKernel, take_debugger_back


class IPKernelApp(kernelapp.IPKernelApp):  # the name counts: arguments begin with it
    """Reads no settings of the user's, runs none of the user's start-up files."""

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Settings are in the arguments."""

    def _run_startup_files(self) -> None:
        """What a runbook shows must not depend on whose machine it is."""


def run_kernel(kernel: CellKernel, arguments: tuple[str, ...]) -> int:
    """Serves until it is told to end; ``arguments`` are those of ``ipykernel_launcher``."""
    kernel.make_room()
    take_debugger_back()
    sys.argv = ["ipykernel_launcher", *arguments]
    app = IPKernelApp.instance(ignore_cwd=True, parent_handle=os.getppid())
    app.initialize(list(arguments))
    app.start()
    return 0
