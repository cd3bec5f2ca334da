"""Where the pages of a text are."""

from __future__ import annotations

from django.urls import reverse

from .models import Document


def address(document: Document, name: str, *more: object) -> str:
    """The address of one of the text's pages: ``address(document, "comment", 12)``."""
    year = document.year
    return reverse(f"documents:{name}", args=[year.cluster.code, year.number, document.slug, *more])
