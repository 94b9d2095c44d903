"""The world of a customer, for the tests beside."""

from __future__ import annotations

from tests.world import blank, example, forks, lenient, make_world, mixed, sandbox, small, world

__all__ = ["blank", "example", "forks", "lenient", "make_world", "mixed", "sandbox", "small", "world"]
