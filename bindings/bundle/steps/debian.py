"""Source packages of the release that this machine runs, downloaded with apt settings of the build's own.

The system's apt is only asked for its mirrors. Its lists, its cache and its configuration are not changed.
"""

from __future__ import annotations

import functools
import subprocess
import time
from pathlib import Path

from .shell import clean_environment, output_of, say, stop

INDEX_AGE_MAX_S = 24 * 3600


class PrivateApt:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fresh = folder / "refreshed"
        self._environment = clean_environment(APT_CONFIG=str(folder / "apt.conf"))

    @property
    def vendor(self) -> str:
        return _release()["ID"]

    def refresh(self, *, even_if_young: bool = False) -> None:
        """Downloads the index of source packages, unless that was done within a day."""
        young = self._fresh.exists() and time.time() - self._fresh.stat().st_mtime < INDEX_AGE_MAX_S
        if young and not even_if_young:
            return
        say("downloading the index of source packages")
        self._set_up()
        done = subprocess.run(
            ["apt-get", "update", "-qq"], env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            self._fresh.touch()
        elif self._fresh.exists():
            say("the index could not be downloaded; using the last one")
        else:
            stop(f"the index of source packages could not be downloaded:\n{done.stderr.strip()}")

    def _set_up(self) -> None:
        for name in ("state/lists/partial", "cache/archives/partial", "etc"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        (self._folder / "state/status").touch()
        (self._folder / "etc/sources.list").write_text(_source_lines(), encoding="utf-8")
        (self._folder / "apt.conf").write_text(_settings(self._folder), encoding="utf-8")

    def is_newer_than_index(self, path: Path) -> bool:
        return path.exists() and path.stat().st_mtime > self._fresh.stat().st_mtime

    def versions(self, package: str) -> list[str]:
        """The versions in the release, newest first."""
        stanzas = output_of(["apt-cache", "showsrc", "--only-source", package], environment=self._environment)
        found = {line.split()[1] for line in stanzas.splitlines() if line.startswith("Version: ")}
        if not found:
            stop(f"the release has no source package {package}")
        return sorted(found, key=functools.cmp_to_key(_compare), reverse=True)

    def download(self, package: str, version: str, folder: Path) -> bool:
        """Downloads a source package; apt checks its hashes. False if the mirror does not have it."""
        done = subprocess.run(
            ["apt-get", "source", "-qq", "--download-only", "--only-source", f"{package}={version}"],
            cwd=folder, env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode == 0


def _source_lines() -> str:
    """The mirrors that the system's own package lists name, for source packages."""
    release = _release()
    suites = {release["VERSION_CODENAME"] + suffix for suffix in ("", "-updates", "-security")}
    keyring = Path(f"/usr/share/keyrings/{release['ID']}-archive-keyring.gpg")
    if not keyring.exists():
        stop(f"{keyring} is missing: it has the keys with which the release's packages are signed")
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    targets = output_of(["apt-get", "indextargets", "--format", form, "Created-By: Packages"])
    lines = {tuple(line.split()) for line in targets.splitlines()}
    chosen = sorted(line for line in lines if len(line) == 3 and line[1] in suites and line[2] == "main")
    if not chosen:
        stop(f"apt has no mirror of {release['VERSION_CODENAME']} configured; see /etc/apt")
    return "".join(f"deb-src [signed-by={keyring}] {' '.join(line)}\n" for line in chosen)


def _settings(folder: Path) -> str:
    """The system's network settings, and folders of the build's own for everything else."""
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
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return "\n".join([*network, *(f'{name} "{value}";' for name, value in own.items())]) + "\n"


def _is_network_setting(line: str) -> bool:
    return line.lower().startswith(("acquire::http::", "acquire::https::", "acquire::socks::"))


def _release() -> dict[str, str]:
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}


def _compare(one: str, other: str) -> int:
    """Compares versions as dpkg does."""
    newer = subprocess.run(["dpkg", "--compare-versions", one, "gt", other], check=False).returncode == 0
    return 1 if newer else 0 if one == other else -1
