"""What the notebook server calls after a save: a working copy whose last cell has been run is archived with it.

The engineer need not think of it. The server is told this function by its name and loads it when it starts, so what the
archive needs is imported with the first working copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def archive(model: Mapping[str, Any], os_path: str, contents_manager: Any, **_: Any) -> None:
    """A hook after a save, as jupyter_server calls it."""
    if model["type"] == "notebook" and "working" in Path(os_path).parts:
        from onboarding.engine.working_copies import archive_after_save

        if said := archive_after_save(Path(os_path)):
            contents_manager.log.info(said)
