"""Source packages of a Debian release, downloaded with apt settings of the build's own.

The system's apt is only asked for its mirrors and its network settings. Its lists, its cache and its
configuration are not changed, and no other setting of it is used.
"""

from __future__ import annotations

import functools
import re
import subprocess
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path

from .shell import clean_environment, output_of, say, stop

# The current stable release, whichever one this machine runs, and the one that is prepared to follow it.
RELEASE = "trixie"
NEXT_RELEASE = "forky"
SUITES = {
    RELEASE: (RELEASE, f"{RELEASE}-updates", f"{RELEASE}-security"),
    # Fixes come with its packages' new versions.
    NEXT_RELEASE: (NEXT_RELEASE,),
}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

EXPIRED_HINT = """
To take what an expired index of the next release lists, and have the bundle's README and bill of materials
say so: make bundle ACCEPT_OLDER=1"""

INDEX_AGE_MAX_S = 24 * 3600


class PrivateApt:
    """`mirrors` are lines "ADDRESS SUITE COMPONENT"; without it, they are the system's. An index of
    `release` that is expired is used only with `accept_expired`: `expired` then says since when."""

    def __init__(
        self,
        folder: Path,
        mirrors: Sequence[str] | None = None,
        keyring: Path = KEYRING,
        release: str = RELEASE,
        *,
        accept_expired: bool = False,
    ) -> None:
        self._folder = folder
        self._mirrors = mirrors
        self._keyring = keyring
        self._release = release
        self._accept_expired = accept_expired
        self._fresh = folder / "refreshed"
        self.expired = ""
        self._environment = clean_environment(APT_CONFIG=str(folder / "apt.conf"))

    def refresh(self, *, even_if_young: bool = False) -> None:
        """Downloads the index of source packages, unless that was done within a day. An index that cannot be
        downloaded, is not signed with a key of the keyring, or is expired stops the build."""
        written = self._set_up()
        young = self._fresh.exists() and time.time() - self._fresh.stat().st_mtime < INDEX_AGE_MAX_S
        if not young or written or even_if_young:
            say("downloading the index of source packages")
            self._download_index()
            self._fresh.touch()
        self._refuse_expired()

    def _download_index(self) -> None:
        # Apt calls it success, with a warning, when it keeps the last index because the new one's signature
        # is wrong. So every warning is an error here.
        command = ["apt-get", "update", "-qq", "-o", "APT::Update::Error-Mode=any"]
        self._fresh.unlink(missing_ok=True)
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode != 0 or re.search(r"^[WE]:", done.stderr, re.MULTILINE):
            hint = "" if self._release == RELEASE or "is expired" not in done.stderr else EXPIRED_HINT
            said = done.stderr.strip()
            stop(f"the index of source packages could not be downloaded or verified:\n{said}{hint}")

    def _refuse_expired(self) -> None:
        """Apt looks when it downloads; the index may have expired since then."""
        files = self._release_files()
        if not files:
            stop(f"{self._folder} has no index of source packages; run it again with --refresh")
        now = datetime.now(timezone.utc)
        for file in files:
            text = _field(file, "Valid-Until")
            until = parsedate_to_datetime(text.replace("UTC", "+0000")) if text else now
            if until < now and self._accept_expired:
                self.expired = f"{until:%Y-%m-%d}"
            elif until < now:
                stop(f"{file.name} was valid until {text}; run it again with --refresh")

    def _release_files(self) -> list[Path]:
        return sorted((self._folder / "state/lists").glob("*InRelease"))

    def place_in_archive(self) -> str:
        """What the release's own index says that the release is now: stable, oldstable."""
        for file in self._release_files():
            if _field(file, "Codename") == self._release:
                return _field(file, "Suite") or "unknown"
        return "unknown"

    def _set_up(self) -> bool:
        """Writes the settings; True if they changed."""
        for name in ("state/lists/partial", "cache/archives/partial", "etc/mirrors"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        (self._folder / "state/status").touch()
        lines = _mirrors(self._release) if self._mirrors is None else self._mirrors
        if not self._keyring.exists():
            stop(f"{self._keyring} is missing: it has the keys with which Debian's packages are signed")
        sources = [f"deb-src [signed-by={self._keyring}] {line}\n" for line in lines]
        wanted = {f"etc/mirrors/{number}.list": line for number, line in enumerate(sources)}
        wanted["etc/sources.list"] = "".join(sources)
        wanted["apt.conf"] = _settings(self._folder, accept_expired=self._accept_expired)
        changed = False
        for name, text in wanted.items():
            path = self._folder / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                changed = True
        if changed:
            for path in (self._folder / "etc/mirrors").iterdir():
                f"etc/mirrors/{path.name}" in wanted or path.unlink()
        return changed

    def versions(self, package: str) -> list[str]:
        """The versions in the release, newest first."""
        stanzas = output_of(["apt-cache", "showsrc", "--only-source", package], environment=self._environment)
        found = {line.split()[1] for line in stanzas.splitlines() if line.startswith("Version: ")}
        if not found:
            stop(f"the release has no source package {package}")
        return sorted(found, key=functools.cmp_to_key(compare), reverse=True)

    def download(self, package: str, version: str, folder: Path) -> bool:
        """Downloads a source package; apt checks its hashes. False if no mirror has it."""
        # Apt asks only the first mirror that lists a version; another may have it.
        for mirror in sorted((self._folder / "etc/mirrors").iterdir()):
            listed = self._apt(folder, mirror, "apt-cache", "showsrc", "--only-source", package)
            if f"Version: {version}\n" not in listed.stdout:
                continue
            command = ["apt-get", "source", "-qq", "--download-only", "--only-source", f"{package}={version}"]
            done = self._apt(folder, mirror, *command)
            if done.returncode == 0:
                return True
            failed = re.findall(r"^E: Failed to fetch \S+:/\S+ +(.*)$", done.stderr, re.MULTILINE)
            if not failed or any(not line.startswith("404 ") for line in failed):
                stop(f"{package} {version} could not be downloaded:\n{done.stderr.strip()}")
            _empty(folder)
        return False

    def _apt(self, folder: Path, mirror: Path, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of apt with one mirror alone."""
        words = [*command, "-o", f"Dir::Etc::sourcelist={mirror}"]
        return subprocess.run(
            words, cwd=folder, env=self._environment, capture_output=True, text=True, check=False
        )


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def compare(one: str, other: str) -> int:
    """Compares versions as dpkg does."""
    newer = subprocess.run(["dpkg", "--compare-versions", one, "gt", other], check=False).returncode == 0
    return 1 if newer else 0 if one == other else -1


def _mirrors(release: str) -> list[str]:
    """The mirrors that the system's own package lists name, for source packages of a release."""
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    system = {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}
    if system.get("ID") != "debian":
        stop(f"the bundle is built on Debian, from whose mirrors its parts come; this is {system.get('ID')}")
    own = system["VERSION_CODENAME"]
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    targets = output_of(["apt-get", "indextargets", "--format", form, "Created-By: Packages"])
    found = {tuple(line.split()) for line in targets.splitlines()}
    suites = {suite.replace(release, own, 1): suite for suite in SUITES[release]}
    chosen = {(each[0], suites[each[1]]) for each in found if len(each) == 3 and each[1] in suites}
    missing = set(SUITES[release]) - {suite for _, suite in chosen}
    if missing:
        stop(f"apt has no mirror for {', '.join(sorted(missing))}; see /etc/apt")
    return sorted(f"{address} {suite} main" for address, suite in chosen)


def _settings(folder: Path, *, accept_expired: bool) -> str:
    """The system's network settings, and folders and rules of the build's own for everything else."""
    network = [
        line
        for line in output_of(["apt-config", "dump", "Acquire"]).splitlines()
        if _is_network_setting(line)
    ]
    own = {
        "Dir::State": folder / "state",
        "Dir::State::status": folder / "state/status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc": folder / "etc",
        "Dir::Etc::sourcelist": folder / "etc/sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::parts": "/dev/null",
        "Dir::Etc::main": "/dev/null",
        "APT::Sandbox::User": "root",
        "APT::Get::AllowUnauthenticated": "false",
        "Acquire::AllowInsecureRepositories": "false",
        "Acquire::AllowWeakRepositories": "false",
        "Acquire::AllowDowngradeToInsecureRepositories": "false",
        "Acquire::Check-Valid-Until": "false" if accept_expired else "true",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return "\n".join([*network, *(f'{name} "{value}";' for name, value in own.items())]) + "\n"


def _is_network_setting(line: str) -> bool:
    return line.lower().startswith(("acquire::http::", "acquire::https::", "acquire::socks::"))


def _field(file: Path, name: str) -> str | None:
    found = re.search(rf"^{name}: (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else None
