"""How the notebook server starts here: reachable from this machine only, quiet, with nothing to answer.

Linked into the environment when it is built, so `jupyter lab` started from .venv reads it by itself.
"""

import os
import sys
from pathlib import Path
from typing import Any

from traitlets.config import get_config

c = get_config()

# One person's machine: no other host reaches the server, and no one without the token, which is drawn at every start.
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.allow_remote_access = False

# Kernels are commanded through sockets in this user's folder, not through TCP ports any local user could open.
if sys.platform != "win32":
    c.KernelManager.transport = "ipc"

# A kernel without compiled bytecode takes seconds longer to start; what the server has, every kernel inherits.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Extensions come with the lock, not from a button.
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None

# Our own layout to begin with (contents panel open), apart from the user's other JupyterLabs.
c.LabApp.workspaces_dir = str(Path(sys.prefix) / "etc" / "jupyter" / "workspaces")

# --- After a save -----------------------------------------------------------------------------------------------------
# A working copy whose last cell has been run is archived with every save: the engineer need not think of it.


def archive_working_copy(model: dict[str, Any], os_path: str, contents_manager: Any, **_: Any) -> None:
    if model["type"] == "notebook" and "working" in Path(os_path).parts:
        from onboarding.engine.copies import archive_after_save

        if said := archive_after_save(Path(os_path)):
            contents_manager.log.info(said)


c.FileContentsManager.post_save_hook = archive_working_copy
