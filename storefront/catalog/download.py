"""Downloading from an address that somebody else chose: public addresses only, checked at the very connection that is
used.

A name is resolved once and the connection goes to the address that was checked, so a name that changes its mind in
between (DNS rebinding) gains nothing. Every redirect is checked anew.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import certifi

PATIENCE = 8.0
TOTAL = 30.0
"""Seconds without a byte, and altogether; well below the lease of the row that waits for it."""
REDIRECTS = 4
_PORTS = {"http": 80, "https": 443}
_TUNNELS = [ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "192.88.99.0/24")]

Allowed = Callable[[str, int], bool]


class RefusedError(Exception):
    """It will never be fetched from there; the message says why."""


class UnreachableError(Exception):
    """Not now; the message says why."""


def public(address: str, port: int) -> bool:
    """Whether an IP address belongs to the open internet and the port to the web."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    tunnelled = any(ip.version == net.version and ip in net for net in _TUNNELS)
    return port in (80, 443) and ip.is_global and not ip.is_multicast and not ip.is_reserved and not tunnelled


def download(address: str, most: int, allowed: Allowed = public) -> bytes:
    """The bytes at an http or https address, at most `most` of them. Raises RefusedError or UnreachableError."""
    for _ in range(REDIRECTS + 1):
        parts = _split(address)
        try:
            with _answer(parts, allowed) as response:
                if response.status in (301, 302, 303, 307, 308):
                    address = urljoin(address, response.headers.get("Location", ""))
                    continue
                _judge(response.status)
                return _body(response, most)
        except (OSError, HTTPException, ValueError) as error:
            raise UnreachableError(f"{parts.hostname} did not answer properly ({type(error).__name__}).") from error
    raise RefusedError("The address leads on and on to other addresses.")


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise RefusedError("This is not an address.") from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise RefusedError("Only plain http and https addresses are fetched.")
    return parts


def _check(host: str, port: int, allowed: Allowed) -> str:
    """An IP address of `host`, all of whose addresses are allowed."""
    try:
        found = socket.getaddrinfo(host.encode("idna").decode(), port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise RefusedError("This is not a host's name.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not all(allowed(address, port) for address in addresses):
        raise RefusedError(f"{host} is not a public address of the web.")
    return addresses[0]


@contextmanager
def _answer(parts: SplitResult, allowed: Allowed) -> Iterator[HTTPResponse]:
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    raw = socket.create_connection((_check(host, port, allowed), port), timeout=PATIENCE)
    timer = threading.Timer(TOTAL, _cut, (raw,))
    timer.daemon = True
    timer.start()
    connection = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.sock = raw if parts.scheme == "http" else _secured(raw, host)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~") + (
            f"?{quote(parts.query, safe='/%:@!$&()*+,;=-._~?')}" if parts.query else ""
        )
        connection.request(
            "GET", path, headers={"Accept": "image/*", "User-Agent": "storefront-pictures", "Connection": "close"}
        )
        yield connection.getresponse()
    finally:
        timer.cancel()
        connection.close()
        raw.close()


def _secured(raw: socket.socket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=certifi.where())
    return context.wrap_socket(raw, server_hostname=host)


def _cut(raw: socket.socket) -> None:
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _judge(status: int) -> None:
    if status == 429 or status >= 500:
        raise UnreachableError(f"The address answered {status}.")
    if status != 200:
        raise RefusedError(f"The address answered {status}.")


def _body(response: HTTPResponse, most: int) -> bytes:
    content = bytearray()
    while chunk := response.read(1 << 16):
        content += chunk
        if len(content) > most:
            raise RefusedError(f"The file is larger than {most // 1024 // 1024} MB.")
    return bytes(content)
