"""Door: asks the web, politely, bounded, and never inside our own network.

A name is resolved here, every address it has is checked, and a checked one is dialled, again at every
redirect: what a name means may change between a check and a later look-up.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Protocol, TypeVar
from weakref import WeakValueDictionary

import httpcore
import httpx

from newsbot.errors import FetchFailed, ForbiddenAddress
from newsbot.models.sources import Fetched

USER_AGENT = "newsbot/0.1 (feed reader)"
MAX_REDIRECTS = 5
_PER_HOST = 4  # at the same time: polite, and httpx's pool is quadratic in connections to one origin
_TURN_SECONDS = 5.0  # after which the next is let in: four slow pages do not hold up a host's hundred others
_CONNECTIONS = 64
_NAME_SECONDS = 8.0  # for finding out what a name means
_PIECES, _CRUMB = 100, 16  # after so many pieces of an answer: the least bytes that one has on average
_LONGEST_TAG = 500  # characters of an ETag that we keep and send back
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}")
_VERIFY = re.compile(r"certificate verify failed: ([\w ,'.-]{1,100})")
_PLAIN = re.compile(r"[\w ,.:'*-]{1,200}")  # a sentence for people, not what Python prints of itself
_EXCEPTION = "NEWSBOT_ALLOW_HOSTS makes exceptions"
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)

T = TypeVar("T")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Written out, because ipaddress.is_global calls several of these public (192.88.99.0/24, multicast, 6to4, …).
_NOT_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
# These carry an IPv4 address in their last 32 bits; networks without IPv4 reach all of it through NAT64.
_CARRIERS = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in _NOT_PUBLIC_4)
    if any(address in block for block in _CARRIERS):
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _PUBLIC_6 and not any(address in block for block in _NOT_PUBLIC_6)


class Fetcher:
    """Conditional GET. One for the whole program; close it at the end.

    :param allow_hosts: host names, addresses and networks that may be private
    :param proxy: address of a proxy that dials in our place, and has to be the guard then; addresses that are
        written as numbers are checked all the same
    """

    def __init__(
        self, *, allow_hosts: Sequence[str] = (), proxy: str | None = None, user_agent: str = USER_AGENT
    ) -> None:
        self._allowed = _Allowed.of(allow_hosts)
        self._client = httpx.AsyncClient(
            transport=_transport(self._allowed, proxy),
            headers={"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # we are nobody's returning visitor
            trust_env=False,  # the environment's proxy would do the dialling, past the guard
            timeout=60,  # of single reads, which a drip passes; fetch() times the whole exchange
        )
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        limit_bytes: int = 5_000_000,
        total_seconds: float = 20,
    ) -> Fetched:
        """What is at `url` now, or that it did not change.

        :param etag: of the last answer, as is `last_modified`
        :param limit_bytes: of the body, before and after its content encoding is taken off
        :param total_seconds: for the whole exchange with its redirects, not for the turn at the host
        :raises ForbiddenAddress: where it or a redirect leads to a private network or another scheme
        :raises FetchFailed: where there is no answer, or not a good one
        """
        conditions = {
            name: value
            for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified))
            if value and _can_be_sent(value)
        }
        async with self._turn(_checked(url, url).host):
            started = time.monotonic()
            try:
                async with asyncio.timeout(total_seconds):
                    fetched = await self._follow(url, conditions, limit_bytes)
            except TimeoutError:
                words = f"no whole answer within {total_seconds:g} s"
                raise FetchFailed(url, words, reason="too_slow") from None
            except ForbiddenAddress as error:  # the guard knows the host only
                raise ForbiddenAddress(url, error.problem) from error
            except FetchFailed:
                raise
            except Exception as error:  # whatever a hostile answer makes the libraries stumble over
                words, reason = _in_words(error)
                raise FetchFailed(url, words, reason=reason) from error
        return replace(fetched, ms=round((time.monotonic() - started) * 1000))

    async def close(self) -> None:
        """Ends all connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        """A place at a host, given on when it is left or has been held for long."""
        places = self._hosts.get(host)
        if places is None:  # forgotten once nobody stands in it
            places = self._hosts[host] = asyncio.Semaphore(_PER_HOST)
        await places.acquire()
        early = asyncio.get_running_loop().call_later(_TURN_SECONDS, places.release)
        try:
            yield
        finally:
            if early.when() > asyncio.get_running_loop().time():
                early.cancel()
                places.release()

    async def _follow(self, url: str, conditions: dict[str, str], limit: int) -> Fetched:
        """By hand: every hop is checked, and we learn whether all of them were permanent."""
        here, permanent = self._address(url, url), True
        for hop in range(MAX_REDIRECTS + 1):
            async with self._client.stream(
                "GET", here, headers=conditions, follow_redirects=False
            ) as response:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    moved_to = str(here) if hop and permanent else None
                    return replace(await _answer(response, url, conditions, limit), moved_to=moved_to)
                permanent = permanent and response.status_code in _PERMANENT
                here = self._address(_joined(here, response.headers["location"], url), url)
        raise FetchFailed(url, f"more than {MAX_REDIRECTS} redirects", reason="redirects")

    def _address(self, target: str, url: str) -> httpx.URL:
        """Where to go next; what is written as numbers is refused before anybody dials, be that a proxy."""
        here = _checked(target, url)
        host = here.host.strip("[]").partition("%")[0].rstrip(".").lower()
        address = _of_numbers(host)
        is_own = host == "localhost" or host.endswith(".localhost")
        if address is None and not is_own:
            return here
        address = address or ipaddress.IPv4Address("127.0.0.1")
        if not is_public(address) and not self._allowed.covers(here.host, _port(here), address):
            raise ForbiddenAddress(url, f"it leads into a private network ({address}); {_EXCEPTION}")
        return here


def _of_numbers(host: str) -> Address | None:
    """The address that a host is by its digits alone; also 127.1, 0x7f.1, 2130706433, as systems read."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host)) if _NUMBERS.fullmatch(host) else None
    except OSError:
        return None


def _port(address: httpx.URL) -> int:
    return address.port or (443 if address.scheme == "https" else 80)


def _checked(target: str, url: str) -> httpx.URL:
    """An address that we are willing to ask, as far as one can tell from its words."""
    try:
        parsed = httpx.URL(target)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchFailed(url, "this is no address", reason="no_address") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ForbiddenAddress(url, f"only http and https are asked, not {target[:200]!r}")
    if parsed.userinfo:
        raise ForbiddenAddress(url, "an address with a user name in it is not asked")
    return parsed


def _joined(here: httpx.URL, location: str, url: str) -> str:
    try:
        return str(here.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchFailed(url, "it redirects to something that is no address", reason="redirects") from error


async def _answer(response: httpx.Response, url: str, conditions: dict[str, str], limit: int) -> Fetched:
    status, headers = response.status_code, response.headers
    if status != 200 and not (status == 304 and conditions):
        retry_after = _retry_after(headers.get("retry-after", ""), datetime.now(UTC))
        raise FetchFailed(url, f"it answered {status}", status=status, retry_after=retry_after)
    body, size = await _body(response, url, limit) if status == 200 else (b"", 0)
    return Fetched(
        status=status,
        url=str(response.url),
        body=body,
        content_type=headers.get("content-type", "")[:200],
        etag=_kept(headers.get("etag")),
        last_modified=_kept(headers.get("last-modified")),
        fresh_for=_fresh_for(headers, datetime.now(UTC)),
        size=size,
    )


async def _body(response: httpx.Response, url: str, limit: int) -> tuple[bytes, int]:
    """The body without its content encoding, and its size on the wire."""
    decoder = _decoder(response.headers.get("content-encoding", "").strip().lower(), url)
    body, size, pieces = bytearray(), 0, 0
    # Raw: httpx's own decoding makes 67 MB of a 204 KB bomb in one step.
    async for chunk in response.aiter_raw():
        size, pieces = size + len(chunk), pieces + 1
        if pieces % _PIECES == 0:
            if size < pieces * _CRUMB:
                raise FetchFailed(url, "its answer comes in crumbs", reason="garbled")
            # what lies there already comes without waiting, and others want their turn
            await asyncio.sleep(0)
        body += _unpacked(decoder, chunk, limit + 1 - len(body), url)
        if size > limit or len(body) > limit:
            raise FetchFailed(url, f"its answer is larger than {limit} bytes", reason="too_large")
    if size and not decoder.eof:
        raise FetchFailed(url, "its answer was cut short", reason="cut_short")
    return bytes(body), size


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class _Plain:
    """The decoder of what is not encoded."""

    eof = True

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        return data


class _Gzip:
    """Gzip may be several members, one after the other."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._member.eof

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        found = self._member.decompress(data, max_length)
        while self._member.eof and self._member.unused_data[:2] == b"\x1f\x8b":
            rest = self._member.unused_data
            self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            room = max_length - len(found)
            if room <= 0:
                break
            found += self._member.decompress(rest, room)
        return found


class _Deflate:
    """`deflate` should be a zlib stream; some servers send a bare one. The first byte tells which."""

    def __init__(self) -> None:
        self._decoder: _Decoder | None = None

    @property
    def eof(self) -> bool:
        return self._decoder is not None and self._decoder.eof

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        if self._decoder is None:
            is_zlib = data[:1] and data[0] & 0x0F == 8
            self._decoder = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        return self._decoder.decompress(data, max_length)


def _decoder(encoding: str, url: str) -> _Decoder:
    if encoding in ("", "identity"):
        return _Plain()
    if encoding in ("gzip", "x-gzip"):
        return _Gzip()
    if encoding == "deflate":
        return _Deflate()
    # Gzip within gzip is 200 MiB in 495 bytes.
    words = f"its content encoding is not one we asked for: {encoding[:50]!r}"
    raise FetchFailed(url, words, reason="garbled")


def _unpacked(decoder: _Decoder, chunk: bytes, room: int, url: str) -> bytes:
    try:
        return decoder.decompress(chunk, room)
    except zlib.error as error:
        raise FetchFailed(url, "its answer cannot be decompressed", reason="garbled") from error


def _can_be_sent(value: str) -> bool:
    return value.isascii() and value.isprintable() and len(value) <= _LONGEST_TAG


def _kept(value: str | None) -> str | None:
    """A validator, if we can send it back."""
    return value if value and _can_be_sent(value) else None


def _retry_after(value: str, now: datetime) -> float | None:
    """Seconds, from seconds or a date; None where neither is there."""
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return float(value)
    return _seconds_until(value, now)


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _fresh_for(headers: httpx.Headers, now: datetime) -> float | None:
    """For how many seconds the answer is fresh: what is left of max-age, or else until Expires."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return None
    found = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", control)
    if not found:
        return _seconds_until(headers.get("expires", ""), now)
    age = headers.get("age", "")
    return max(0.0, float(found[1]) - (float(age) if re.fullmatch(r"\d{1,9}", age) else 0.0))


def _in_words(error: Exception) -> tuple[str, str]:
    """What went wrong on the way, as a sentence and as one word."""
    words = str(error)
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE" in words.upper():
        found = _VERIFY.search(words)
        return f"its certificate is not valid{f' ({found[1]})' if found else ''}", "certificate"
    if isinstance(error, httpx.ProxyError):
        return "the proxy refuses or does not answer", "no_answer"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | ValueError) or "location" in words:
        return "it redirects to something that is no address", "redirects"
    if isinstance(error, httpx.NetworkError | httpx.ProtocolError) and not isinstance(
        error, httpx.ConnectError
    ):
        return "its answer was cut short or is no HTTP", "cut_short"
    return (f"no answer ({words[:200]})" if _PLAIN.fullmatch(words) else "no answer"), "no_answer"


@dataclass(frozen=True)
class _Allowed:
    """What the operator exempts from the guard: names, also with a port, and networks."""

    names: frozenset[str]
    networks: tuple[Network, ...]

    @classmethod
    def of(cls, hosts: Iterable[str]) -> _Allowed:
        names, networks = set(), []
        for host in filter(None, (host.strip().strip("[]").lower() for host in hosts)):
            try:
                networks.append(ipaddress.ip_network(host, strict=False))
            except ValueError:
                names.add(host.rstrip("."))
        return cls(frozenset(names), tuple(networks))

    def covers(self, host: str, port: int, address: Address) -> bool:
        name = host.lower().strip("[]").rstrip(".")
        named = name in self.names or f"{name}:{port}" in self.names
        return named or any(address in network for network in self.networks)


class _Guard(httpcore.AsyncNetworkBackend):
    """Resolves a name itself, and dials nothing that it did not check."""

    def __init__(self, allowed: _Allowed) -> None:
        self._allowed = allowed
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolved(host, port)
        for address in addresses:
            if not is_public(address) and not self._allowed.covers(host, port, address):
                raise ForbiddenAddress(
                    host, f"{host[:100]} leads into a private network ({address}); {_EXCEPTION}"
                )
        return await self._dial(addresses, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)

    async def _resolved(self, host: str, port: int) -> list[Address]:
        """Every address of a name, in the order in which the system would try them."""
        if (address := _of_numbers(host)) is not None:
            return [address]
        try:
            async with asyncio.timeout(_NAME_SECONDS):
                found = await _in_a_thread(partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM))
        except TimeoutError as error:
            raise httpcore.ConnectError(f"nobody says where {host[:100]} is") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host[:100]} is not known") from error
        # A zone ("%eth0") says which of our own networks; what has one is link-local and refused anyway.
        return [ipaddress.ip_address(str(info[4][0]).partition("%")[0]) for info in found]

    async def _dial(
        self,
        addresses: list[Address],
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in addresses:
            try:
                # Five seconds each: the second address has its chance when the first is a black hole.
                return await self._network.connect_tcp(
                    str(address), port, min(timeout or 5.0, 5.0), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


async def _in_a_thread(work: Callable[[], T]) -> T:
    """In one of its own: a resolver may hang for half a minute, and nobody waits for it, not even the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def told(outcome: Callable[[], None]) -> None:
        if not future.done():
            outcome()

    def run() -> None:
        try:
            found = work()
        except Exception as error:
            outcome: Callable[[], None] = partial(future.set_exception, error)
        else:
            outcome = partial(future.set_result, found)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(told, outcome)

    threading.Thread(target=run, daemon=True, name="name").start()
    return await future


@cache
def _tls() -> ssl.SSLContext:
    """Whom we trust; reading the system's list takes 30 ms, so all fetchers of a process share it."""
    return ssl.create_default_context()


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool that dials through the guard; httpx has no argument for that."""

    def __init__(self, guard: _Guard) -> None:
        context = _tls()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_CONNECTIONS,
            max_keepalive_connections=16,
            keepalive_expiry=15.0,
            network_backend=guard,
        )


def _transport(allowed: _Allowed, proxy: str | None) -> httpx.AsyncHTTPTransport:
    if proxy is None:
        return _GuardedTransport(_Guard(allowed))
    limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=16, keepalive_expiry=15.0)
    return httpx.AsyncHTTPTransport(proxy=proxy, trust_env=False, limits=limits)
