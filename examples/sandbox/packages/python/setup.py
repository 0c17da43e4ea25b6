"""Tags the wheel: any Python 3, on Linux for x86-64 with the glibc that the program needs. The version is
the library's, which KCASE_VERSION names."""

import os

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel


class SandboxDistribution(Distribution):
    def has_ext_modules(self):
        return True


class SandboxWheel(bdist_wheel):
    def get_tag(self):
        return "py3", "none", "manylinux_2_35_x86_64"


setup(
    version=os.environ["KCASE_VERSION"],
    distclass=SandboxDistribution,
    cmdclass={"bdist_wheel": SandboxWheel},
)
