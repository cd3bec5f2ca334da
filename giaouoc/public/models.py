"""Tin tức và mặt công khai: news, open to everyone once published."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from giaouoc.clusters.models import Mandate, Year
from giaouoc.files.models import StoredFile
from giaouoc.lib.fields import LineField, StateField, WordsField
from giaouoc.programme.models import Pact

from .states import ArticleState


class Article(models.Model):
    """Tin: title, lead, text, figures, tags; the byline is a post, not a person."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="articles")
    title = LineField(max_length=300)
    slug = models.SlugField(max_length=100, unique=True)
    lead = WordsField(blank=True)
    body = WordsField()  # paragraphs parted by an empty line
    tag_lines = WordsField(blank=True)  # each tag between line ends, so that one LIKE finds it on both engines
    byline = LineField(max_length=200)
    pact = models.ForeignKey(Pact, null=True, blank=True, on_delete=models.PROTECT, related_name="articles")
    state = StateField(ArticleState, default=ArticleState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-published_at", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("public:article", args=[self.slug])

    @property
    def tags(self) -> list[str]:
        """The tags in the order they were given."""
        return self.tag_lines.split("\n")[1:-1]

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain


class Figure(models.Model):
    """Ảnh of an article, with caption and what it shows for those who do not see it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    caption = LineField(max_length=300)
    alt = LineField(max_length=300)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.caption
