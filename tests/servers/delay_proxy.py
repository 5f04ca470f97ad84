"""A TCP proxy that makes the way long without making it narrow.

A process of its own, which does not share the interpreter lock with the measured client:
`python delay_proxy.py HOST PORT ROUND_TRIP_SECONDS` prints the port that it listens on, and runs
until stdin ends.
"""

import asyncio
import subprocess
import sys
from collections import deque
from typing import Self

HOST = "127.0.0.1"


class DelayProxy:
    """The proxy as a context manager.

    :param round_trip: seconds that it adds to each round trip, half of it each way
    :ivar port: where it listens on 127.0.0.1
    """

    host = HOST

    def __init__(self, host: str, port: int, round_trip: float):
        self._command = [sys.executable, __file__, host, str(port), str(round_trip)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_error) -> None:
        self._process.communicate(timeout=10)  # closes its stdin


class _Way(asyncio.Protocol):
    """One side of a connection: what comes in goes out on the other side after the delay."""

    def __init__(self, delay: float):
        self._delay = delay
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[float, bytes | None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self.transport: asyncio.Transport | None = None
        self.other: _Way | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport
        self._deliver()

    def data_received(self, data: bytes) -> None:
        self._hold(data)

    def connection_lost(self, _error) -> None:
        self._hold(None)

    def _hold(self, data: bytes | None) -> None:
        self._waiting.append((self._loop.time() + self._delay, data))
        if self._timer is None:
            self._timer = self._loop.call_later(self._delay, self._deliver)

    def _deliver(self) -> None:
        self._timer = None
        if not self._waiting or self.other is None or self.other.transport is None:
            return
        now = self._loop.time()
        while self._waiting and self._waiting[0][0] <= now:
            data = self._waiting.popleft()[1]
            if data is None:
                self.other.transport.close()
            else:
                self.other.transport.write(data)
        if self._waiting:
            self._timer = self._loop.call_at(self._waiting[0][0], self._deliver)


class _Incoming(_Way):
    def __init__(self, host: str, port: int, delay: float):
        super().__init__(delay)
        self._target = host, port

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self._opening = self._loop.create_task(self._open())

    async def _open(self) -> None:
        self.other = _Way(self._delay)
        self.other.other = self
        try:
            await self._loop.create_connection(lambda: self.other, *self._target)
        except OSError:
            self.transport.close()
            return
        self._deliver()


async def _serve(host: str, port: int, round_trip: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Incoming(host, port, round_trip / 2), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
