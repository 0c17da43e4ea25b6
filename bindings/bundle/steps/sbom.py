"""The bill of materials, in CycloneDX 1.6. The same inputs give the same text."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .catalog import PART, PARTS
from .compiler import GLIBC, Compiler
from .core import swift_version
from .parts import OWN_CHANGES, part_source
from .sources import Source

DEBIAN = {"name": "Debian", "url": ["https://www.debian.org"]}
SWIFT = {"name": "The Swift project", "url": ["https://www.swift.org"]}
ZIG = {"name": "The Zig project", "url": ["https://ziglang.org"]}

CVE = re.compile(r"CVE-\d{4}-\d{4,}")
# How a patch says, above its changes, that its maker's own project has made them.
FROM_UPSTREAM = re.compile(r"^(Origin: *(upstream|backport)|\(cherry picked|Backported-by:)", re.MULTILINE)


def bill_of_materials(
    version: str, library: Path, sources: list[Source], compiler: Compiler, archive: str, time: int
) -> str:
    digest = hashlib.sha256(library.read_bytes()).hexdigest()
    product = {
        "type": "library",
        "bom-ref": "kcase",
        "supplier": {"name": "kcase"},
        "name": "kcase",
        "version": version,
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "purl": f"pkg:generic/kcase@{version}?arch={compiler.arch}&os=linux",
        "externalReferences": [{"type": "distribution", "url": archive}],
        "properties": _properties(architecture=compiler.arch, glibc=GLIBC),
    }
    tools = [
        {"type": "application", "supplier": ZIG, "name": "zig", "version": compiler.version},
        {"type": "application", "supplier": SWIFT, "name": "swift", "version": swift_version()},
    ]
    parts = [_part(source, part_source(compiler, source.package)) for source in sources]
    runtimes = _runtimes(compiler)
    references = [str(each["bom-ref"]) for each in [*parts, *runtimes]]
    metadata = {
        "timestamp": datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lifecycles": [{"phase": "build"}],
        "tools": {"components": tools},
        "component": product,
    }
    dependencies = [
        {"ref": "kcase", "dependsOn": references},
        *({"ref": part.package, "dependsOn": list(part.needs)} for part in PARTS if part.needs),
    ]
    return cyclonedx(digest, metadata, [*parts, *runtimes], dependencies)


def cyclonedx(
    digest: str,
    metadata: dict[str, Any],
    components: list[dict[str, Any]],
    dependencies: list[dict[str, Any]],
) -> str:
    """The document, in CycloneDX, of a product with this SHA-256."""
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {**metadata, "supplier": {"name": "kcase"}},
        "components": components,
        "dependencies": dependencies,
    }
    return json.dumps(document, indent=2) + "\n"


def _part(source: Source, tree: Path) -> dict[str, Any]:
    """A C library, with the files of its source package, and what was changed in it."""
    part = PART[source.package]
    version = source.upstream_version
    package_version = quote(source.version, safe="")
    place = f"https://sources.debian.org/src/{source.package}/{package_version}/"
    files = [
        {"type": "source-distribution", "url": quote(name), "hashes": [{"alg": "SHA-256", "content": digest}]}
        for name, digest in sorted(source.hashes.items())
    ]
    older = {} if source.is_newest else {"newest-listed-version": source.listed}
    if source.expired:
        older["index-valid-until"] = source.expired
    return {
        "type": "library",
        "bom-ref": source.package,
        "supplier": DEBIAN,
        "publisher": part.maker,
        "name": source.package,
        "version": version,
        "licenses": [{"license": {"id": part.license}}],
        "cpe": f"cpe:2.3:a:{part.cpe}:{version}:*:*:*:*:*:*:*",
        "purl": f"pkg:deb/debian/{source.package}@{package_version}?arch=source&distro={part.release}",
        "externalReferences": [
            {"type": "website", "url": part.site},
            {"type": "distribution", "url": place},
            *files,
        ],
        "pedigree": _pedigree(source.package, tree),
        "properties": _properties(
            **{"package-version": source.version, "security-fixes": part.support, **older}
        ),
    }


def _pedigree(package: str, tree: Path) -> dict[str, Any]:
    """Debian's patches, in the order in which they are applied, and the build's own changes."""
    folder = tree / "debian/patches"
    series = folder / "series"
    lines = series.read_text(encoding="utf-8").splitlines() if series.exists() else []
    names = [line.partition("#")[0].strip() for line in lines]
    made: dict[str, Any] = {"patches": [_patch(folder, name.split()[0]) for name in names if name]}
    if package in OWN_CHANGES:
        made["notes"] = OWN_CHANGES[package]
    return made


def _patch(folder: Path, name: str) -> dict[str, Any]:
    text = (folder / name).read_text(encoding="utf-8", errors="replace")
    above = re.split(r"^(?:---|diff |Index: )", text, maxsplit=1, flags=re.MULTILINE)[0]
    fixed = sorted(set(CVE.findall(name + "\n" + above)))
    patch: dict[str, Any] = {
        "type": "backport" if fixed or FROM_UPSTREAM.search(above) else "unofficial",
        "diff": {"url": quote(f"debian/patches/{name}")},
    }
    if fixed:
        patch["resolves"] = [{"type": "security", "id": each} for each in fixed]
    return patch


def _runtimes(compiler: Compiler) -> list[dict[str, Any]]:
    """What the two compilers add of their own."""
    swift = swift_version()
    return [
        {
            "type": "library",
            "bom-ref": "swift-stdlib",
            "supplier": SWIFT,
            "name": "swift-stdlib",
            "version": swift,
            "description": "The parts of Swift's standard library that the core uses (Embedded Swift)",
            "licenses": [{"expression": "Apache-2.0 WITH Swift-exception"}],
            "cpe": f"cpe:2.3:a:apple:swift:{swift}:*:*:*:*:*:*:*",
            "purl": f"pkg:github/swiftlang/swift@swift-{swift}-RELEASE",
            "externalReferences": [
                {"type": "distribution", "url": "https://www.swift.org/install/linux/"},
            ],
        },
        {
            "type": "library",
            "bom-ref": "zig-compiler-rt",
            "supplier": ZIG,
            "name": "zig-compiler-rt",
            "version": compiler.version,
            "description": "The C compiler's support functions, as far as the parts call them",
            "licenses": [{"license": {"id": "MIT"}}],
            "cpe": f"cpe:2.3:a:ziglang:zig:{compiler.version}:*:*:*:*:*:*:*",
            "purl": f"pkg:pypi/ziglang@{compiler.version}",
            "externalReferences": [{"type": "distribution", "url": "https://ziglang.org/download/"}],
        },
        {
            "type": "library",
            "bom-ref": "glibc-start",
            "supplier": ZIG,
            "publisher": "The GNU C library's developers",
            "name": "glibc-start",
            "version": GLIBC,
            "description": "Start files and libc_nonshared for glibc's interface of this version, from zig",
            "licenses": [{"license": {"id": "LGPL-2.1-or-later"}}],
            "cpe": f"cpe:2.3:a:gnu:glibc:{GLIBC}:*:*:*:*:*:*:*",
            "purl": f"pkg:generic/glibc@{GLIBC}",
            "externalReferences": [{"type": "distribution", "url": "https://ziglang.org/download/"}],
        },
    ]


def _properties(**values: str) -> list[dict[str, str]]:
    return [{"name": f"kcase:{name}", "value": value} for name, value in values.items()]
