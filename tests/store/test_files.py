"""Files that are written once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import fsspec
import pytest

from onboarding.errors import EvidenceError, StoreError
from onboarding.store.files import Vault


@pytest.fixture(params=["file", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """A folder on disk, and one of a file system that cannot rename, as object stores cannot."""
    if request.param == "memory":
        fsspec.filesystem("memory").rm("/", recursive=True)
        return Vault("memory://vault")
    return Vault(f"file://{tmp_path}/vault")


def test_what_was_put_is_got(vault: Vault) -> None:
    """Content, digest, size and names are those that were put."""
    digest = vault.put("acme/a.ipynb", b"one")
    assert digest == hashlib.sha256(b"one").hexdigest()
    assert vault.get("acme/a.ipynb", digest) == b"one"
    assert vault.digest("acme/a.ipynb") == (digest, 3)
    vault.put("bright/b.ipynb", b"")
    assert sorted(vault.names()) == ["acme/a.ipynb", "bright/b.ipynb"]
    assert list(vault.names("acme")) == ["acme/a.ipynb"]
    assert list(vault.names("nobody")) == []


def test_nothing_is_written_over(vault: Vault) -> None:
    """The same content is taken as written, other content refused."""
    digest = vault.put("a/b", b"one")
    assert vault.put("a/b", b"one") == digest
    with pytest.raises(EvidenceError, match="FILE-EXISTS"):
        vault.put("a/b", b"two")
    assert vault.get("a/b", digest) == b"one"


def test_changed_and_missing_files_are_not_handed_out(vault: Vault) -> None:
    """Whoever asks is told which file, and which of the two."""
    vault.put("a/b", b"one")
    with pytest.raises(EvidenceError, match=r"FILE-CHANGED: a/b"):
        vault.get("a/b", "0" * 64)
    with pytest.raises(EvidenceError, match=r"FILE-MISSING: a/c"):
        vault.get("a/c", "0" * 64)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "a//b", "", ".", "a/\0", "..\\x"])
def test_no_name_leads_out_of_the_folder(vault: Vault, name: str) -> None:
    """Not to write, not to read, not even to look."""
    assert vault.digest(name) is None
    with pytest.raises(EvidenceError, match="FILE-MISSING"):
        vault.get(name, "0" * 64)
    with pytest.raises(StoreError):
        vault.put(name, b"x")
    assert list(vault.names()) == []
