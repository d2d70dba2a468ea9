"""Connected systems, registered by the portal's own service, and their calls."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.connecting import SCOPES
from access.models import Agency, Connector
from access.services import connectors
from tests.factories.access import AgencyFactory, actor

API = "/api/v1"


@dataclass
class System:
    """An exchange system with its secret; it asks for a token when it first calls."""

    issued: connectors.Issued
    client: Client
    token: str = ""

    @property
    def connector(self) -> Connector:
        return self.issued.connector

    def ask_for_token(self, secret: str = "", **form: str) -> Any:
        given = {
            "grant_type": "client_credentials",
            "client_id": self.connector.client_id,
            "client_secret": secret or self.issued.secret,
        }
        body = "&".join(f"{k}={v}" for k, v in (given | form).items() if v)
        return self.client.post(
            "/o/token/", body, content_type="application/x-www-form-urlencoded"
        )

    @property
    def headers(self) -> dict[str, str]:
        if not self.token:
            self.token = self.ask_for_token().json()["access_token"]
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(f"{API}{path}", query, headers=self.headers)

    def send(self, content: bytes = b"Kinh g\xe1\xbb\xadi", **changes: Any) -> Any:
        """Hand in a file; a changed field that is None is left out."""
        name = changes.pop("name", "cong-van.txt")
        headers = self.headers | changes.pop("headers", {})
        form = self.form | changes
        told = {key: value for key, value in form.items() if value is not None}
        file = SimpleUploadedFile(name, content)
        return self.client.post(
            f"{API}/attachments", {"file": file, **told}, headers=headers
        )

    @property
    def form(self) -> dict[str, Any]:
        return {
            "message_id": "2026/0001@noivu",
            "from_agency": self.connector.agency.code,
            "to_agency": [],
            "originator": "vanthu.noivu",
            "document_type": "cong_van",
            "urgency": "thuong",
            "secrecy": "khong_mat",
        }

    def report(self, **event: Any) -> Any:
        told = {
            "kind": "sent",
            "message_id": "2026/0001@noivu",
            "from_agency": self.connector.agency.code,
            "happened_at": "2026-01-05T08:00:00+07:00",
        }
        return self.client.post(
            f"{API}/events",
            told | event,
            content_type="application/json",
            headers=self.headers,
        )


def connected(agency: Agency | None = None, **changes: Any) -> System:
    """Register a system of that agency, with every scope and a secret."""
    wanted = {
        "name": "Trục liên thông thử nghiệm",
        "agency": agency or AgencyFactory(),
        "scopes": list(SCOPES),
        "starts_on": date(2020, 1, 1),
    }
    issued = connectors.register(
        connectors.Particulars(**(wanted | changes)), by=actor("province_admin")
    )
    return System(issued, Client())
