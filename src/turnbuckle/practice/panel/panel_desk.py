"""The forms of the panel's page: who may send them, what they do, and what the page then says."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from turnbuckle.practice.forms import read_form
from turnbuckle.practice.panel.knobs import Knobs
from turnbuckle.practice.panel.panel import Panel
from turnbuckle.practice.panel.panel_page import AT, PanelPage
from turnbuckle.practice.panel.values import BadValue
from turnbuckle.practice.people.door import Door

Form = dict[str, str]
_Doing = Callable[[web.Request, Form], Awaitable[tuple[str, str]]]


class PanelDesk:
    """Routes of the page ``/practice/panel``.

    Args:
        panel: what is turned.
        door: who may come in.
    """

    def __init__(self, panel: Panel, door: Door) -> None:
        self._panel = panel
        self._door = door
        self._notice = ""

    def routes(self) -> Sequence[web.RouteDef]:
        """All of them."""
        doings = {
            "faults": self.trouble,
            "calm": self.calm,
            "call-off/{number}": self.call_off,
            "clock": self.move_clock,
            "make": self.make,
            "switches": self.turn_switches,
            "limits": self.turn_limits,
        }
        posts = [
            web.post(f"{AT}/{path}", self._door.guarded(self._posted(doing)))
            for path, doing in doings.items()
        ]
        return [web.get(AT, self._door.guarded(self.show)), *posts]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page; a notice of the last form is shown once."""
        notice, self._notice = self._notice, ""
        page = PanelPage(self._panel, self._door.csrf, notice)
        return web.Response(text=page.html(), content_type="text/html")

    async def trouble(self, request: web.Request, form: Form) -> tuple[str, str]:
        """Begin a trouble."""
        order = self._panel.trouble(form, from_form=True)
        return "orders", "It is done." if order is None else f"On order: {order.deed.title}."

    async def calm(self, request: web.Request, form: Form) -> tuple[str, str]:
        """Call everything off."""
        self._panel.orders.calm()
        return "orders", "All is calm."

    async def call_off(self, request: web.Request, form: Form) -> tuple[str, str]:
        """Call one off."""
        try:
            self._panel.orders.call_off(int(request.match_info["number"]))
        except (KeyError, ValueError):
            raise BadValue("it is over already") from None
        return "orders", "It is called off."

    async def move_clock(self, request: web.Request, form: Form) -> tuple[str, str]:
        """Set the clock ahead."""
        try:
            self._panel.move_clock(float(form.get("seconds", "")))
        except ValueError:
            raise BadValue("say how many seconds") from None
        return "clock", "Both services are ahead now."

    async def make(self, request: web.Request, form: Form) -> tuple[str, str]:
        """Make something."""
        made = self._panel.make(form, from_form=True)
        return "make", "Made: " + ", ".join(f"{name} {value}" for name, value in made.items())

    async def turn_switches(self, request: web.Request, form: Form) -> tuple[str, str]:
        """Set switches."""
        return "switches", _turned(self._panel.switches, form)

    async def turn_limits(self, request: web.Request, form: Form) -> tuple[str, str]:
        """Set limits."""
        return "limits", _turned(self._panel.limits, form)

    def _posted(self, doing: _Doing) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def posted(request: web.Request) -> web.StreamResponse:
            form = await read_form(request)
            self._door.require_csrf(form.get("csrf"))
            texts = {
                key: value
                for key, value in form.items()
                if isinstance(value, str) and key != "csrf"
            }
            try:
                section, notice = await doing(request, texts)
            except BadValue as bad:
                sentence = f"That makes no sense: {bad}."
                page = PanelPage(self._panel, self._door.csrf, sentence, is_refusal=True)
                return web.Response(status=400, text=page.html(), content_type="text/html")
            self._notice = notice
            return web.Response(status=303, headers={"Location": f"{AT}#{section}"})

        return posted


def _turned(knobs: Knobs, form: Form) -> str:
    if form.pop("reset-all", ""):
        knobs.reset()
        return "All is as it was at the start."
    name = form.pop("reset", "")
    if name:
        knobs.reset([name])
        return f"{name} is as it was at the start."
    knobs.turn(knobs.checked_texts(form))
    return "Saved."
