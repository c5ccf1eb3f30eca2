"""Redis as a cache that may vanish at any moment: nobody gets an error, and nobody waits twice.

After a fault it is left alone for some seconds by the whole process. Meanwhile counters go on in
the process's own memory, and what others must not see old (sessions) is simply not found, so that
it is read from the database.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.circuit import Circuit

LEFT_ALONE_SECONDS = 5.0
TIMEOUT_SECONDS = 0.25


class CacheCircuit(Circuit):
    """The circuit of one Redis.

    Attributes:
        to_forget: Keys whose deletion was lost: deleted before anything else is asked again.
    """

    def __init__(self) -> None:
        super().__init__("the cache", seconds=LEFT_ALONE_SECONDS)
        self.to_forget: set[str] = set()


_circuits: dict[tuple[str, str], CacheCircuit] = {}


def circuit_of(server: str, prefix: str) -> CacheCircuit:
    """The circuit that all threads share."""
    return _circuits.setdefault((server, prefix), CacheCircuit())


def _guarded(name: str) -> Callable[..., Any]:
    plain = getattr(RedisCache, name)

    def method(self: "DisposableRedis", *args: Any, **kwargs: Any) -> Any:
        if not self.circuit.is_open:
            try:
                self.forget_lost()
                return plain(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                self.circuit.trip(error)
        self.remember_lost(name, *args, **kwargs)
        return getattr(self.instead, name)(*args, **kwargs)

    method.__name__ = name
    return method


class DisposableRedis(RedisCache):
    """Django's, with ``OPTIONS`` of ours.

    ``counts_alone``: whether this process's memory stands in while Redis is away; else nothing is
    found. ``longest``: seconds that anything is kept at most, for what may be deleted while Redis
    is away and comes back with it.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        counts_alone = options.pop("counts_alone", False)
        self._longest = options.pop("longest", None)
        options |= {
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, params | {"OPTIONS": options})
        own = {"OPTIONS": {"MAX_ENTRIES": 100_000}}
        self.instead: BaseCache = (
            LocMemCache(f"{server}{self.key_prefix}", own) if counts_alone else DummyCache("", {})
        )
        self.circuit = circuit_of(server, self.key_prefix)

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> Any:
        """How long something is kept."""
        seconds = super().get_backend_timeout(timeout)
        if self._longest is None:
            return seconds
        return self._longest if seconds is None else min(seconds, self._longest)

    def remember_lost(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Keep in mind what should have been deleted or replaced."""
        if name in {"delete", "set"}:
            self.circuit.to_forget.add(self.make_key(args[0] if args else kwargs["key"]))

    def forget_lost(self) -> None:
        """Delete what should have been, before anything is asked."""
        while self.circuit.to_forget:
            key = next(iter(self.circuit.to_forget))
            self._cache.delete(key)
            self.circuit.to_forget.discard(key)

    get = _guarded("get")
    set = _guarded("set")
    add = _guarded("add")
    incr = _guarded("incr")
    touch = _guarded("touch")
    delete = _guarded("delete")
    has_key = _guarded("has_key")
    get_many = _guarded("get_many")
    set_many = _guarded("set_many")
    delete_many = _guarded("delete_many")
    clear = _guarded("clear")
