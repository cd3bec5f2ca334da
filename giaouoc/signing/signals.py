"""News for the slices above, sent inside the transaction of the act that brings it. Keyword arguments: ``round``,
``by``, ``now``; a refusal also gives ``slot``."""

from django.dispatch import Signal

round_completed = Signal()  # the last signature is there
round_sealed = Signal()
round_refused = Signal()
round_cancelled = Signal()
round_expired = Signal()
