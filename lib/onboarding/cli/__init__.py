"""The command line `onboard`: parses, calls one function of the library, prints. `main` is the way in."""

import atexit
import gc
import sys

from onboarding.forkserver.search_path import leave_current_folder

SELDOM = 50_000
"""Objects made between two looks for what is not used any more: looking while modules load is a fifth of the time."""

RUNS = ("run", "demo")
"""Commands that are sure to execute runbooks; a batch first asks whether anybody is due."""


def main() -> int:
    """Run the command line with the arguments of this process; returns the exit code."""
    leave_current_folder()  # first: nothing above imports what is not part of the interpreter
    gc.set_threshold(SELDOM)
    atexit.register(gc.freeze)  # an ending interpreter looks through all it has, for a quarter of a second
    command, *rest = sys.argv[1:] or [""]
    if command in RUNS and not {"-h", "--help"} & {*rest}:
        from onboarding.engine import kernels

        kernels.start()  # what a runbook imports loads while this process imports what the command needs
    from onboarding.cli.app import run

    return run()
