"""Teaches mypy what our middleware hangs on a request.

The gate lets nobody without an actor into a view that is not public, so `actor` is
typed as always there; public views and middleware ask with `getattr`.
"""

from collections.abc import Callable

from mypy.nodes import TypeInfo
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, Instance, Type, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
ADDED = {"actor": "access.actors.Actor", "htmx": "django_htmx.middleware.HtmxDetails"}


class RequestPlugin(Plugin):
    """Adds the attributes to HttpRequest, then answers with their types."""

    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        """Declare the attributes; their types are not known this early."""
        return declare if fullname == REQUEST else None

    def get_attribute_hook(
        self, fullname: str
    ) -> Callable[[AttributeContext], Type] | None:
        """Give an attribute its type when it is used."""
        owner, _, name = fullname.rpartition(".")
        wanted = ADDED.get(name)
        if wanted is None or not owner.endswith("Request"):
            return None
        module, _, class_name = wanted.rpartition(".")

        def typed(context: AttributeContext) -> Type:
            found = self.lookup_fully_qualified(f"{module}.{class_name}")
            if found and isinstance(found.node, TypeInfo):
                return Instance(found.node, [])
            return context.default_attr_type

        return typed


def declare(context: ClassDefContext) -> None:
    for name in ADDED:
        unknown = AnyType(TypeOfAny.special_form)
        add_attribute_to_class(context.api, context.cls, name, unknown)


def plugin(_version: str) -> type[RequestPlugin]:
    """Name the plugin; mypy calls this."""
    return RequestPlugin
