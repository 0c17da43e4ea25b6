"""The bill of materials, in CycloneDX 1.5. The same inputs give the same text."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path

from .compiler import Compiler
from .shell import output_of
from .sources import Source

LICENSES = {"jansson": "MIT", "nghttp2": "MIT", "openssl": "Apache-2.0", "curl": "curl"}


def bill_of_materials(version: str, library: Path, sources: list[Source], compiler: Compiler) -> str:
    digest = hashlib.sha256(library.read_bytes()).hexdigest()
    product = {
        "type": "library",
        "bom-ref": "kcase",
        "name": "kcase",
        "version": version,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "properties": [{"name": "kcase:architecture", "value": compiler.arch}],
    }
    swift = output_of(["swiftc", "--version"]).splitlines()[0]
    tools = [
        {"type": "application", "name": "zig", "version": compiler.version},
        {"type": "application", "name": "swift", "version": swift.partition("(")[0].split()[-1]},
    ]
    parts = [_component(source) for source in sources]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {"component": product, "tools": {"components": tools}},
        "components": parts,
        "dependencies": [{"ref": "kcase", "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    return json.dumps(document, indent=2) + "\n"


def _component(source: Source) -> dict[str, object]:
    """A part, with the name and hash of each file of its source package."""
    files = [
        {"type": "source-distribution", "url": name, "hashes": [{"alg": "SHA-256", "content": digest}]}
        for name, digest in sorted(source.hashes.items())
    ]
    return {
        "type": "library",
        "bom-ref": source.package,
        "name": source.package,
        "version": source.upstream_version,
        "purl": f"pkg:deb/{source.vendor}/{source.package}@{source.version.replace('+', '%2B')}?arch=source",
        "licenses": [{"license": {"id": LICENSES[source.package]}}],
        "externalReferences": files,
    }
