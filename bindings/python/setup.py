"""Tags the wheel: pure Python, unless it carries the library, src/kcase/_lib/libkcase.so.1.

A wheel with the library runs on every Python 3 of one platform, which KCASE_WHEEL_PLATFORM names. Its license
is that of the package and of every part of the library, which the library's bill of materials names.
"""

import json
import os
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

LIB = Path(__file__).parent / "src" / "kcase" / "_lib"
CARRIES_LIBRARY = (LIB / "libkcase.so.1").exists()


def license_expression(own):
    bill = LIB / "sbom.cdx.json"
    if not bill.exists():
        return own
    parts = json.loads(bill.read_text(encoding="utf-8"))["components"]
    stated = [one for part in parts for one in part.get("licenses", [])]
    licenses = {one["expression"] if "expression" in one else one["license"]["id"] for one in stated}
    return " AND ".join([own, *sorted(licenses - {own})])


class KCaseDistribution(Distribution):
    def has_ext_modules(self):
        return CARRIES_LIBRARY

    def parse_config_files(self, *arguments, **options):
        super().parse_config_files(*arguments, **options)
        if self.metadata.license_expression:
            self.metadata.license_expression = license_expression(self.metadata.license_expression)


class KCaseWheel(bdist_wheel):
    def get_tag(self):
        python, abi, platform = super().get_tag()
        if not CARRIES_LIBRARY:
            return python, abi, platform
        return "py3", "none", os.environ.get("KCASE_WHEEL_PLATFORM", platform)


setup(distclass=KCaseDistribution, cmdclass={"bdist_wheel": KCaseWheel})
