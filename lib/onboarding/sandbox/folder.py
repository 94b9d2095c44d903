"""The small files of a sandbox's folder."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from onboarding.errors import StoreError
from onboarding.files import write_atomically
from onboarding.sandbox.mmp_rules import SP_ADMIN
from onboarding.sandbox.rules import ROLES


def tokens_of(file: Path) -> dict[str, str]:
    """Role -> token, made once for each folder and readable by its owner only."""
    held = json_object(file) if file.is_file() else {}
    tokens = {role: str(held.get(role) or secrets.token_urlsafe(24)) for role in (*ROLES, SP_ADMIN)}
    if tokens != held:
        write_atomically(file, json.dumps(tokens).encode(), mode=0o600)
    return tokens


def json_object(file: Path) -> dict[str, Any]:
    """What is noted in a file. Raises StoreError when it cannot be read."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        held = None
    if not isinstance(held, dict):
        raise StoreError("SANDBOX-STATE", f"{file.name} cannot be read.", "Delete it.")
    return held
