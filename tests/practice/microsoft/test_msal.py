"""Microsoft's own sign-in library gets its tokens here, unchanged."""

import asyncio
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msal
from practice.microsoft.client import Microsoft

_SIGN_IN = "https://login.microsoftonline.com"


@dataclass
class _Reply:
    """What msal wants to know of an answer."""

    status_code: int
    text: str
    headers: dict[str, str]

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise RuntimeError(self.text)


class _Elsewhere:
    """Carries msal's requests to the practice service instead of the real host."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.paths: list[str] = []

    def _send(self, method: str, url: str, body: bytes | None, headers: Any) -> _Reply:
        self.paths.append(url.removeprefix(_SIGN_IN))
        target = url.replace(_SIGN_IN, self._address)
        request = urllib.request.Request(target, body, dict(headers or {}), method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return _Reply(answer.status, answer.read().decode(), dict(answer.headers))
        except urllib.error.HTTPError as refused:
            return _Reply(refused.code, refused.read().decode(), dict(refused.headers))

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> _Reply:
        query = f"?{urlencode(params)}" if params else ""
        return self._send("GET", url + query, None, headers)

    def post(
        self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any
    ) -> _Reply:
        return self._send("POST", url, urlencode(data or {}).encode(), headers)

    def close(self) -> None:
        return


class _Discovered(_Elsewhere):
    """Gives the discovery document with the real host's name, as that host would."""

    def get(self, url: str, params: Any = None, headers: Any = None, **more: Any) -> _Reply:
        reply = super().get(url, params, headers, **more)
        reply.text = reply.text.replace(self._address, _SIGN_IN)
        return reply


async def test_msal_gets_a_token_for_an_app_and_keeps_it(microsoft: Microsoft) -> None:
    service = microsoft.service
    carrier = _Discovered(service.address)

    def ask(secret: str) -> Any:
        app = msal.ConfidentialClientApplication(
            service.client_id,
            authority=f"{_SIGN_IN}/{service.tenant_id}",
            client_credential=secret,
            http_client=carrier,
            instance_discovery=False,
        )
        first = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])
        again = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])
        return first, again

    first, again = await asyncio.to_thread(ask, service.client_secret)
    refused, _ = await asyncio.to_thread(ask, "wrong")

    microsoft.token = first["access_token"]
    assert (await microsoft.call("GET", f"{microsoft.at}/root")).status == 200
    assert again["access_token"] == first["access_token"]
    assert refused["error"] == "invalid_client"
    assert "AADSTS7000215" in refused["error_description"]
