"""What the public pages show."""

from __future__ import annotations

from django.db.models import QuerySet

from giaouoc.clusters.models import Year
from giaouoc.programme.models import Pact, PactState

from .models import Article
from .states import ArticleState


def published() -> QuerySet[Article]:
    """Published articles, newest first, with their year and first figures."""
    return (
        Article.objects.filter(state=ArticleState.PUBLISHED)
        .select_related("year__cluster")
        .prefetch_related("figures")
        .order_by("-published_at", "-pk")
    )


def sealed_pacts() -> QuerySet[Pact]:
    """Pacts that everybody may read and verify."""
    return (
        Pact.objects.filter(state=PactState.SEALED)
        .select_related("year__cluster", "signing_round")
        .order_by("-year__number", "year__cluster__code")
    )


def years() -> QuerySet[Year]:
    """The years of all clusters, newest first."""
    return Year.objects.select_related("cluster__supervising_body").order_by("-number", "cluster__code")
