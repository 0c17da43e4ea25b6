"""A small mirror of source packages on this machine, signed with a key of its own."""

from __future__ import annotations

import functools
import hashlib
import http.server
import os
import subprocess
import threading
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

SUITE = "trixie"
STANZA = """\
Package: {package}
Binary: {package}
Version: {version}
Maintainer: Nobody <nobody@localhost>
Architecture: any
Format: 3.0 (quilt)
Directory: pool
Files:
 {md5} {size} {name}
Checksums-Sha256:
 {sha256} {size} {name}
"""


class DebianMirror:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._home = folder / "gnupg"
        self._home.mkdir(mode=0o700)
        self._stanzas: list[str] = []
        self._published = time.time() - 1000
        self._pool = folder / "mirror/pool"
        self._pool.mkdir(parents=True)
        self._dist = folder / f"mirror/dists/{SUITE}"
        (self._dist / "main/source").mkdir(parents=True)
        self.keyring = folder / "keyring.gpg"
        self.make_key(self.keyring)
        handler = functools.partial(_Quiet, directory=str(folder / "mirror"))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def line(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port} {SUITE} main"

    def make_key(self, keyring: Path) -> None:
        """Makes the key that signs from now on, and writes its public part to `keyring`."""
        for path in self._home.glob("pubring.kbx*"):
            path.unlink()
        self._gpg("--quick-generate-key", "mirror@localhost", "ed25519", "sign", "never")
        keyring.write_bytes(self._gpg("--export"))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        command = ["gpgconf", "--homedir", str(self._home), "--kill", "all"]
        subprocess.run(command, check=True, capture_output=True)

    def add(self, package: str, version: str, *, served: bool = True) -> Path:
        """Lists a version; the mirror has it only if it is served."""
        name = f"{package}_{version.rpartition(':')[2]}.dsc"
        content = f"{package} {version}\n".encode()
        self._stanzas.append(
            STANZA.format(
                package=package, version=version, name=name, size=len(content),
                md5=hashlib.md5(content).hexdigest(), sha256=hashlib.sha256(content).hexdigest(),
            )
        )  # fmt: skip
        if served:
            (self._pool / name).write_bytes(content)
        return self._pool / name

    def publish(self, *, valid_days: int = 7, signed: bool = True) -> None:
        """Writes the index. It was made a month ago, unless it is still valid."""
        sources = "\n".join(self._stanzas).encode()
        (self._dist / "main/source/Sources").write_bytes(sources)
        now = datetime.now(timezone.utc)
        made = now - timedelta(days=1 if valid_days > 0 else 30)
        until = now + timedelta(days=valid_days)
        digest = hashlib.sha256(sources).hexdigest()
        release = "\n".join([
            f"Origin: Debian\nSuite: stable\nCodename: {SUITE}\nComponents: main\nArchitectures: amd64",
            f"Date: {format_datetime(made, usegmt=True)}".replace("GMT", "UTC"),
            f"Valid-Until: {format_datetime(until, usegmt=True)}".replace("GMT", "UTC"),
            f"SHA256:\n {digest} {len(sources)} main/source/Sources\n",
        ])  # fmt: skip
        for name in ("InRelease", "Release"):
            (self._dist / name).unlink(missing_ok=True)
        plain = self._dist / "Release"
        plain.write_text(release, encoding="utf-8")
        if signed:
            self._gpg("--clearsign", "--output", str(self._dist / "InRelease"), str(plain))
            plain.unlink()
        # Apt asks for what is newer than what it has, in whole seconds.
        self._published += 2
        for path in self._dist.glob("*Release"):
            os.utime(path, (self._published, self._published))

    def _gpg(self, *words: str) -> bytes:
        command = ["gpg", "--homedir", str(self._home), "--batch", "--quiet", "--passphrase", "", *words]
        return subprocess.run(command, check=True, capture_output=True).stdout


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass
