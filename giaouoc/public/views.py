"""Open to everyone: front page, the public face of a year, news. And the desk where the head's secretary writes news."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.models import Year
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import mandate_in, members_of
from giaouoc.files.storage import file_response
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import require
from giaouoc.signing.models import SlotState
from giaouoc.ui.forms import submitted

from .access import can_write_news, get_article_for
from .actions import articles as act
from .forms import ArticleForm, FigureForm, FigureWordsForm
from .models import Article, Figure
from .queries import published, sealed_pacts, years
from .states import ArticleState

PER_PAGE = 12


@require_safe
def front(request: Any) -> HttpResponse:
    """The front page: what this is, the newest news, the signed pacts."""
    context = {"articles": published()[:5], "pacts": sealed_pacts()[:10], "years": years()[:20]}
    return render(request, "public/front.html", context)


@require_safe
def year(request: Any) -> HttpResponse:
    """The public face of a year: members, theme, signed pact, news."""
    of: Year = request.year
    context = {
        "members": members_of(of, request.now),
        "focus_areas": list(of.focus_areas.all()),
        "pact": sealed_pacts().filter(year=of).first(),
        "articles": published().filter(year=of)[:6],
    }
    return render(request, "public/year.html", context)


@require_safe
def news(request: Any) -> HttpResponse:
    """All published news, a tag in the address filters."""
    found = published()
    if tag := request.GET.get("the", "").strip():
        found = found.filter(tag_lines__contains=f"\n{tag}\n")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "public/news.html", {"page": page, "tag": tag})


def _mandate_for(request: Any, of: Year) -> Any:
    return mandate_in(of, request.user, request.now) if request.user.is_authenticated else None


def _article(request: Any, slug: str) -> Article:
    """Published for all; for signed-in people also the drafts that they may write."""
    article = Article.objects.filter(slug=slug).select_related("year__cluster").first()
    if article is None:
        raise NotFound(_("Không có tin này."), _("Tin có thể đã được gỡ; mời xem các tin khác."))
    by = None if article.state == ArticleState.PUBLISHED else _mandate_for(request, article.year)
    return get_article_for(by, request.now, slug)


@require_safe
def article(request: Any, slug: str) -> HttpResponse:
    """One article."""
    shown = _article(request, slug)
    pact = shown.pact
    signed = pact.signing_round.slots.values_list("state", flat=True) if pact and pact.signing_round else []
    states = list(signed)
    context = {
        "article": shown,
        "figures": list(shown.figures.all()),
        "paragraphs": [part.strip() for part in shown.body.split("\n\n") if part.strip()],
        "pact": pact,
        "signed": states.count(SlotState.SIGNED),
        "expected": len(states),
    }
    return render(request, "public/article.html", context)


@require_safe
def figure(request: Any, slug: str, number: int) -> HttpResponse:
    """A picture of an article, for whoever may read that."""
    shown = get_object_or_404(Figure.objects.select_related("file"), article=_article(request, slug), pk=number)
    return file_response(shown.file, inline=True)


def _get(request: Any, slug: str) -> Article:
    require(can_write_news(request.mandate, request.year, request.now))
    found = Article.objects.select_related("year__cluster").filter(year=request.year, slug=slug).first()
    if found is None:
        raise Http404
    return found


@member_page
@require_safe
def desk(request: Any) -> HttpResponse:
    """The year's news as its writers see them: drafts and published."""
    require(can_write_news(request.mandate, request.year, request.now))
    page = Paginator(Article.objects.filter(year=request.year).order_by("-pk"), 30).get_page(request.GET.get("trang"))
    return render(request, "public/desk.html", {"page": page})


def _save(request: Any, found: Article | None) -> HttpResponse:
    form = ArticleForm(request.POST if request.method == "POST" else None, instance=found, year=request.year)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            words = dict(form.cleaned_data)
            if found is None:
                found = act.write_article(request.year, by=request.mandate, now=request.now, **words)
                messages.success(request, _("Đã lưu nháp. Chỉ thư ký đơn vị Cụm trưởng thấy cho đến khi đăng."))
            else:
                words["byline"] = words["byline"] or found.byline
                act.change_article(found, by=request.mandate, now=request.now, **words)
                messages.success(request, _("Đã lưu thay đổi."))
            return redirect("news:edit", request.year.cluster.code, request.year.number, found.slug)
        status = 422
    context: dict[str, Any] = {"form": form, "article": found, "figure_form": FigureForm()}
    if found:
        context |= {"figures": list(found.figures.all()), "history": history_of(found)[:50]}
    return render(request, "public/edit.html", context, status=status)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    """Write an article."""
    require(can_write_news(request.mandate, request.year, request.now))
    return _save(request, None)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, slug: str) -> HttpResponse:
    """Change an article and its figures; publish it or take it down."""
    return _save(request, _get(request, slug))


@member_page
@require_POST
def publication(request: Any, slug: str) -> HttpResponse:
    """Publish, or with ``go=1`` take down."""
    found = _get(request, slug)
    if request.POST.get("go"):
        act.take_down_article(found, by=request.mandate, now=request.now)
        messages.success(request, _("Đã gỡ tin về nháp. Có thể đăng lại bất cứ lúc nào."))
    else:
        act.publish_article(found, by=request.mandate, now=request.now)
        messages.success(request, _("Đã đăng tin. Mọi người đều đọc được."))
    return redirect("news:edit", request.year.cluster.code, request.year.number, slug)


@member_page
@require_POST
def figures(request: Any, slug: str) -> HttpResponse:
    """Add a picture."""
    found = _get(request, slug)
    form = FigureForm(request.POST, request.FILES)

    def add(data: dict[str, Any]) -> None:
        picture = data.pop("picture")
        act.add_figure(found, picture.read(), picture.name, by=request.mandate, now=request.now, **data)

    if submitted(request, form, add, _("Đã thêm ảnh.")):
        return redirect("news:edit", request.year.cluster.code, request.year.number, slug)
    context = {
        "form": ArticleForm(instance=found, year=request.year),
        "article": found,
        "figure_form": form,
        "figures": list(found.figures.all()),
        "history": history_of(found)[:50],
    }
    return render(request, "public/edit.html", context, status=422)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def figure_words(request: Any, slug: str, number: int) -> HttpResponse:
    """Correct the words of a picture, or take it out (``bo=1``)."""
    found = _get(request, slug)
    shown = get_object_or_404(Figure.objects.select_related("article__year"), article=found, pk=number)
    back = redirect("news:edit", request.year.cluster.code, request.year.number, slug)
    if request.method == "POST" and request.POST.get("bo"):
        act.remove_figure(shown, by=request.mandate, now=request.now)
        messages.success(request, _("Đã bỏ ảnh khỏi tin."))
        return back
    initial = {"caption": shown.caption, "alt": shown.alt}
    form = FigureWordsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        act.change_figure(shown, by=request.mandate, now=request.now, **form.cleaned_data)
        messages.success(request, _("Đã lưu chú thích."))
        return back
    context = {"form": form, "article": found, "figure": shown}
    return render(request, "public/figure.html", context, status=422 if form.is_bound else 200)
