"""Tags the wheel: pure Python, unless it carries the library, src/kcase/_lib/libkcase.so.1.

A wheel with the library runs on every Python 3 of one platform, which KCASE_WHEEL_PLATFORM names.
"""

import os
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

CARRIES_LIBRARY = (Path(__file__).parent / "src" / "kcase" / "_lib" / "libkcase.so.1").exists()


class KCaseDistribution(Distribution):
    def has_ext_modules(self):
        return CARRIES_LIBRARY


class KCaseWheel(bdist_wheel):
    def get_tag(self):
        python, abi, platform = super().get_tag()
        if not CARRIES_LIBRARY:
            return python, abi, platform
        return "py3", "none", os.environ.get("KCASE_WHEEL_PLATFORM", platform)


setup(distclass=KCaseDistribution, cmdclass={"bdist_wheel": KCaseWheel})
