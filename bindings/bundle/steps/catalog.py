"""The parts inside the bundle: their licenses, their makers, and until when they get security fixes."""

from __future__ import annotations

from dataclasses import dataclass

from .debian import NEXT_RELEASE, RELEASE

# Debian says this of its release 13 (trixie), for all of its packages.
DEBIAN_FIXES = "Debian's security team until 2028-08-09, then Debian LTS until 2030-06-30"
# The journal's SQLite must be newer than that release's: before 3.51.3, a commit could be lost (in WAL mode).
NEXT_FIXES = "the SQLite project in its newest release, which Debian takes for its next release (13 has 3.46)"


@dataclass(frozen=True)
class Part:
    """One library. `cpe` is its maker and name in the dictionary of the National Vulnerability Database."""

    package: str
    license: str
    license_file: str
    maker: str
    site: str
    cpe: str
    support: str
    needs: tuple[str, ...] = ()
    release: str = RELEASE


# In the order in which they are built: each after those that it needs.
PARTS = (
    Part(
        "jansson", "MIT", "LICENSE", "Petri Lehtinen", "https://github.com/akheron/jansson",
        "jansson_project:jansson", DEBIAN_FIXES,
    ),
    Part(
        "zlib", "Zlib", "LICENSE", "Jean-loup Gailly and Mark Adler", "https://zlib.net",
        "zlib:zlib", DEBIAN_FIXES,
    ),
    Part(
        "nghttp2", "MIT", "COPYING", "Tatsuhiro Tsujikawa", "https://nghttp2.org",
        "nghttp2:nghttp2", DEBIAN_FIXES,
    ),
    Part(
        "openssl", "Apache-2.0", "LICENSE.txt", "The OpenSSL Project", "https://openssl-library.org",
        "openssl:openssl", f"the OpenSSL project (3.5 is an LTS series) until 2030-04-08; {DEBIAN_FIXES}",
    ),
    Part(
        "curl", "curl", "COPYING", "The curl project", "https://curl.se",
        "haxx:libcurl", f"{DEBIAN_FIXES}; the curl project itself fixes its newest release only",
        ("openssl", "nghttp2", "zlib"),
    ),
    Part(
        "sqlite3", "blessing", "LICENSE.md", "The SQLite project", "https://sqlite.org",
        "sqlite:sqlite", NEXT_FIXES, release=NEXT_RELEASE,
    ),
)  # fmt: skip

PACKAGES = tuple(part.package for part in PARTS)
PART = {part.package: part for part in PARTS}
