"""A person's browser as far as the people's pages need one: cookies, forms, the page it shows."""

import re

import aiohttp


class Browser:
    """What a browser keeps: cookies, and the page that it shows."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self.session = session
        self.address = address
        self.status = 0
        self.page = ""
        self.headers: dict[str, str] = {}

    async def get(self, path: str) -> str:
        async with self.session.get(self.address + path) as answer:
            return await self._show(answer)

    async def _show(self, answer: aiohttp.ClientResponse) -> str:
        self.status, self.headers = answer.status, dict(answer.headers)
        self.page = (await answer.read()).decode("utf-8", "replace")
        return self.page

    @property
    def csrf(self) -> str:
        return self.field("csrf")

    def field(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([0-9a-f]+)"', self.page)
        assert found is not None
        return found[1]

    def links(self, part: str) -> list[str]:
        """Where the links lead whose address has this in it."""
        return [one for one in re.findall(r'href="([^"]+)"', self.page) if part in one]

    async def post(self, path: str, **fields: str) -> str:
        data = {"csrf": self.csrf, **fields}
        async with self.session.post(self.address + path, data=data) as answer:
            return await self._show(answer)

    async def upload(self, path: str, *files: tuple[str, bytes]) -> str:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("csrf", self.csrf)
        for name, content in files:
            form.add_field("file", content, filename=name)
        async with self.session.post(self.address + path, data=form) as answer:
            return await self._show(answer)
