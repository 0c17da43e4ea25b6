"""The command line in the bundle: bin/kcase, its pages and its papers.

Swift's compiler makes its objects, as for `make cli`; the C compiler links them, against glibc 2.17."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from pathlib import Path
from typing import Any

from .compiler import GLIBC, Compiler
from .core import swift_compiler, swift_version
from .sbom import SWIFT, cyclonedx
from .shell import output_of, run, say, stop

# The targets of the package whose objects make the program, as SwiftPM names their folders.
TARGETS = ("ArgumentParserToolInfo", "ArgumentParser", "kcase")

# Of the Swift toolchain, each before those that it needs.
SWIFT_ARCHIVES = (
    "libswift_Concurrency.a", "libswiftSynchronization.a", "libswift_Builtin_float.a", "libswiftGlibc.a",
    "libswiftCore.a", "libdispatch.a", "libBlocksRuntime.a",
)  # fmt: skip

PAGES = {
    "kcase.1": "share/man/man1/kcase.1",
    "completions/kcase.bash": "share/bash-completion/completions/kcase",
    "completions/_kcase": "share/zsh/site-functions/_kcase",
    "completions/kcase.fish": "share/fish/vendor_completions.d/kcase.fish",
}
PAPERS = "share/doc/kcase"


def is_possible(arch: str) -> bool:
    """Swift's compiler has its runtime for the machine's own processor alone."""
    return platform.machine() == arch


class CommandLine:
    """Builds the command line of the repository at `root`, and puts it into the folder of a bundle."""

    def __init__(self, root: Path, compiler: Compiler, version: str) -> None:
        self._root = root
        self._package = root / "bindings/cli"
        self._compiler = compiler
        self._version = version
        self._folder = compiler.work / compiler.arch / "command-line"
        self._scratch = self._folder / "package"

    def add_to(self, bundle: Path) -> list[str]:
        """Adds what is not there, and gives the paths of it. The checksums are written anew."""
        program = self._build((bundle / "lib/libkcase.so").resolve())
        texts = {made: (self._package / source).read_text(encoding="utf-8") for source, made in PAGES.items()}
        texts[f"{PAPERS}/LICENSES"] = self._licenses()
        texts[f"{PAPERS}/sbom.cdx.json"] = self._bill_of_materials(program)
        for name, text in texts.items():
            (bundle / name).parent.mkdir(parents=True, exist_ok=True)
            (bundle / name).write_text(text, encoding="utf-8")
        (bundle / "bin").mkdir(exist_ok=True)
        shutil.copyfile(program, bundle / "bin/kcase")
        (bundle / "bin/kcase").chmod(0o755)
        with (bundle / "README").open("a", encoding="utf-8") as readme:
            readme.write((self._root / "bindings/bundle/texts/command-line").read_text(encoding="utf-8"))
        added = sorted(["bin/kcase", *texts])
        _sum_up(bundle, added)
        return added

    # --- The program ---------------------------------------------------------------------------------------

    def _build(self, library: Path) -> Path:
        """Gives the stripped program; builds it if anything changed."""
        made, stamp, key = self._folder / "kcase", self._folder / "built", self._key()
        if stamp.exists() and stamp.read_text(encoding="utf-8") == key:
            return made
        say("building the command line")
        self._folder.mkdir(parents=True, exist_ok=True)
        options = ("--scratch-path", self._scratch, "--target", "kcase")
        self._run(self._package / "build", self._folder / "essentials", *options)
        self._link(made, library)
        stamp.write_text(key, encoding="utf-8")
        return made

    def _key(self) -> str:
        """Identifies everything that the program is built from."""
        files = [path for folder in ("Sources", "Essentials") for path in (self._package / folder).rglob("*")]
        files += [self._package / name for name in ("build", "Package.swift", "Package.resolved")]
        files += [self._root / "include/kcase.h", self._start, Path(__file__)]
        digest = hashlib.sha256(f"{swift_version()} {self._compiler.version} {_libstdcxx()}".encode())
        for file in sorted(path for path in files if path.is_file()):
            digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()

    @property
    def _start(self) -> Path:
        return self._root / "bindings/bundle/native/program.c"

    def _link(self, made: Path, library: Path) -> None:
        runtime = Path(swift_compiler()).resolve().parents[1] / "lib/swift_static/linux"
        objects = [runtime / self._compiler.arch / "swiftrt.o", *self._objects()]
        self._run(
            self._compiler.cc, "-pie", "-o", made, self._start, *objects, library,
            *(runtime / name for name in SWIFT_ARCHIVES), _libstdcxx(),
            "-lunwind", "-lm", "-ldl", "-lpthread",
            "-Wl,--gc-sections,-s,-z,now,-z,relro,-rpath,$ORIGIN/../lib",
        )  # fmt: skip

    def _objects(self) -> list[Path]:
        """Copies of what Swift's compiler made, without the hash that depends on where the sources are."""
        found = [self._folder / "essentials/FoundationEssentials.o"]
        for target in TARGETS:
            found += sorted((self._scratch / "release" / f"{target}.build").rglob("*.o"))
        folder = self._folder / "objects"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        tool = Path(swift_compiler()).resolve().with_name("llvm-objcopy")
        copies = [folder / f"{number}-{path.name}" for number, path in enumerate(found)]
        for path, copy in zip(found, copies, strict=True):
            self._run(tool, "--remove-section=.swift_modhash", path, copy)
        return copies

    def _run(self, *command: str | Path) -> None:
        log = self._folder / "log"
        run(list(command), cwd=self._folder, log=log, environment=self._compiler.environment())

    # --- Its papers ----------------------------------------------------------------------------------------

    def _licenses(self) -> str:
        parser = self._scratch / "checkouts/swift-argument-parser/LICENSE.txt"
        swift = Path(swift_compiler()).resolve().parents[1] / "share/swift/LICENSE.txt"
        unwind = self._compiler.zig.parent / "lib/libunwind/LICENSE.TXT"
        parts = [
            ("kcase", self._root / "LICENSE"),
            ("swift-argument-parser", parser),
            ("Swift's standard library and runtime, and libdispatch", swift),
            ("libstdc++", _license_of_libstdcxx()),
            ("libunwind", unwind if unwind.exists() else self._compiler.zig.parent / "LICENSE"),
            ("the compiler's support functions (zig)", self._compiler.zig.parent / "LICENSE"),
        ]
        line = "=" * 100
        chapters = [
            f"{line}\n{name}\n{line}\n\n{path.read_text(encoding='utf-8').strip()}\n" for name, path in parts
        ]
        return "The parts of bin/kcase, and the license of each.\n\n" + "\n".join(chapters)

    def _bill_of_materials(self, program: Path) -> str:
        digest = hashlib.sha256(program.read_bytes()).hexdigest()
        components = self._components()
        product = {
            "type": "application",
            "bom-ref": "kcase-cli",
            "name": "kcase-cli",
            "version": self._version,
            "hashes": [{"alg": "SHA-256", "content": digest}],
            "licenses": [{"license": {"id": "Apache-2.0"}}],
            "purl": f"pkg:generic/kcase-cli@{self._version}?arch={self._compiler.arch}&os=linux",
        }
        dependencies = [{"ref": "kcase-cli", "dependsOn": [part["bom-ref"] for part in components]}]
        return cyclonedx(digest, {"component": product}, components, dependencies)

    def _components(self) -> list[dict[str, Any]]:
        pins = json.loads((self._package / "Package.resolved").read_text(encoding="utf-8"))["pins"]
        parser = next(pin["state"] for pin in pins if pin["identity"] == "swift-argument-parser")
        swift, zig = swift_version(), self._compiler.version
        apple = "Apache-2.0 WITH Swift-exception"
        return [
            _component(
                "swift-argument-parser", parser["version"], apple,
                f"pkg:github/apple/swift-argument-parser@{parser['revision']}", supplier=SWIFT,
            ),
            _component(
                "swift-runtime", swift, apple, f"pkg:github/swiftlang/swift@swift-{swift}-RELEASE",
                supplier=SWIFT,
            ),
            _component(
                "libdispatch", swift, apple,
                f"pkg:github/swiftlang/swift-corelibs-libdispatch@swift-{swift}-RELEASE", supplier=SWIFT,
            ),
            _component(
                "libstdc++", _gcc_version(), "GPL-3.0-or-later WITH GCC-exception-3.1",
                f"pkg:generic/libstdc%2B%2B@{_gcc_version()}", supplier={"name": "The GCC project"},
            ),
            _component(
                "libunwind", zig, "Apache-2.0 WITH LLVM-exception", f"pkg:pypi/ziglang@{zig}",
                supplier={"name": "The LLVM project"},
            ),
            _component(
                "glibc-start", GLIBC, "LGPL-2.1-or-later", f"pkg:generic/glibc@{GLIBC}",
                supplier={"name": "The GNU C library's developers"},
            ),
        ]  # fmt: skip


def _component(
    name: str, version: str, license: str, purl: str, *, supplier: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": name,
        "supplier": supplier,
        "name": name,
        "version": version,
        "licenses": [{"expression": license}],
        "purl": purl,
    }


def _libstdcxx() -> Path:
    """The archive of the machine's own C++ compiler."""
    return Path(output_of(["g++", "-print-file-name=libstdc++.a"]).strip())


def _gcc_version() -> str:
    return output_of(["g++", "-dumpfullversion"]).strip()


def _license_of_libstdcxx() -> Path:
    major = _gcc_version().partition(".")[0]
    path = Path(f"/usr/share/doc/gcc-{major}-base/copyright")
    if not path.exists():
        stop(f"{path} has the license of libstdc++ and is needed")
    return path


def _sum_up(bundle: Path, added: list[str]) -> None:
    """Adds the checksums of what was added, and writes that of README anew."""
    path = bundle / "SHA256SUMS"
    lines = path.read_text(encoding="utf-8").splitlines()
    names = {name for _, _, name in (line.partition("  ") for line in lines)} | set(added)
    digests = {name: hashlib.sha256((bundle / name).read_bytes()).hexdigest() for name in sorted(names)}
    text = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    path.write_text(text, encoding="utf-8")
