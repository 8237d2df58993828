"""Make a failing case as small as it goes: fewer faults, fewer deeds, a smaller tree."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from planning.smallest import smallest
from simulation.case import Case, Episode, Setting

_MOST_PLAYS = 400

type Fails = Callable[[Case], bool]


def shrunk(case: Case, fails: Fails, most_plays: int = _MOST_PLAYS) -> Case:
    """Give a smaller case that fails, too; `case` must fail."""
    return smallest(case, _smaller, fails, most_plays)


def _smaller(case: Case) -> Iterator[Case]:
    """Give every case that is one thing less, the large things first."""
    for number in range(len(case.episodes) - 1, -1, -1):
        yield replace(case, episodes=_without(case.episodes, number))
    for number, episode in enumerate(case.episodes):
        for less in _smaller_episodes(episode):
            episodes = (*case.episodes[:number], less, *case.episodes[number + 1 :])
            yield replace(case, episodes=episodes)
    yield from (replace(case, apart=tree) for tree in _smaller_trees(case.apart))
    yield from (replace(case, initial=tree) for tree in _smaller_trees(case.initial))
    for name, plain in _PLAIN.items():
        if getattr(case.setting, name) != plain:
            yield replace(case, setting=replace(case.setting, **{name: plain}))


def _smaller_episodes(episode: Episode) -> Iterator[Episode]:
    for number, fault in enumerate(episode.faults):
        yield replace(episode, faults=_without(episode.faults, number))
        for word in range(len(fault.words)):
            less = replace(fault, words=_without(fault.words, word))
            yield replace(episode, faults=_with(episode.faults, number, less))
        if fault.times > 1:
            less = replace(fault, times=fault.times // 2)
            yield replace(episode, faults=_with(episode.faults, number, less))
    for name in ("left", "right"):
        words = getattr(episode, name)
        if len(words) > 3:
            yield replace(episode, **{name: ()})
        for number in range(len(words) - 1, -1, -1):
            yield replace(episode, **{name: _without(words, number)})


def _smaller_trees(tree: dict[str, str]) -> Iterator[dict[str, str]]:
    if len(tree) > 3:
        yield {}
    for path in tree:
        yield {key: tree[key] for key in tree if key != path}


def _without[T](things: tuple[T, ...], number: int) -> tuple[T, ...]:
    return (*things[:number], *things[number + 1 :])


def _with[T](things: tuple[T, ...], number: int, thing: T) -> tuple[T, ...]:
    return (*things[:number], thing, *things[number + 1 :])


_DEFAULT = Setting()
_PLAIN = {name: getattr(_DEFAULT, name) for name in Setting.__slots__}
