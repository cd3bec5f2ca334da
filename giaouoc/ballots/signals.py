"""What secret ballots ask of other slices, which know of ballots while ballots do not know what they are for."""

from django.dispatch import Signal

given_up = Signal()  # ballot; a receiver answers True when what was counted is no result
