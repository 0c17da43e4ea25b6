"""The C libraries inside the bundle, each built as a static library under one prefix."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .catalog import PART
from .compiler import FLAGS, GLIBC, Compiler
from .resets import mark_resets
from .shell import run, say, stop
from .sources import Source, SourceStore
from .trim import trim

OPTIONS = Path(__file__).resolve().parents[1] / "options"

# Takes the place of a file of libcurl's.
KEYLOG = Path(__file__).resolve().parents[1] / "native/keylog.c"

# OpenSSL must have a folder for its files, and never reads it. No machine has this one.
NONEXISTENT_FOLDER = "/nonexistent/kcase"

# Folders of OpenSSL whose files are compiled for speed.
OPENSSL_FAST = (
    "crypto/(?:aes|bn|bn/asm|chacha|ec|md5|ml_kem|modes|poly1305|sha)|providers/implementations/ciphers"
    "|ssl/record|ssl/record/methods"
)
OPENSSL_FAST_FILES_MIN = 150

# The variables that SQLite would read: where its temporary files go.
SQLITE_VARIABLES = 2


@dataclass(frozen=True)
class PartBuild:
    """Where a part is built: its patched source, a folder to build in, and the prefix of all parts."""

    package: str
    source: Path
    build: Path
    prefix: Path
    log: Path
    compiler: Compiler

    @property
    def options(self) -> list[str]:
        return _options(self.package)

    def run(self, *command: str | Path) -> None:
        run(list(command), cwd=self.build, log=self.log, environment=self.compiler.environment())

    def configure(self) -> None:
        """Configures with CMake; finds only what was installed under the prefix."""
        settings = [
            "CMAKE_SYSTEM_NAME=Linux",
            f"CMAKE_SYSTEM_PROCESSOR={self.compiler.arch}",
            "CMAKE_C_COMPILER=cc",
            f"CMAKE_AR={self.compiler.folder}/ar",
            f"CMAKE_RANLIB={self.compiler.folder}/ranlib",
            "CMAKE_BUILD_TYPE=None",
            "BUILD_SHARED_LIBS=OFF",
            f"CMAKE_INSTALL_PREFIX={self.prefix}",
            "CMAKE_INSTALL_LIBDIR=lib",
            f"OPENSSL_ROOT_DIR={self.prefix}",
            f"ZLIB_ROOT={self.prefix}",
            f"CMAKE_FIND_ROOT_PATH={self.prefix}",
            *(f"CMAKE_FIND_ROOT_PATH_MODE_{what}=ONLY" for what in ("LIBRARY", "INCLUDE", "PACKAGE")),
            *self.options,
        ]
        self.run(
            "cmake", "-G", "Ninja", "-S", self.source, "-B", self.build, *(f"-D{each}" for each in settings)
        )


def build_with_cmake(part: PartBuild) -> None:
    part.configure()
    part.run("ninja", "install")


def build_jansson(part: PartBuild) -> None:
    build_with_cmake(part)
    # As in jansson's build with autoconf: Swift does not import a macro that stands for a type.
    header = part.prefix / "include/jansson_config.h"
    text = header.read_text(encoding="utf-8")
    header.write_text(re.sub(r"#define json_int_t (.+)", r"typedef \1 json_int_t;", text), encoding="utf-8")


def build_zlib(part: PartBuild) -> None:
    # Debian's source lacks a file that the build with CMake needs.
    tools = ["CC=cc", "AR=ar", "RANLIB=ranlib", "CFLAGS=-O2"]
    part.run("env", *tools, part.source / "configure", f"--prefix={NONEXISTENT_FOLDER}", *part.options)
    part.run("make", "libz.a")
    shutil.copy2(part.build / "libz.a", part.prefix / "lib")
    for header in (part.source / "zlib.h", part.build / "zconf.h"):
        shutil.copy2(header, part.prefix / "include")


def build_openssl(part: PartBuild) -> None:
    folders = [f"--prefix={NONEXISTENT_FOLDER}", f"--openssldir={NONEXISTENT_FOLDER}", "--libdir=lib"]
    tools = ["CC=cc", "AR=ar", "RANLIB=ranlib"]
    trim(part.source)
    target = f"linux-{part.compiler.arch}"
    part.run("perl", part.source / "Configure", target, *folders, *part.options, *tools)
    # The scripts that write assembly ask the compiler for its version, and write 700 KB for AVX-512 if it
    # knows that. What AVX2 does is as fast for answers of a few kilobytes.
    old = part.build / "old-assembler"
    old.write_text('#!/bin/sh\necho "clang version 6.0.0"\n', encoding="utf-8")
    old.chmod(0o755)
    make = ("make", f"-j{os.cpu_count()}", f"PERL=env CC={old} perl")
    part.run(*make, "build_generated")
    # The options ask for small code. This is where the time of a handshake and of each record goes.
    rules = (part.build / "Makefile").read_text(encoding="utf-8")
    fast = re.findall(rf"^((?:{OPENSSL_FAST})/[^ ]+\.o):", rules, re.MULTILINE)
    if len(fast) < OPENSSL_FAST_FILES_MIN:
        stop(f"OpenSSL's Makefile has {len(fast)} files in {OPENSSL_FAST}: where is its cryptography now?")
    part.run(*make, "CFLAGS=-O2", *fast)
    part.run(*make, "libcrypto.a", "libssl.a")
    for library in ("libcrypto.a", "libssl.a"):
        shutil.copy2(part.build / library, part.prefix / "lib")
    for tree in (part.source / "include/openssl", part.build / "include/openssl"):
        shutil.copytree(tree, part.prefix / "include/openssl", dirs_exist_ok=True)


def build_curl(part: PartBuild) -> None:
    mark_resets(part.source)
    replaced = part.source / "lib/vtls/keylog.c"
    if not replaced.exists():
        stop(f"libcurl has no {replaced.relative_to(part.source)}: where does it write keys now?")
    shutil.copyfile(KEYLOG, replaced)
    build_with_cmake(part)


def build_sqlite3(part: PartBuild) -> None:
    """Joins the sources into one file, by tools that run on this machine, and compiles that."""
    options = [option for option in part.options if option.startswith("-DSQLITE_OMIT_")]
    makefile = part.source / "Makefile.linux-generic"
    here = f"B.cc={part.compiler.zig} cc -fno-sanitize=all"
    features = f"OPT_FEATURE_FLAGS={' '.join(options)}"
    part.run("make", "-f", makefile, f"TOP={part.source}", here, features, "sqlite3.c")
    source = part.build / "sqlite3.c"
    text = source.read_text(encoding="utf-8")
    text, count = re.subn(r"(azTempDirs\[\d\]) = getenv\(\S+\);", r"\1 = 0;", text)
    if count != SQLITE_VARIABLES:
        stop(f"SQLite reads {count} variables for temporary files, and not {SQLITE_VARIABLES}")
    source.write_text(text, encoding="utf-8")
    part.run("cc", "-Os", "-w", *part.options, "-c", "sqlite3.c", "-o", "sqlite3.o")
    part.run("ar", "rcs", part.prefix / "lib/libsqlite3.a", "sqlite3.o")


BUILDERS: dict[str, Callable[[PartBuild], None]] = {
    "jansson": build_jansson,
    "zlib": build_zlib,
    "nghttp2": build_with_cmake,
    "openssl": build_openssl,
    "curl": build_curl,
    "sqlite3": build_sqlite3,
}


# What this build itself changes in a part, for the bill of materials.
OWN_CHANGES = {
    "jansson": "jansson_config.h: json_int_t is a typedef instead of a macro.",
    "openssl": "bindings/bundle/native/isolation.c replaces ossl_safe_getenv: no variable is read. "
    "bindings/bundle/steps/trim.py leaves out algorithms and encoders that TLS to a web service does not "
    "use, bindings/bundle/native/absent.c the code of Curve448.",
    "curl": "bindings/bundle/native/keylog.c replaces lib/vtls/keylog.c: no key is written to a file. "
    "lib/http2.c: a stream that is reset before its end is no whole answer, whatever the reason.",
    "sqlite3": "SQLITE_TMPDIR and TMPDIR are not read: temporary tables stay in memory.",
}


def build_parts(store: SourceStore, sources: list[Source], compiler: Compiler) -> Path:
    """Builds what changed, each part after those that it needs. Returns the prefix."""
    prefix = compiler.work / compiler.arch / "prefix"
    built: set[str] = set()
    for source in sources:
        folder = _folder(compiler, source.package)
        stamp, key = folder / "built", _key(source, compiler)
        same = stamp.exists() and stamp.read_text(encoding="utf-8") == key
        if same and not built.intersection(PART[source.package].needs):
            continue
        say(f"building {source.package} {source.version} for {compiler.arch}")
        shutil.rmtree(folder, ignore_errors=True)
        tree = part_source(compiler, source.package)
        part = PartBuild(source.package, tree, folder / "build", prefix, folder / "log", compiler)
        for each in (part.build, prefix / "lib", prefix / "include"):
            each.mkdir(parents=True, exist_ok=True)
        store.unpack(source, tree, part.log)
        BUILDERS[source.package](part)
        stamp.write_text(key, encoding="utf-8")
        built.add(source.package)
    return prefix


def part_source(compiler: Compiler, package: str) -> Path:
    """The tree that a part is built from."""
    return _folder(compiler, package) / "source"


def _folder(compiler: Compiler, package: str) -> Path:
    return compiler.work / compiler.arch / package


def _options(package: str) -> list[str]:
    """One per line; what follows a # is a comment."""
    lines = (OPTIONS / package).read_text(encoding="utf-8").splitlines()
    return [option for option in (line.partition("#")[0].strip() for line in lines) if option]


def _key(source: Source, compiler: Compiler) -> str:
    """Identifies everything that a part is built from: it is built again when this changes."""
    builder = inspect.getsource(BUILDERS[source.package]) + inspect.getsource(PartBuild)
    if source.package == "curl":
        builder += KEYLOG.read_text(encoding="utf-8") + inspect.getsource(inspect.getmodule(mark_resets))
    if source.package == "openssl":
        builder += OPENSSL_FAST + inspect.getsource(inspect.getmodule(trim))
    inputs = [
        source.version,
        source.hashes,
        builder,
        _options(source.package),
        FLAGS,
        GLIBC,
        NONEXISTENT_FOLDER,
    ]
    return hashlib.sha256(json.dumps([*inputs, compiler.version, compiler.arch]).encode()).hexdigest()
