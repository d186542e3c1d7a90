"""One thread for the numerical libraries while a model is fitted or drawn: on small matrices more of them only fight."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

LIMIT: int | None = 1  # None leaves the libraries as they are
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def one_thread(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The same function, during which BLAS and OpenMP have one thread each; the number they had before comes back."""

    @functools.wraps(function)
    def limited(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with _libraries("scipy.linalg" in sys.modules).limit(limits=LIMIT):
            return function(*args, **kwargs)

    return limited


@functools.cache  # to look for the libraries takes milliseconds; scipy, imported for the fitted methods only, brings its own
def _libraries(with_scipy: bool) -> ThreadpoolController:
    return ThreadpoolController()
