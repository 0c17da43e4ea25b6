"""The source packages that the bundle is built from: their versions, files and hashes."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .catalog import PACKAGES, PART
from .debian import RELEASE, SUITES, PrivateApt
from .shell import clean_environment, run, say, stop


@dataclass(frozen=True)
class Source:
    """A source package, and the hash of each of its files. `listed` is the newest version in the mirror's
    index, which the mirror may not have; `expired` since when that index is expired, if it is."""

    package: str
    version: str
    listed: str
    hashes: dict[str, str]
    expired: str = ""

    @property
    def is_newest(self) -> bool:
        """Whether it is the newest as far as the index knows."""
        return self.version == self.listed

    @property
    def doubt(self) -> str:
        """Why there may be a newer version, to a person who accepted that; else nothing."""
        if self.expired:
            return f"{self.package}: Debian's index was valid until {self.expired}, {self.version} was taken."
        if not self.is_newest:
            return f"{self.package}: {self.listed} was listed, {self.version} was taken."
        return ""

    @property
    def upstream_version(self) -> str:
        """Without Debian's part: 8.14.1 for 8.14.1-2+deb13u5, 1.3.1 for 1:1.3.dfsg+really1.3.1-1."""
        upstream = self.version.rpartition(":")[2].rpartition("-")[0]
        return re.sub(r"\+(dfsg|ds)\d*$", "", upstream.rpartition("+really")[2])


class SourceStore:
    """The downloaded source packages, one folder each."""

    def __init__(self, folder: Path, apts: Mapping[str, PrivateApt] | None = None) -> None:
        self._folder = folder
        self._apts = apts

    def fetch(
        self, *, refresh: bool = False, accept_older: bool = False, packages: Sequence[str] = PACKAGES
    ) -> list[Source]:
        """The newest version of each. Where the mirror lists a newer one than it has, or its index of the
        next release is expired, an older one is taken only if that is accepted: it may lack a security fix
        that somebody holds back."""
        apts = self._apts or apts_in(self._folder, accept_older=accept_older)
        wanted = {PART[package].release for package in packages}
        for release in wanted:
            apts[release].refresh(even_if_young=refresh)
        found = [self._newest(apts[PART[package].release], package) for package in packages]
        older = [f"  {each.package}: {each.listed} is listed, {each.version} is the newest that is served"
                 for each in found if not each.is_newest]  # fmt: skip
        if older and not accept_older:
            stop("\n".join([
                "the mirror lists newer versions than it has, which may fix security:", *older,
                "Try again later or with another mirror. To build with the older ones, and have the bundle's",
                "README and bill of materials say so: make bundle ACCEPT_OLDER=1",
            ]))  # fmt: skip
        doubts = [f"  {each.doubt}" for each in found if each.doubt]
        if doubts:
            say("\n".join(["older versions are accepted:", *doubts]))
        return found

    def _newest(self, apt: PrivateApt, package: str) -> Source:
        versions = apt.versions(package)
        for version in versions:
            hashes = self._known(package, version) or self._download(apt, package, version)
            if hashes is not None:
                return Source(package, version, versions[0], hashes, apt.expired)
        stop(f"no version of {package} can be downloaded: {', '.join(versions)}")

    def _download(self, apt: PrivateApt, package: str, version: str) -> dict[str, str] | None:
        folder = self._place(package, version)
        say(f"downloading {package} {version}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if not apt.download(package, version, folder):
            shutil.rmtree(folder)
            say(f"the mirror lists {package} {version} and does not have it")
            return None
        hashes = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
        (folder / "source.json").write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")
        return hashes

    def unpack(self, source: Source, into: Path, log: Path) -> None:
        """Writes the patched source tree to a folder."""
        shutil.rmtree(into, ignore_errors=True)
        into.parent.mkdir(parents=True, exist_ok=True)
        folder = self._place(source.package, source.version)
        (description,) = folder.glob("*.dsc")
        command: list[str | Path] = ["dpkg-source", "--no-check", "-x", description, into]
        run(command, cwd=folder, log=log, environment=clean_environment())

    def _place(self, package: str, version: str) -> Path:
        return self._folder / package / version.replace(":", "_")

    def _known(self, package: str, version: str) -> dict[str, str] | None:
        """What was downloaded before, if its files are unchanged."""
        folder = self._place(package, version)
        record = folder / "source.json"
        if not record.exists():
            return None
        hashes: dict[str, str] = json.loads(record.read_text(encoding="utf-8"))
        same = all(
            (folder / name).exists() and _sha256(folder / name) == digest for name, digest in hashes.items()
        )
        return hashes if same else None


def apts_in(folder: Path, *, accept_older: bool) -> dict[str, PrivateApt]:
    """One for each release. Only the next one's index may be expired, and only if that is accepted."""
    return {
        release: PrivateApt(
            folder / ("apt" if release == RELEASE else f"apt-{release}"),
            release=release,
            accept_expired=accept_older and release != RELEASE,
        )
        for release in SUITES
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
