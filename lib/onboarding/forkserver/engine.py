"""A papermill engine whose kernels are forks: `papermill --engine forked in.ipynb out.ipynb`.

Cells and outputs go through nbclient's own hands, so the notebook comes out as papermill's own engine makes it; that
engine takes its place, with a word, where nothing can be forked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine

from onboarding.forkserver.client import ForkedKernelManager
from onboarding.forkserver.provisioner import SpawnedKernelManager
from onboarding.forkserver.server import CannotFork, ForkServer

log = logging.getLogger(__name__)

FORKS = ForkServer()
"""Forks for whoever runs papermill with this engine."""


LAST_WORDS = 2.5
"""Seconds a cell has after its interrupt; jupyter_client gives a kernel as many before it ends it."""


class ForkEngine(NBClientEngine):  # type: ignore[misc]
    """Runs each notebook in a fork of one template."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, start_timeout: int = 60, execution_timeout: int | None = None, **kwargs: Any
    ) -> Any:
        """As papermill's own."""
        traits = {name: kwargs[name] for name in kwargs if name in PapermillNotebookClient.class_trait_names()}
        traits |= {"kernel_name": kernel_name, "timeout": execution_timeout}

        def client(manager: ForkedKernelManager) -> PapermillNotebookClient:
            return PapermillNotebookClient(nb_man, km=manager, **traits)

        try:
            return execute_in_fork(FORKS, client)
        except CannotFork as problem:
            log.warning("A kernel is started anew, which is slower: %s.", problem)
            times = {"start_timeout": start_timeout, "execution_timeout": execution_timeout}
            kwargs["kernel_manager_class"] = SpawnedKernelManager
            return super().execute_managed_notebook(nb_man, kernel_name, **times, **kwargs)


def execute_in_fork(
    server: ForkServer,
    make_client: Callable[[ForkedKernelManager], PapermillNotebookClient],
    environment: Mapping[str, str] | None = None,
    words: Iterable[str] = (),
) -> Any:
    """The notebook as it was executed in a fork that ended with it.

    Raises CannotFork before anything has been run, DeadKernelError with what the system says of a fork's early end.
    """
    manager = ForkedKernelManager(server, words)
    client = make_client(manager)
    try:
        client.start_new_kernel(env=environment)
        return client.execute()
    except DeadKernelError:
        raise DeadKernelError(manager.how_it_ended()) from None
    except BaseException:
        run_sync(_end)(manager, client.shutdown_kernel == "immediate")
        raise
    finally:
        manager.cleanup_resources()


async def _end(manager: ForkedKernelManager, now: bool) -> None:
    """Ends a fork in the midst of a cell, and what waits for the cell.

    Unless it is to be ``now`` the cell is interrupted first, so that its last words get into the notebook.
    """
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    if waiting and not now:
        manager.interrupt_kernel()
        await asyncio.wait(waiting, timeout=LAST_WORDS)
    manager.shutdown_kernel()
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
