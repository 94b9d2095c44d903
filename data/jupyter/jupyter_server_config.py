"""How the notebook server starts here: reachable from this machine only, quiet, with nothing to answer.

`onboard lab` names this folder to the server; the environment of a checkout holds a link to this file besides, so that
`jupyter lab` started from .venv reads it by itself.
"""

import os
import shutil
import sys
from pathlib import Path

from jupyter_core.paths import jupyter_config_dir
from traitlets.config import get_config

from onboarding.engine import kernels

c = get_config()
here = Path(__file__).resolve().parent

# One person's machine: no other host reaches the server, and no one without the token, which is drawn at every start.
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.allow_remote_access = False

# Kernels are commanded through sockets in this user's folder, not through TCP ports any local user could open.
if sys.platform != "win32":
    c.KernelManager.transport = "ipc"

# A kernel without compiled bytecode takes seconds longer to start; what the server has, every kernel inherits.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Kernels are forks of a process that has imported what runbooks need; it starts with the server and ends with it.
c.KernelProvisionerFactory.default_provisioner_name = kernels.for_people()
kernels.start(kernels.FOR_PEOPLE)

# Extensions come with the lock, not from a button.
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None

# overrides.json beside this file: what cells can be done with, and by which keys.
c.LabApp.app_settings_dir = str(here)

# A working copy whose last cell has been run is archived with every save. Named, as jupyter_server warns of a function.
c.FileContentsManager.post_save_hook = "onboarding.engine.after_save.archive"

# --- The layout -------------------------------------------------------------------------------------------------------
# Our own to begin with (contents panel open), apart from the user's other JupyterLabs;
# JupyterLab writes theirs over it.

layouts = Path(jupyter_config_dir()) / "onboarding" / "workspaces"
c.LabApp.workspaces_dir = str(layouts)
if not layouts.is_dir():
    layouts.mkdir(parents=True)
    shutil.copyfile(here / "workspace.json", layouts / "default-37a8.jupyterlab-workspace")
