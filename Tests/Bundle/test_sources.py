"""Which source packages the bundle's build takes, and which package indexes it refuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from debian_mirror import DebianMirror

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bindings/bundle"))

from steps.debian import NEXT_RELEASE, RELEASE, PrivateApt
from steps.sources import Source, SourceStore


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[DebianMirror]:
    made = DebianMirror(tmp_path)
    made.add("zlib", "1.3-1")
    made.publish()
    yield made
    made.stop()


def store_of(mirror: DebianMirror, folder: Path) -> SourceStore:
    return SourceStore(folder, {RELEASE: PrivateApt(folder / "apt", [mirror.line], mirror.keyring)})


def fetch(mirror: DebianMirror, folder: Path, *, accept_older: bool = False, refresh: bool = True) -> Source:
    store = store_of(mirror, folder)
    (source,) = store.fetch(packages=["zlib"], accept_older=accept_older, refresh=refresh)
    return source


def fetch_next(mirror: DebianMirror, folder: Path, *, accept_older: bool) -> Source:
    """A package of the next release, whose mirror is the same."""
    apt = PrivateApt(folder / "apt", [mirror.line], mirror.keyring, NEXT_RELEASE, accept_expired=accept_older)
    store = SourceStore(folder, {NEXT_RELEASE: apt})
    (source,) = store.fetch(packages=["sqlite3"], accept_older=accept_older)
    return source


def refusal(mirror: DebianMirror, folder: Path, *, refresh: bool = True) -> str:
    with pytest.raises(SystemExit) as ended:
        fetch(mirror, folder, refresh=refresh)
    return str(ended.value)


def test_the_newest_version_is_taken(mirror: DebianMirror, tmp_path: Path) -> None:
    mirror.add("zlib", "1.10-1")
    mirror.add("zlib", "1.9-1")
    mirror.publish()
    source = fetch(mirror, tmp_path / "work")
    assert (source.version, source.listed, source.is_newest) == ("1.10-1", "1.10-1", True)
    assert list(source.hashes) == ["zlib_1.10-1.dsc"]


def test_a_version_that_is_listed_and_not_served_stops_the_build(
    mirror: DebianMirror, tmp_path: Path
) -> None:
    mirror.add("zlib", "1.4-1", served=False)
    mirror.publish()
    said = refusal(mirror, tmp_path / "work")
    assert "zlib: 1.4-1 is listed, 1.3-1 is the newest that is served" in said
    assert "make bundle ACCEPT_OLDER=1" in said


def test_an_older_version_that_is_accepted_is_recorded(mirror: DebianMirror, tmp_path: Path) -> None:
    mirror.add("zlib", "1.4-1", served=False)
    mirror.publish()
    source = fetch(mirror, tmp_path / "work", accept_older=True)
    assert (source.version, source.listed, source.is_newest) == ("1.3-1", "1.4-1", False)


def test_one_that_is_served_later_is_taken_then(mirror: DebianMirror, tmp_path: Path) -> None:
    path = mirror.add("zlib", "1.4-1", served=False)
    mirror.publish()
    refusal(mirror, tmp_path / "work")
    path.write_text("zlib 1.4-1\n", encoding="ascii")
    assert fetch(mirror, tmp_path / "work", refresh=False).version == "1.4-1"


def test_a_file_that_is_not_what_the_index_says_stops_the_build(mirror: DebianMirror, tmp_path: Path) -> None:
    mirror.add("zlib", "1.4-1").write_text("zlib 1.4-2\n", encoding="ascii")
    mirror.publish()
    assert "zlib 1.4-1 could not be downloaded" in refusal(mirror, tmp_path / "work")


def test_an_expired_index_is_refused(mirror: DebianMirror, tmp_path: Path) -> None:
    mirror.publish(valid_days=-3)
    assert "could not be downloaded or verified" in refusal(mirror, tmp_path / "work")


def test_an_index_that_expires_after_its_download_is_refused(mirror: DebianMirror, tmp_path: Path) -> None:
    work = tmp_path / "work"
    fetch(mirror, work)
    (index,) = (work / "apt/state/lists").glob("*InRelease")
    text = index.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("Valid-Until")]
    lines.insert(3, "Valid-Until: Sun, 01 Nov 2026 00:00:00 UTC")
    index.write_text("\n".join(lines), encoding="utf-8")
    os.utime(work / "apt/refreshed")
    assert "was valid until Sun, 01 Nov 2026" in refusal(mirror, work, refresh=False)


def test_an_index_without_a_signature_is_refused(mirror: DebianMirror, tmp_path: Path) -> None:
    mirror.publish(signed=False)
    assert "could not be downloaded or verified" in refusal(mirror, tmp_path / "work")


@pytest.mark.parametrize("had_one_before", [False, True])
def test_an_index_that_another_key_signed_is_refused(
    mirror: DebianMirror, tmp_path: Path, had_one_before: bool
) -> None:
    if had_one_before:
        fetch(mirror, tmp_path / "work")
    mirror.make_key(tmp_path / "another.gpg")
    mirror.publish()
    assert "could not be downloaded or verified" in refusal(mirror, tmp_path / "work")


def test_a_mirror_that_is_gone_stops_the_build(mirror: DebianMirror, tmp_path: Path) -> None:
    fetch(mirror, tmp_path / "work")
    (tmp_path / "mirror").rename(tmp_path / "elsewhere")
    assert "could not be downloaded or verified" in refusal(mirror, tmp_path / "work")


def test_an_error_that_is_not_absence_stops_the_build_whatever_is_accepted(
    mirror: DebianMirror, tmp_path: Path
) -> None:
    path = mirror.add("zlib", "1.4-1", served=False)
    mirror.publish()
    path.mkdir()  # the server answers with a list of its contents, of another size
    with pytest.raises(SystemExit, match=r"zlib 1\.4-1 could not be downloaded"):
        fetch(mirror, tmp_path / "work", accept_older=True)


def test_an_expired_index_of_the_next_release_is_refused(mirror: DebianMirror, tmp_path: Path) -> None:
    mirror.add("sqlite3", "3.53.4-2")
    mirror.publish(valid_days=-3)
    with pytest.raises(SystemExit, match="could not be downloaded or verified"):
        fetch_next(mirror, tmp_path / "work", accept_older=False)


def test_an_expired_index_of_the_next_release_that_is_accepted_is_recorded(
    mirror: DebianMirror, tmp_path: Path
) -> None:
    mirror.add("sqlite3", "3.53.4-2")
    mirror.publish(valid_days=-3)
    source = fetch_next(mirror, tmp_path / "work", accept_older=True)
    until = datetime.now(timezone.utc) - timedelta(days=3)
    assert source.doubt == f"sqlite3: Debian's index was valid until {until:%Y-%m-%d}, 3.53.4-2 was taken."


def test_a_valid_index_of_the_next_release_leaves_no_doubt(mirror: DebianMirror, tmp_path: Path) -> None:
    mirror.add("sqlite3", "3.53.4-2")
    mirror.publish()
    assert fetch_next(mirror, tmp_path / "work", accept_older=True).doubt == ""


def test_an_expired_index_that_another_key_signed_is_refused_whatever_is_accepted(
    mirror: DebianMirror, tmp_path: Path
) -> None:
    mirror.add("sqlite3", "3.53.4-2")
    mirror.make_key(tmp_path / "another.gpg")
    mirror.publish(valid_days=-3)
    with pytest.raises(SystemExit, match="could not be downloaded or verified"):
        fetch_next(mirror, tmp_path / "work", accept_older=True)
