"""Where modules are looked for: never in the folder somebody happens to stand in.

An empty entry of PYTHONPATH, or ``.``, means another folder in every place, and Python reads it before anything of ours
runs. Nothing is imported here but what an interpreter has loaded by then: a module that lies there would come first.
"""

import os
import sys

VARIABLE = "PYTHONPATH"


def steady(entries: str) -> str:
    """A PYTHONPATH that names the same folders from everywhere: the current one left out, relative ones in full."""
    return os.pathsep.join(os.path.abspath(entry) for entry in entries.split(os.pathsep) if not _is_here(entry))


def steady_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment with such a PYTHONPATH, for a process that is started anew."""
    given = environment.get(VARIABLE, "")
    return {**environment, VARIABLE: steady(given)} if given else environment


def leave_current_folder() -> None:
    """Take the folder a command was started in off the path of this process and of those it starts.

    It stays where PYTHONPATH names it in full, and where this library itself was found in it.
    """
    given = os.environ.get(VARIABLE, "")
    if not given or not any(map(_is_here, given.split(os.pathsep))):
        return
    os.environ[VARIABLE] = kept = steady(given)
    library = os.path.abspath(os.path.join(__file__, "..", "..", ".."))
    named = {library, *kept.split(os.pathsep)}
    sys.path[:] = [entry for entry in sys.path if entry in named or not _is_here(os.path.relpath(entry))]


def _is_here(entry: str) -> bool:
    return os.path.normpath(entry) == os.curdir
