"""Files that are written once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import fsspec
import pytest

from onboarding.errors import EvidenceError, StoreError
from onboarding.store.blobs import BlobStore


@pytest.fixture(params=["file", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """A folder on disk, and one of a file system that cannot rename, as object stores cannot."""
    if request.param == "memory":
        fsspec.filesystem("memory").rm("/", recursive=True)
        return BlobStore("memory://blobs")
    return BlobStore(f"file://{tmp_path}/blobs")


def test_what_was_put_is_got(blobs: BlobStore) -> None:
    """Content, digest, size and names are those that were put."""
    digest = blobs.put("acme/a.ipynb", b"one")
    assert digest == hashlib.sha256(b"one").hexdigest()
    assert blobs.get("acme/a.ipynb", digest) == b"one"
    assert blobs.digest("acme/a.ipynb") == (digest, 3)
    blobs.put("bright/b.ipynb", b"")
    assert sorted(blobs.names()) == ["acme/a.ipynb", "bright/b.ipynb"]
    assert list(blobs.names("acme")) == ["acme/a.ipynb"]
    assert list(blobs.names("nobody")) == []


def test_nothing_is_written_over(blobs: BlobStore) -> None:
    """The same content is taken as written, other content refused."""
    digest = blobs.put("a/b", b"one")
    assert blobs.put("a/b", b"one") == digest
    with pytest.raises(EvidenceError, match="FILE-EXISTS"):
        blobs.put("a/b", b"two")
    assert blobs.get("a/b", digest) == b"one"


def test_changed_and_missing_files_are_not_handed_out(blobs: BlobStore) -> None:
    """The error names which file, and which of the two."""
    blobs.put("a/b", b"one")
    with pytest.raises(EvidenceError, match=r"FILE-CHANGED: a/b"):
        blobs.get("a/b", "0" * 64)
    with pytest.raises(EvidenceError, match=r"FILE-MISSING: a/c"):
        blobs.get("a/c", "0" * 64)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "a//b", "", ".", "a/\0", "..\\x"])
def test_no_name_leads_out_of_the_folder(blobs: BlobStore, name: str) -> None:
    """Not to write, not to read, not even to look."""
    assert blobs.digest(name) is None
    with pytest.raises(EvidenceError, match="FILE-MISSING"):
        blobs.get(name, "0" * 64)
    with pytest.raises(StoreError):
        blobs.put(name, b"x")
    assert list(blobs.names()) == []
