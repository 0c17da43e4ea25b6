"""What the wheel says of itself."""

from __future__ import annotations

import email
import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest

from conftest import HERE

BILL = {
    "components": [
        {"name": "curl", "licenses": [{"license": {"id": "curl"}}]},
        {"name": "jansson", "licenses": [{"license": {"id": "MIT"}}]},
        {"name": "openssl", "licenses": [{"license": {"id": "Apache-2.0"}}]},
        {"name": "swift-stdlib", "licenses": [{"expression": "Apache-2.0 WITH Swift-exception"}]},
    ]
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel that carries a library, or what stands for one here, and its bill of materials."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        HERE, folder / "stage", ignore=shutil.ignore_patterns("__pycache__", "tests", "*.egg-info")
    )
    lib = folder / "stage" / "src" / "kcase" / "_lib"
    lib.mkdir(exist_ok=True)
    (lib / "libkcase.so.1").write_text("none")
    (lib / "sbom.cdx.json").write_text(json.dumps(BILL))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    environment = {**os.environ, "KCASE_WHEEL_PLATFORM": "manylinux2014_x86_64"}
    subprocess.run([*command, str(folder / "stage")], env=environment, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def file_in(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = [path for path in archive.namelist() if path.endswith(name)]
        return archive.read(path).decode()


def metadata(wheel: Path) -> Message:
    return email.message_from_string(file_in(wheel, ".dist-info/METADATA"))


def test_its_tag(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-manylinux2014_x86_64.whl")


def test_its_license_is_that_of_all_its_parts(wheel: Path) -> None:
    told = "Apache-2.0 AND Apache-2.0 WITH Swift-exception AND MIT AND curl"
    assert metadata(wheel)["License-Expression"] == told


def test_it_claims_no_address_and_has_types(wheel: Path) -> None:
    found = metadata(wheel)
    assert found.get_all("Project-URL") is None
    assert "Typing :: Typed" in found.get_all("Classifier", [])
    assert file_in(wheel, "kcase/py.typed") == ""


def test_pytest_finds_its_fixtures(wheel: Path) -> None:
    assert "[pytest11]\nkcase = kcase.testing.pytest_plugin" in file_in(wheel, "entry_points.txt")
