"""What a device signs in with, and the device itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from onboarding.answers.messages import shown
from onboarding.answers.scene import Finding, Findings, Scene, answered
from onboarding.answers.schema import Cell
from onboarding.domain.claim import plain_mac

_SIP_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


def sip_user_form(scene: Scene, question: str) -> Findings:
    """The name stands before the @ of a SIP address: letters, digits, dot, hyphen, underscore."""
    for cell in answered(scene, question):
        if not _SIP_USER.fullmatch(cell.value):
            yield Finding("sip-user-form", cell, {"value": shown(cell.value)})


def mac_address(scene: Scene, question: str) -> Findings:
    """Twelve hexadecimal digits however they are written, and every device once."""
    first: dict[str, Cell] = {}
    for cell in answered(scene, question):
        plain = plain_mac(cell.value)
        if not plain:
            yield Finding("mac-form", cell, {"value": shown(cell.value)})
        elif (before := first.setdefault(plain, cell)) is not cell:
            yield Finding("duplicate", cell, {"value": shown(cell.value), "other": (before.row or 0) + 1})


RULES: Mapping[str, Callable[..., Findings]] = {"sip-user-form": sip_user_form, "mac-address": mac_address}
