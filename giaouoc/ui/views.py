from typing import Any

from django.http import HttpRequest, HttpResponse


def _plain(status: int) -> Any:
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(str(status), status=status)

    return page


bad_request, permission_denied, page_not_found, server_error = (_plain(s) for s in (400, 403, 404, 500))
csrf_failure = permission_denied
