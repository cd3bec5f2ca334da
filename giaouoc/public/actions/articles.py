"""Tin: write, change, publish, take down; figures with caption and what they show."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate, Year
from giaouoc.files.storage import store
from giaouoc.lib.errors import Invalid
from giaouoc.lib.pictures import opened
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import one_line, slug
from giaouoc.programme.models import Pact

from ..access import can_write_news
from ..models import Article, Figure
from ..states import ARTICLE_MOVES

MAX_PICTURE = 10 * 1024 * 1024
MAX_PIXELS = 60_000_000
WIDEST = 1600


RESERVED = {"viet"}  # the address beside the articles where one is begun


def _address(title: str) -> str:
    base = slug(title)
    taken = RESERVED | set(Article.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(name for n in range(1, 10_000) if (name := base if n == 1 else f"{base}-{n}") not in taken)


def _tag_lines(tags: Sequence[str]) -> str:
    clean = list(dict.fromkeys(one_line(tag)[:60] for tag in tags if tag.strip()))[:10]
    return "".join(f"\n{tag}" for tag in clean) + "\n" if clean else ""


@transaction.atomic
def write_article(
    year: Year,
    *,
    by: Mandate,
    now: datetime,
    title: str,
    lead: str,
    body: str,
    tags: Sequence[str] = (),
    byline: str = "",
    pact: Pact | None = None,
) -> Article:
    """Begin a draft; nobody but its writers sees it."""
    require(can_write_news(by, year, now))
    if not title.strip():
        raise Invalid(_("Hãy ghi tiêu đề."), field="title")
    article = Article.objects.create(
        year=year,
        title=title,
        slug=_address(title),
        lead=lead,
        body=body,
        tag_lines=_tag_lines(tags),
        byline=byline or _("Thư ký Cụm"),
        pact=pact,
        changed_at=now,
        made_by=by,
    )
    record("public.write_article", article, by=by, now=now, title=title)
    return article


@transaction.atomic
def change_article(article: Article, *, by: Mandate, now: datetime, **words: Any) -> None:
    """Change title, lead, body, tags, byline or pact; the address stays as it was shared."""
    require(can_write_news(by, article.year, now))
    if unknown := set(words) - {"title", "lead", "body", "tags", "byline", "pact"}:
        raise TypeError(f"no such words of an article: {unknown}")
    if "tags" in words:
        words["tag_lines"] = _tag_lines(words.pop("tags"))
    for name, value in (words | {"changed_at": now}).items():
        setattr(article, name, value)
    article.save(update_fields=[*words, "changed_at"])
    record("public.change_article", article, by=by, now=now, title=article.title)


@transaction.atomic
def publish_article(article: Article, *, by: Mandate, now: datetime) -> None:
    """Show the article to everybody. Each figure needs its caption and its words for those who do not see it."""
    require(can_write_news(by, article.year, now))
    if not article.body.strip():
        raise Invalid(_("Tin chưa có nội dung."), field="body")
    first = article.published_at or now
    move(
        article,
        "publish",
        ARTICLE_MOVES,
        by=by,
        now=now,
        act="public.publish_article",
        fields={"published_at": first, "changed_at": now},
        title=article.title,
    )


@transaction.atomic
def take_down_article(article: Article, *, by: Mandate, now: datetime) -> None:
    """Back to draft; publishing again keeps its first date."""
    require(can_write_news(by, article.year, now))
    move(article, "take_down", ARTICLE_MOVES, by=by, now=now, act="public.take_down_article", title=article.title)


def _clean_picture(data: bytes) -> tuple[bytes, int, int]:
    """The picture as a JPEG without the camera's private data, at most WIDEST pixels wide. Raises Invalid."""
    kinds = ("JPEG", "PNG", "WEBP")
    upright = opened(data, kinds, most_bytes=MAX_PICTURE, most_pixels=MAX_PIXELS, field="picture").convert("RGB")
    if upright.width > WIDEST:
        upright = upright.resize((WIDEST, round(upright.height * WIDEST / upright.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue(), upright.width, upright.height


@transaction.atomic
def add_figure(
    article: Article, data: bytes, name: str, *, by: Mandate, now: datetime, caption: str, alt: str
) -> Figure:
    """Add a picture; place and camera data in it are left out. Raises Invalid without caption or description."""
    require(can_write_news(by, article.year, now))
    _need_words(caption, alt)
    clean, width, height = _clean_picture(data)
    last = article.figures.order_by("-position").first()
    figure = Figure.objects.create(
        article=article,
        position=last.position + 1 if last else 1,
        file=store(clean, name.rpartition(".")[0] + ".jpg", "image/jpeg", now=now),
        width=width,
        height=height,
        caption=caption,
        alt=alt,
    )
    record("public.add_figure", article, by=by, now=now, caption=caption)
    return figure


def _need_words(caption: str, alt: str) -> None:
    if not caption.strip():
        raise Invalid(_("Hãy ghi chú thích ảnh."), field="caption")
    if not alt.strip():
        raise Invalid(_("Hãy mô tả ảnh cho người không nhìn thấy."), field="alt")


@transaction.atomic
def change_figure(figure: Figure, *, by: Mandate, now: datetime, caption: str, alt: str) -> None:
    """Correct what stands under a picture."""
    require(can_write_news(by, figure.article.year, now))
    _need_words(caption, alt)
    figure.caption, figure.alt = caption, alt
    figure.save(update_fields=["caption", "alt"])
    record("public.change_figure", figure.article, by=by, now=now, caption=caption)


@transaction.atomic
def remove_figure(figure: Figure, *, by: Mandate, now: datetime) -> None:
    """Take a picture out of the article; its bytes stay in the store."""
    require(can_write_news(by, figure.article.year, now))
    record("public.remove_figure", figure.article, by=by, now=now, caption=figure.caption)
    figure.delete()
