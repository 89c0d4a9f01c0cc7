"""Imported first by the process that worker processes are forked from, and of use to nobody else.

It does nothing but fork, and ends when its parent and all that it forked have ended. A signal to the whole group is the parent's to hear.
"""

from __future__ import annotations

import signal

# What is forked gets both with it, and so is deaf from its first moment.
for _number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(_number, signal.SIG_IGN)
