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

from .compiler import FLAGS, GLIBC, Compiler
from .shell import run, say
from .sources import Source, SourceStore

OPTIONS = Path(__file__).resolve().parents[1] / "options"

# Where OpenSSL would look for its files, were it told to. No machine has it.
NOWHERE = "/nonexistent/kcase"


@dataclass(frozen=True)
class Workshop:
    """Where one part is built: its patched source, a folder to build in, and where all of them are installed."""

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

    def cmake(self) -> None:
        """Configures, builds and installs; finds nothing but what was installed under the prefix."""
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
            f"CMAKE_FIND_ROOT_PATH={self.prefix}",
            *(f"CMAKE_FIND_ROOT_PATH_MODE_{what}=ONLY" for what in ("LIBRARY", "INCLUDE", "PACKAGE")),
            *self.options,
        ]
        self.run(
            "cmake", "-G", "Ninja", "-S", self.source, "-B", self.build, *(f"-D{each}" for each in settings)
        )
        self.run("ninja", "install")


def build_with_cmake(shop: Workshop) -> None:
    shop.cmake()


def build_jansson(shop: Workshop) -> None:
    shop.cmake()
    # A type, as its other build has it: Swift sees no macro that stands for one.
    header = shop.prefix / "include/jansson_config.h"
    text = header.read_text(encoding="utf-8")
    header.write_text(re.sub(r"#define json_int_t (.+)", r"typedef \1 json_int_t;", text), encoding="utf-8")


def build_openssl(shop: Workshop) -> None:
    folders = [f"--prefix={NOWHERE}", f"--openssldir={NOWHERE}", "--libdir=lib"]
    tools = ["CC=cc", "AR=ar", "RANLIB=ranlib"]
    target = f"linux-{shop.compiler.arch}"
    shop.run("perl", shop.source / "Configure", target, *folders, *shop.options, *tools)
    shop.run("make", f"-j{os.cpu_count()}", "build_generated")
    shop.run("make", f"-j{os.cpu_count()}", "libcrypto.a", "libssl.a")
    for library in ("libcrypto.a", "libssl.a"):
        shutil.copy2(shop.build / library, shop.prefix / "lib")
    for tree in (shop.source / "include/openssl", shop.build / "include/openssl"):
        shutil.copytree(tree, shop.prefix / "include/openssl", dirs_exist_ok=True)


RECIPES: dict[str, Callable[[Workshop], None]] = {
    "jansson": build_jansson,
    "nghttp2": build_with_cmake,
    "openssl": build_openssl,
    "curl": build_with_cmake,
}


def build_parts(store: SourceStore, sources: list[Source], compiler: Compiler) -> Path:
    """Builds what changed, in the order in which they need each other. Gives the prefix."""
    prefix = compiler.work / compiler.arch / "prefix"
    changed = False
    for source in sources:
        folder = _folder(compiler, source.package)
        stamp, key = folder / "built", _key(source, compiler)
        # A part may have seen the headers of the ones before it.
        changed = changed or not stamp.exists() or stamp.read_text(encoding="utf-8") != key
        if not changed:
            continue
        say(f"building {source.package} {source.version} for {compiler.arch}")
        shutil.rmtree(folder, ignore_errors=True)
        tree = part_source(compiler, source.package)
        shop = Workshop(source.package, tree, folder / "build", prefix, folder / "log", compiler)
        for each in (shop.build, prefix / "lib", prefix / "include"):
            each.mkdir(parents=True, exist_ok=True)
        store.unpack(source, tree, shop.log)
        RECIPES[source.package](shop)
        stamp.write_text(key, encoding="utf-8")
    return prefix


def part_source(compiler: Compiler, package: str) -> Path:
    """The tree that a part is built from."""
    return _folder(compiler, package) / "source"


def _folder(compiler: Compiler, package: str) -> Path:
    return compiler.work / compiler.arch / package


def _options(package: str) -> list[str]:
    """One a line; what follows a # is a comment."""
    lines = (OPTIONS / package).read_text(encoding="utf-8").splitlines()
    return [option for option in (line.partition("#")[0].strip() for line in lines) if option]


def _key(source: Source, compiler: Compiler) -> str:
    """Says what a built part came of: it is built again when this changes."""
    recipe = inspect.getsource(RECIPES[source.package]) + inspect.getsource(Workshop)
    inputs = [source.version, source.hashes, recipe, _options(source.package), FLAGS, GLIBC, NOWHERE]
    return hashlib.sha256(json.dumps([*inputs, compiler.version, compiler.arch]).encode()).hexdigest()
