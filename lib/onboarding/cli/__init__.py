"""The command line `onboard`: parses, calls one function of the library, prints. `main` is the way in."""

import gc

SELDOM = 50_000
"""Objects made between two looks for what is not used any more: looking while modules load is a fifth of the time."""


def main() -> int:
    """Run the command line with the arguments of this process; returns the exit code."""
    gc.set_threshold(SELDOM)
    from onboarding.cli.app import run

    return run()
