"""A person with a browser, who allows our app to act for them on either practice service."""

import re
from collections.abc import Mapping

import aiohttp

from turnbuckle.practice.world import PracticeWorld


async def allow(
    address: str, world: PracticeWorld, *, answer: str = "allow", person: str = "ana"
) -> str:
    """Answer the consent page as a person, and give the address that the browser is sent to."""
    async with aiohttp.ClientSession() as browser:
        async with browser.get(address) as response:
            page = await response.text()
            assert response.status == 200, page
        hidden: Mapping[str, str] = {
            name: value.replace("&amp;", "&")
            for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        }
        form = {**hidden, "person": person, "practice_token": world.people_token}
        form |= {"decision": answer, "answer": answer}
        where = address if "ticket" in hidden else address.partition("?")[0]
        async with browser.post(where, data=form, allow_redirects=False) as response:
            assert response.status in (200, 302), await response.text()
            if response.status == 302:
                return response.headers["Location"]
            found = re.search(r"<pre>([^<]+)</pre>", await response.text())
            assert found is not None
            return found[1]


def address_in(said: str) -> str:
    """Give the sign-in page's address out of what a command printed."""
    found = re.search(r"^  (http://\S+)$", said, re.MULTILINE)
    assert found is not None, said
    return found[1]
