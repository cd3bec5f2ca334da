"""What texts ask of other slices, which know of texts while texts do not know of them."""

from django.dispatch import Signal

being_decided = Signal()  # document; a receiver answers with a sentence while the text is under vote, else ''
