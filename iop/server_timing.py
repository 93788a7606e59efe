"""How long a response took, told to whoever measures: the header Server-Timing, where ``IOP_SERVER_TIMING=1``.

The middleware stands first of all, so that sessions and login are counted too.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse


@dataclass
class Stopwatch:
    """Counts questions to the database, and the seconds that they took."""

    queries: int = 0
    seconds: float = 0.0

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began


def server_timing(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Durations in milliseconds, as the header has them."""
    if not settings.SERVER_TIMING:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        database, began = Stopwatch(), time.perf_counter()
        with connection.execute_wrapper(database):
            response = get_response(request)
        total = time.perf_counter() - began
        response["Server-Timing"] = (
            f'db;desc="{database.queries} queries";dur={database.seconds * 1000:.1f}, total;dur={total * 1000:.1f}'
        )
        return response

    return middleware
