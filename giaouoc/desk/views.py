from django.http import HttpRequest, HttpResponse


def year(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.year))  # type: ignore[attr-defined]
