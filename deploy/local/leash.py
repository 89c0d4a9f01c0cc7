"""Become another program: in a session of its own and, when asked, not outliving whoever started it.

Run as a file, never imported: `python -I -S leash.py PARENT DIRECTORY PROGRAM ARGUMENTS...`, where PARENT is a process id,
or 0 for a program that shall stay. A program between is safer than code between fork and exec: the parent may have threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, directory: str, *command: str) -> None:
    """Never returns: the process goes on as `command`, under the same id."""
    os.setsid()
    if parent:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # The parent may have died before the line above, and then no signal would ever come.
        if os.getppid() != parent:
            sys.exit(1)
    os.chdir(directory)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
