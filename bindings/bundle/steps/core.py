"""The library itself: an object for each target of the core, linked with the C libraries into one file."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .compiler import GLIBC, Compiler
from .shell import output_of, run, say, stop
from .targets import Target, targets_of

# Embedded Swift makes the same objects for every system; the headers say for which libc.
SWIFT_TARGETS = {"x86_64": "x86_64-unknown-linux-gnu", "aarch64": "aarch64-none-none-elf"}

# Each before those that it needs, as the linker wants them.
ARCHIVES = ("libcurl.a", "libnghttp2.a", "libz.a", "libssl.a", "libcrypto.a", "libjansson.a", "libsqlite3.a")

SYSTEM_LIBRARIES = ("-lpthread", "-ldl")

# The functions of libc's for which reserve.c has others.
RESERVED = ("free", "posix_memalign")

# In bindings/bundle/native.
OWN_C_SOURCES = ("isolation.c", "absent.c", "linked.c")

# The files here that decide how the library is built.
OWN_STEPS = ("core.py", "targets.py")


@dataclass(frozen=True)
class Core:
    """Builds the core of the repository at `root` with the C libraries under `prefix`."""

    root: Path
    prefix: Path
    compiler: Compiler

    @property
    def _folder(self) -> Path:
        return self.compiler.work / self.compiler.arch / "core"

    @property
    def _header(self) -> Path:
        return self.root / "include/kcase.h"

    def version(self) -> str:
        found = re.search(
            r'^#define KCASE_VERSION "(.+)"$', self._header.read_text(encoding="utf-8"), re.MULTILINE
        )
        if found is None:
            stop(f"{self._header} does not define KCASE_VERSION")
        return found[1]

    def build(self) -> Path:
        """Gives the stripped library; builds it if anything changed."""
        targets = targets_of(self.root, "kcase", self.compiler.work / "package")
        made, stamp, key = self._folder / "libkcase.so", self._folder / "built", self._key(targets)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == key:
            return made
        say(f"building kcase {self.version()} for {self.compiler.arch}")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        c_modules = [target for target in targets if not target.is_swift]
        objects = [self._compile(target, c_modules) for target in targets if target.is_swift]
        objects += [self._compile_c(source) for source in self._c_sources]
        self._link(made, objects, self._version_script())
        stamp.write_text(key, encoding="utf-8")
        return made

    def _key(self, targets: list[Target]) -> str:
        """Identifies everything that the library is built from."""
        files = [file for target in targets for file in target.files()]
        files += [*self._c_sources, *(Path(__file__).with_name(name) for name in OWN_STEPS)]
        files += [self.prefix / "lib" / name for name in ARCHIVES]
        digest = hashlib.sha256(output_of([swift_compiler(), "--version"]).encode())
        for target in targets:
            digest.update(f"{target.name} {target.optimization}: {' '.join(target.dependencies)}\n".encode())
        for file in files:
            digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()

    @property
    def _c_sources(self) -> list[Path]:
        native = (self.root / "bindings/bundle/native" / name for name in OWN_C_SOURCES)
        return [*native, self.root / "Sources/CLibraries/reserve.c"]

    def _compile(self, target: Target, c_modules: list[Target]) -> Path:
        """Makes the object of a target, and the module that later targets import."""
        made = self._folder / f"{target.name}.o"
        swift_modules = self._folder / "swift-modules"
        swift_modules.mkdir(exist_ok=True)
        headers = [self.prefix / "include", *map(Path, self.compiler.header_folders())]
        glibc_minor = f"-D__GLIBC_MINOR__={GLIBC.partition('.')[2]}"
        module_maps = [f"-fmodule-map-file={module.folder}/module.modulemap" for module in c_modules]
        self._run(
            swift_compiler(), "-c", "-o", made, "-target", SWIFT_TARGETS[self.compiler.arch],
            "-module-name", target.name, "-package-name", "kcase", "-swift-version", "6", "-parse-as-library",
            "-emit-module", "-emit-module-path", swift_modules / f"{target.name}.swiftmodule",
            "-I", swift_modules,
            target.optimization, "-whole-module-optimization", "-enable-experimental-feature", "Embedded",
            "-enforce-exclusivity=unchecked", "-Xfrontend", "-function-sections",
            "-Xfrontend", "-disable-all-autolinking",
            "-module-cache-path", self._folder / "module-cache",
            "-file-prefix-map", f"{self.root}=.", "-file-compilation-dir", ".",
            *_for_clang("-fPIC", "-D__linux__", "-nostdlibinc", glibc_minor),
            *_for_clang(*module_maps),
            *(word for folder in headers for word in _for_clang("-isystem", str(folder))),
            *target.files(),
        )  # fmt: skip
        # This section is a hash that depends on where the sources are; only an incremental build reads it.
        tool = Path(swift_compiler()).resolve().with_name("llvm-objcopy")
        # Only Swift's objects may come from the reserve of reserve.c: the C libraries' memory is libc's.
        reserve = [f"--redefine-sym={name}=__wrap_{name}" for name in RESERVED]
        self._run(tool, "--remove-section=.swift_modhash", *reserve, made)
        return made

    def _compile_c(self, source: Path) -> Path:
        made = self._folder / f"{source.stem}.o"
        warnings = ("-Wall", "-Wextra", "-Werror")
        real = [f"-D__real_{name}={name}" for name in RESERVED]
        self._run(self.compiler.cc, "-std=gnu99", *warnings, *real, "-c", source, "-o", made)
        return made

    def _version_script(self) -> Path:
        """Exports the header's functions and nothing else, under a version node of their own."""
        text = re.sub(r"/\*.*?\*/", "", self._header.read_text(encoding="utf-8"), flags=re.DOTALL)
        names = sorted(set(re.findall(r"\b(kcase_[a-z0-9_]+)\s*\(", text)))
        made = self._folder / "kcase.map"
        major = self.version().partition(".")[0]
        lines = [
            f"KCASE_{major} {{",
            "  global:",
            *(f"    {name};" for name in names),
            "  local:",
            "    *;",
            "};",
        ]
        made.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return made

    def _link(self, made: Path, objects: list[Path], script: Path) -> None:
        major = self.version().partition(".")[0]
        options = [
            f"--version-script={script}", f"-soname=libkcase.so.{major}", "--gc-sections", "--as-needed",
            "-s", "-z", "defs", "-z", "now", "-z", "relro", "-z", "nodelete",
        ]  # fmt: skip
        self._run(
            self.compiler.cc, "-shared", "-o", made, *objects,
            *(self.prefix / "lib" / name for name in ARCHIVES), *SYSTEM_LIBRARIES,
            f"-Wl,{','.join(options)}",
        )  # fmt: skip

    def _run(self, *command: str | Path) -> None:
        run(
            list(command), cwd=self._folder, log=self._folder / "log", environment=self.compiler.environment()
        )


def swift_compiler() -> str:
    found = shutil.which("swiftc")
    if found is None:
        stop("swiftc is needed, and is not in PATH")
    return found


def swift_version() -> str:
    first = output_of([swift_compiler(), "--version"]).splitlines()[0]
    return first.partition("(")[0].split()[-1]


def _for_clang(*words: str) -> list[str]:
    return [each for word in words for each in ("-Xcc", word)]
