"""The finished folder, and the archive of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path


def write_folder(folder: Path, library: Path, header: Path, version: str, texts: dict[str, str]) -> None:
    """Writes the folder anew. `texts` maps paths inside it to their contents."""
    for name in ("lib", "include", *texts, "SHA256SUMS"):
        _remove(folder / name)
    for name in ("lib", "include"):
        (folder / name).mkdir(parents=True)
    file = folder / f"lib/libkcase.so.{version}"
    shutil.copyfile(library, file)
    file.chmod(0o755)
    major = version.partition(".")[0]
    (folder / f"lib/libkcase.so.{major}").symlink_to(file.name)
    (folder / "lib/libkcase.so").symlink_to(f"libkcase.so.{major}")
    shutil.copyfile(header, folder / "include/kcase.h")
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    paths = [path for path in _inside(folder, texts) if path.is_file() and not path.is_symlink()]
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in paths
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def pack(folder: Path, archive: Path, texts: dict[str, str], time: int) -> None:
    """Writes the archive. Names are sorted, times equal and owners left out, so that it can be reproduced."""
    name = archive.name.removesuffix(".tar.gz")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in [folder, *_inside(folder, {**texts, "SHA256SUMS": ""})]:
            entry = tar.gettarinfo(path, f"{name}/{path.relative_to(folder)}".removesuffix("/."))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = time
            executable = path.is_dir() or ".so." in path.name or path.parent.name == "bin"
            entry.mode = 0o777 if path.is_symlink() else 0o755 if executable else 0o644
            if entry.isreg():
                tar.addfile(entry, io.BytesIO(path.read_bytes()))
            else:
                tar.addfile(entry)
    with archive.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as compressed:
        compressed.write(packed.getvalue())


def source_time(root: Path) -> int:
    """SOURCE_DATE_EPOCH; else the time of the last commit; else a fixed one."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given.isdigit():
        command = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
        given = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return int(given) if given.isdigit() else 1767225600


def _inside(folder: Path, texts: dict[str, str]) -> list[Path]:
    """The sorted paths that belong to the bundle: tests leave other files beside them."""
    tops = {Path(name).parts[0] for name in texts} | {"lib", "include"}
    found = [path for top in tops for path in [folder / top, *(folder / top).rglob("*")]]
    return sorted(set(found))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
