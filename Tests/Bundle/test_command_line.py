"""The command line of the bundle's archive: unpacked somewhere, it needs the library beside it and libc."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
from pathlib import Path

import pytest
from sandbox import TOKEN, Sandbox, fixture_case

GLIBC_MAX = (2, 17)
NEEDED = {"libkcase.so.1", "libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2"}
# What the machine's own libcurl and its neighbors would bring along.
FOREIGN = re.compile(r"curl|jansson|ssl|crypto|nghttp2|swift|stdc\+\+|gcc_s|unwind")


@pytest.fixture(scope="module")
def unpacked(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive's only folder, in another place than the one it was made in."""
    bundle = library.parents[1]
    version = library.name.removeprefix("libkcase.so.")
    archive = bundle.parent / f"kcase-{version}-linux-{platform.machine()}.tar.gz"
    place = tmp_path_factory.mktemp("a place of its own")
    subprocess.run(["tar", "-xzf", archive, "-C", place], check=True)
    (folder,) = place.iterdir()
    return folder


def run(unpacked: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [unpacked / "bin/kcase", *arguments],
        capture_output=True, text=True, timeout=60, check=False,
        env={"HOME": str(unpacked), "PATH": os.environ["PATH"], **variables},
    )  # fmt: skip


def readelf(unpacked: Path, *words: str) -> str:
    command = ["readelf", "-W", *words, unpacked / "bin/kcase"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_it_cancels(unpacked: Path, sandbox: Sandbox) -> None:
    settings = {"KCASE_BASE_URL": sandbox.url, "KCASE_TOKEN": TOKEN}
    done = run(unpacked, "cancel", fixture_case(1), **settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{fixture_case(1)}  canceled" in done.stdout
    done = run(unpacked, "check", "--output", "json", **settings)
    assert {step["verdict"] for step in json.loads(done.stdout)} == {"ok"}


def test_it_loads_the_bundles_library_and_none_of_the_machines(unpacked: Path, sandbox: Sandbox) -> None:
    settings = {"KCASE_BASE_URL": sandbox.url, "KCASE_TOKEN": TOKEN}
    settings.update(LD_DEBUG="files", LD_DEBUG_OUTPUT=str(unpacked / "loaded"))
    done = run(unpacked, "cancel", fixture_case(2), **settings)
    assert done.returncode == 0
    texts = [path.read_text(encoding="utf-8") for path in unpacked.glob("loaded.*")]
    loaded = set(re.findall(r"calling init: (.+)", "".join(texts)))
    assert f"{unpacked}/bin/../lib/libkcase.so.1" in loaded
    assert {path for path in loaded if FOREIGN.search(Path(path).name)} == set()


def test_a_link_to_it_finds_its_library(unpacked: Path, tmp_path: Path) -> None:
    link = tmp_path / "kcase"
    link.symlink_to(unpacked / "bin/kcase")
    done = subprocess.run([link, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "kcase")


def test_it_asks_for_no_glibc_newer_than_the_library(unpacked: Path) -> None:
    versions = re.findall(r"GLIBC_(\d+)\.(\d+)", readelf(unpacked, "-V"))
    assert versions
    assert max((int(major), int(minor)) for major, minor in versions) <= GLIBC_MAX
    dynamic = readelf(unpacked, "-d")
    assert set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)) <= NEEDED
    assert re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", dynamic) == ["$ORIGIN/../lib"]
    assert "NOW" in dynamic and "PIE" in dynamic and "TEXTREL" not in dynamic


def test_its_papers_are_there(unpacked: Path) -> None:
    assert "bin/kcase" in (unpacked / "README").read_text(encoding="utf-8")
    papers = unpacked / "share/doc/kcase"
    bill = json.loads((papers / "sbom.cdx.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256((unpacked / "bin/kcase").read_bytes()).hexdigest()
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": digest}]
    parts = {part["name"] for part in bill["components"]}
    assert parts >= {"swift-argument-parser", "swift-runtime", "libdispatch", "libstdc++"}
    licenses = (papers / "LICENSES").read_text(encoding="utf-8")
    assert "GCC RUNTIME LIBRARY EXCEPTION" in licenses and "Runtime Library Exception" in licenses
    for name in ("man/man1/kcase.1", "bash-completion/completions/kcase", "zsh/site-functions/_kcase"):
        assert (unpacked / "share" / name).exists()
    command = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    done = subprocess.run(command, cwd=unpacked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
