"""How places answer from where this runs: `python network_probe.py [--source ADDRESS] [--seconds N] HOST:PORT ...`.

A program by itself that needs Python 3.8 and nothing else, so that it can be copied to, or piped into, any part of a
deployment: `python3 - HOST:PORT ... < golive/network_probe.py`. It connects and sends nothing. For each place it prints
one line, `HOST:PORT HOW SECONDS`, where HOW is

- `open`: a connection, which the other side keeps
- `closed`: a connection which the other side ends at once, as a proxy does that has a rule against the caller
- `refused`: an answer that there is none to be had (RST, or ICMP unreachable)
- `silent`: no answer within the seconds
- `unknown`: the name has no address from there
"""

from __future__ import annotations

import argparse
import socket
import time
from concurrent.futures import ThreadPoolExecutor

KEPT = 0.25
"""Seconds for which the other side must keep a connection on which nothing is said."""


def how(place: str, source: str | None, seconds: float) -> tuple[str, float]:
    """Return how a `host:port` answers, and the seconds until it did."""
    host, _, port = place.rpartition(":")
    begun = time.monotonic()
    bound = (source, 0) if source else None
    try:
        connection = socket.create_connection((host.strip("[]"), int(port)), seconds, bound)
    except socket.gaierror:
        return "unknown", time.monotonic() - begun
    except TimeoutError:
        return "silent", time.monotonic() - begun
    except OSError:
        return "refused", time.monotonic() - begun
    took = time.monotonic() - begun
    with connection:
        connection.settimeout(KEPT)
        try:
            return ("open" if connection.recv(1) else "closed"), took
        except TimeoutError:
            return "open", took
        except OSError:
            return "closed", took


def main() -> None:
    """Print a line for each place of the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", help="the local address to connect from")
    parser.add_argument("--seconds", type=float, default=2.0, help="until a place counts as silent")
    parser.add_argument("places", nargs="+", metavar="HOST:PORT")
    given = parser.parse_args()
    with ThreadPoolExecutor(max_workers=min(32, len(given.places))) as pool:
        found = pool.map(lambda place: how(place, given.source, given.seconds), given.places)
        for place, (answer, took) in zip(given.places, found):  # noqa: B905 - `strict` is younger than 3.8
            print(place, answer, f"{took:.3f}")


if __name__ == "__main__":
    main()
