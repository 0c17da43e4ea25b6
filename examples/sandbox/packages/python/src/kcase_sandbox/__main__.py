"""`python -m kcase_sandbox` and `kcase-sandbox`: become the program."""

import os
import sys

from . import path


def main() -> None:
    """Does not return: signals, standard output and the exit code are the program's own."""
    os.execv(path(), ["kcase-sandbox", *sys.argv[1:]])


if __name__ == "__main__":
    main()
