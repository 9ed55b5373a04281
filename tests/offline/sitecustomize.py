"""No network in tests: only this machine can be reached, by this process and by all it starts.

`conftest.py` puts this folder first on PYTHONPATH, so that every Python which a test starts, the
kernels of the notebooks among them, imports this file before anything else; it imports it itself.
An audit hook sees each connection that Python makes, and cannot be taken away again.
"""

import ipaddress
import socket
import sys


class NetworkBlockedError(OSError):
    """A test asked for a machine that is not this one."""


def is_here(host):
    """Tell whether a host is this machine."""
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def look(event, arguments):
    """Raise where a socket is about to reach out, or a name to be looked up elsewhere."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = (
            address[0] if isinstance(address, tuple) else None
        )  # else a socket in the file system
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not is_here(host):
        raise NetworkBlockedError(f"tests run without a network, but {host} was asked for")


sys.addaudithook(look)
