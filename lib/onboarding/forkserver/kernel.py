"""An ordinary kernel, sockets and all, for JupyterLab and whatever else speaks to kernels: a fork or a process anew.

A process is started as ``python -P -m onboarding.forkserver.kernel ARGUMENT…``, with a path that
`search_path.steady_environment` made.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ipykernel import kernelapp

if TYPE_CHECKING:
    from onboarding.forkserver.cells import CellKernel


class IPKernelApp(kernelapp.IPKernelApp):  # the name counts: arguments begin with it
    """Reads no settings of the user's, runs none of the user's start-up files."""

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Settings are in the arguments."""

    def _run_startup_files(self) -> None:
        """What a runbook shows must not depend on whose machine it is."""


def run_kernel(kernel: CellKernel, arguments: tuple[str, ...]) -> int:
    """The fork serves until it is told to end; ``arguments`` are those of ``ipykernel_launcher``."""
    from onboarding.forkserver.cells import take_debugger_back  # not for a process anew: not every system has all of it

    kernel.make_room()
    take_debugger_back()
    _serve(arguments, parent_handle=os.getppid())
    return 0


def _serve(arguments: Sequence[str], **traits: Any) -> None:
    sys.argv = ["ipykernel_launcher", *arguments]
    app = IPKernelApp.instance(ignore_cwd=True, **traits)
    app.initialize(list(arguments))
    app.start()


if __name__ == "__main__":
    _serve(sys.argv[1:])
