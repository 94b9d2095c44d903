"""The base of what a profile gives to rules, checks, planners and report blocks; `params` has the types of fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """Parameters of one extension; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class NoParams(Params):
    """For what takes none."""


NO_PARAMS = NoParams()
