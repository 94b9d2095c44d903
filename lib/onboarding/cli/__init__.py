"""The command line `onboard`: parses, calls one function of the library, prints. `main` is the way in."""


def main() -> int:
    """Run the command line with the arguments of this process; returns the exit code."""
    from onboarding.cli.app import run

    return run()
