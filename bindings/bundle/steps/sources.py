"""The source packages that the bundle is built from: their versions, files and hashes."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from .debian import PrivateApt
from .shell import clean_environment, run, say, stop

PACKAGES = ("jansson", "nghttp2", "openssl", "curl")


@dataclass(frozen=True)
class Source:
    """A source package, as the release offers it, and the hash of each of its files."""

    vendor: str
    package: str
    version: str
    hashes: dict[str, str]

    @property
    def upstream_version(self) -> str:
        """Without the distribution's part: 7.88.1 for 7.88.1-10+deb12u5."""
        return self.version.rpartition(":")[2].rpartition("-")[0]


class SourceStore:
    """The downloaded source packages, one folder each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._apt = PrivateApt(folder / "apt")

    def fetch(self, *, refresh: bool) -> list[Source]:
        """The newest version of each that can be downloaded."""
        self._apt.refresh(even_if_young=refresh)
        return [self._newest(package) for package in PACKAGES]

    def _newest(self, package: str) -> Source:
        versions = self._apt.versions(package)
        for version in versions:
            known = self._known(package, version)
            if known:
                return known
            folder = self._place(package, version)
            if self._apt.is_newer_than_index(folder / "absent"):
                continue
            say(f"downloading {package} {version}")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            if self._apt.download(package, version, folder):
                return self._record(package, version)
            (folder / "absent").touch()
            say(f"the mirror lists {package} {version} but does not have it; trying the next older version")
        stop(f"no version of {package} can be downloaded: {', '.join(versions)}")

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

    def _record(self, package: str, version: str) -> Source:
        folder = self._place(package, version)
        source = Source(
            self._apt.vendor,
            package,
            version,
            {path.name: _sha256(path) for path in sorted(folder.iterdir())},
        )
        (folder / "source.json").write_text(json.dumps(asdict(source), indent=2) + "\n", encoding="utf-8")
        return source

    def _known(self, package: str, version: str) -> Source | None:
        """What was downloaded before, if its files are unchanged."""
        folder = self._place(package, version)
        record = folder / "source.json"
        if not record.exists():
            return None
        source = Source(**json.loads(record.read_text(encoding="utf-8")))
        same = all(
            (folder / name).exists() and _sha256(folder / name) == digest
            for name, digest in source.hashes.items()
        )
        return source if same else None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
