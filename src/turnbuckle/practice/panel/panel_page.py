"""The panel as a web page: plain forms, one style sheet, no script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from turnbuckle.practice.panel.deeds import Ask, Deed, Option, Order
from turnbuckle.practice.panel.knobs import Knob
from turnbuckle.practice.panel.panel import Panel
from turnbuckle.practice.panel.requests import Asked, latest, told
from turnbuckle.practice.panel.values import Kind, as_text
from turnbuckle.practice.people.document import button, document

AT = "/practice/panel"
_LEAPS = ((600, "10 minutes"), (3_600, "1 hour"), (86_400, "1 day"), (30 * 86_400, "30 days"))
_SECTIONS = (
    ("orders", "On order"),
    ("faults", "Faults"),
    ("clock", "Clock"),
    ("make", "More of everything"),
    ("switches", "Switches"),
    ("limits", "Limits"),
    ("requests", "Requests"),
    ("http", "By HTTP"),
)
_BY_HTTP = """\
GET    /practice/panel.json            everything on this page
PATCH  /practice/panel.json            {"switches": {...}, "limits": {...}, "reset": ["name"]}
POST   /practice/panel.json/faults     {"kind": "error", "operation": "any", "times": 3}
DELETE /practice/panel.json/faults/7   calls one off; without the number: all calm
POST   /practice/panel.json/make       {"kind": "...", "name": "..."}
POST   /practice/panel.json/clock      {"seconds": 3600}"""


@dataclass(frozen=True, slots=True)
class PanelPage:
    """One view of a panel.

    Attributes:
        notice: what became of the last form; empty at first.
        is_refusal: whether the notice says no.
    """

    panel: Panel
    csrf: str
    notice: str = ""
    is_refusal: bool = False

    def html(self) -> str:
        """The whole page."""
        links = "".join(f'<a href="#{key}">{title}</a>' for key, title in _SECTIONS)
        content = (
            f'{self._notice()}<nav class="sections" aria-label="Sections">{links}</nav>'
            f"{self._orders()}{self._faults()}{self._clock()}{self._make()}"
            f"{self._knobs('switches', 'Switches', self.panel.switches)}"
            f"{self._knobs('limits', 'Limits', self.panel.limits)}"
            f"{self._requests()}{self._by_http()}"
        )
        header = (
            f'<h1><a href="/practice/">{escape(self.panel.service)}</a></h1><span>Panel</span>'
            '<a class="push" href="/practice/">Its people\'s pages</a>'
        )
        return document(f"Panel - {self.panel.service}", header, content)

    def _notice(self) -> str:
        if not self.notice:
            return ""
        kind = "warning" if self.is_refusal else "done"
        return f'<p class="{kind}" role="status">{escape(self.notice)}</p>'

    # Sections

    def _orders(self) -> str:
        rows = "".join(self._order(one) for one in self.panel.orders)
        if not rows:
            return _section("orders", '<p class="quiet">Nothing is on order: all calm.</p>')
        calm = self._form("calm", button("All calm"))
        return _section("orders", f'<ul class="items">{rows}</ul>{calm}')

    def _order(self, order: Order) -> str:
        left = "until called off" if order.left is None else f"{order.left} more"
        given = ", ".join(_given(order))
        return (
            f'<li><span class="name">{escape(order.deed.title)}'
            f'<span class="quiet"> {escape(given)}</span></span>'
            f'<span class="quiet">{left}</span>'
            f"{self._form(f'call-off/{order.number}', button('Call off'))}</li>"
        )

    def _faults(self) -> str:
        with_calls = [deed for deed in self.panel.troubles if _is_of_calls(deed)]
        others = [deed for deed in self.panel.troubles if not _is_of_calls(deed)]
        return _section(
            "faults",
            "<h3>Calls go wrong</h3>"
            '<p class="quiet">Calls of programs; people at their pages are spared.</p>'
            f"{self._deeds('faults', with_calls, 'Order')}<h3>Accounts, places and files</h3>"
            f"{self._deeds('faults', others, 'Let it happen')}",
        )

    def _clock(self) -> str:
        now = self.panel.clock.now().strftime("%Y-%m-%d %H:%M:%S UTC")
        ahead = self.panel.ahead_seconds
        far = f", {_length(ahead)} ahead" if ahead else ""
        leaps = "".join(
            f'<button name="seconds" value="{count}">{label}</button>' for count, label in _LEAPS
        )
        return _section(
            "clock",
            f"<p>It is {now}{far}.</p>"
            f'<p class="quiet">Set both services ahead, to see what expires; never back.</p>'
            f"{self._form('clock', leaps)}",
        )

    def _make(self) -> str:
        return _section("make", self._deeds("make", self.panel.makings, "Make"))

    def _knobs(self, key: str, title: str, knobs: Iterable[Knob]) -> str:
        rows = "".join(_knob(key, one) for one in knobs)
        reset_all = '<button name="reset-all" value="yes" formnovalidate>Reset all</button>'
        form = self._form(
            key,
            f'<ul class="knobs">{rows}</ul><p class="bar">{button(f"Save {title.lower()}")}'
            f"{reset_all}</p>",
        )
        return _section(key, form)

    def _requests(self) -> str:
        counted = "".join(
            f"<li>{escape(title)}: {escape(name)} <b>{count}</b></li>"
            for title, counter in self.panel.counted().items()
            for name, count in counter.most_common()
        )
        rows = "".join(_request(one) for one in latest(self.panel.log()))
        table = (
            '<div class="wide" tabindex="0" role="region" aria-label="Last requests"><table>'
            "<thead><tr><th>Time</th><th>Asked</th><th>Answer</th><th>Who</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></div>"
        )
        return _section(
            "requests",
            f"<details><summary>Calls so far, by operation</summary><ul>{counted}</ul></details>"
            + (table if rows else '<p class="quiet">Nobody asked anything yet.</p>'),
        )

    def _by_http(self) -> str:
        return _section(
            "http",
            "<p>Tests do all this with the start-up token as the header X-Practice-Token. A value"
            " that makes no sense is answered 400 with a sentence.</p>"
            f'<pre class="wide" tabindex="0">{escape(_BY_HTTP)}</pre>',
        )

    # Forms

    def _deeds(self, action: str, deeds: Sequence[Deed], word: str) -> str:
        return "".join(
            f"<details><summary>{escape(deed.title)} "
            f'<span class="quiet">{escape(deed.meaning)}</span></summary>'
            + self._form(
                action,
                f'<input type="hidden" name="kind" value="{deed.key}">'
                + "".join(_ask(deed, ask) for ask in deed.asks)
                + button(word),
            )
            + "</details>"
            for deed in deeds
        )

    def _form(self, action: str, fields: str) -> str:
        return (
            f'<form method="post" action="{AT}/{action}">'
            f'<input type="hidden" name="csrf" value="{escape(self.csrf)}">{fields}</form>'
        )


def _section(key: str, content: str) -> str:
    title = dict(_SECTIONS)[key]
    return f'<section id="{key}"><h2>{title}</h2>{content}</section>'


def _is_of_calls(deed: Deed) -> bool:
    return any(ask.name == "times" for ask in deed.asks)


def _given(order: Order) -> Iterable[str]:
    """What was asked for, in words: of a choice its label."""
    for ask in order.deed.asks:
        value = as_text(order.given[ask.name])
        if ask.name == "times":
            continue
        labels = {one.value: one.label for one in ask.options()} if ask.options else {}
        if value:
            yield f"{ask.label.split(',', 1)[0].lower()}: {labels.get(value, value)}"


def _ask(deed: Deed, ask: Ask) -> str:
    name = f"{deed.key}-{ask.name}"
    field = _input(ask.name, name, ask.kind, ask.default, ask.options() if ask.options else None)
    return f'<span class="ask"><label for="{name}">{escape(ask.label)}</label>{field}</span>'


def _knob(section: str, knob: Knob) -> str:
    name = f"{section}-{knob.name}"
    reset = (
        f'<button name="reset" value="{knob.name}" formnovalidate '
        f'aria-label="Reset {knob.name}">Reset</button>'
        if knob.is_turned
        else ""
    )
    started = as_text(knob.default) or "empty"
    turned = ' class="turned"' if knob.is_turned else ""
    return (
        f'<li{turned}><label for="{name}">{escape(knob.meaning)}'
        f'<span class="quiet"><code>{knob.name}</code> at the start: {escape(started)}</span>'
        f"</label>{_input(knob.name, name, knob.kind, knob.value, None)}{reset}</li>"
    )


def _input(name: str, id_: str, kind: Kind, value: object, options: Sequence[Option] | None) -> str:
    shown = as_text(value)
    if options is None and kind.name == "boolean":
        options = [Option("yes", "yes"), Option("no", "no")]
    elif options is None and kind.name == "choice":
        options = [Option(str(one), str(one)) for one in kind.choices]
    if options is not None:
        rows = "".join(
            f'<option value="{escape(one.value)}"{" selected" if one.value == shown else ""}>'
            f"{escape(one.label)}</option>"
            for one in options
        )
        return f'<select id="{id_}" name="{name}">{rows}</select>'
    needed = "" if kind.optional or kind.name == "words" else " required"
    if kind.name in {"integer", "number"}:
        step = "1" if kind.name == "integer" else "any"
        return (
            f'<input type="number" id="{id_}" name="{name}" value="{shown}" step="{step}"'
            f' min="{kind.least:g}" max="{kind.most:.15g}"{needed}>'
        )
    return f'<input type="text" id="{id_}" name="{name}" value="{escape(shown)}"{needed}>'


def _request(asked: Asked) -> str:
    bad = ' class="bad"' if asked.status >= 400 else ""
    return (
        f"<tr{bad}><td>{asked.at:%H:%M:%S}</td>"
        f"<td>{escape(asked.method)} <bdi>{escape(told(asked.path))}</bdi></td>"
        f"<td>{asked.status}</td><td><bdi>{escape(asked.who)}</bdi></td></tr>"
    )


def _length(seconds: float) -> str:
    whole = int(seconds)
    days, rest = divmod(whole, 86_400)
    hours, minutes = rest // 3_600, rest % 3_600 // 60
    parts = ((days, "d"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or f"{whole} s"
