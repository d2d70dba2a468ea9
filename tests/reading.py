"""Pages as people read them."""

from django.http import HttpResponse


def read(answer: HttpResponse) -> str:
    """Return what a page says, with names whole that may break on a narrow screen."""
    return answer.content.decode().replace("<wbr>", "")
