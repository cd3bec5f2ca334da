"""A number in the words of a clause that is tied to what it names: ``OPEN id|level|number CLOSE`` in the place of the number.

Only working copies keep words so; what is shown, handed on or hidden has the number alone."""

from __future__ import annotations

import re

OPEN, CLOSE = "\ue000", "\ue001"
TIED = re.compile(f"{OPEN}([^|{OPEN}{CLOSE}]*)\\|(\\w+)\\|([^{OPEN}{CLOSE}]*){CLOSE}")
