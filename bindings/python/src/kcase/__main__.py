"""`python -m kcase`: hands over to the command line tool, `kcase`."""

from __future__ import annotations

import os
import shutil
import sys

from . import _library

TOOL = "kcase"


def find() -> str | None:
    """The tool beside the library, else the one in PATH."""
    folder = os.path.dirname(os.path.realpath(_library.locate()[0]))
    for place in (folder, os.path.join(os.path.dirname(folder), "bin")):
        path = os.path.join(place, TOOL)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return shutil.which(TOOL)


def main() -> None:
    path = find()
    if path is None:
        print(
            "kcase: the command line tool is neither beside the library nor in PATH."
            " In Python, `import kcase`.",
            file=sys.stderr,
        )
        sys.exit(127)
    os.execv(path, [TOOL, *sys.argv[1:]])


if __name__ == "__main__":
    main()
