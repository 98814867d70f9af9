"""A web server of the bench's own, in a process of its own: `python -m bench.loopback PAGES`.

Prints its port, serves page n of any host at /n.html and ends when its standard input does. Each host's pages differ
from every other's, as documents do.
"""
from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen

from bench.pages import pages


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, made: list[bytes]) -> None:
    while head := await reader.readuntil(b"\r\n\r\n"):
        path = head.split(b" ", 2)[1]
        host = head.lower().partition(b"host:")[2].partition(b"\r\n")[0].strip()
        name = path.strip(b"/").partition(b".")[0]
        if name.isdigit() and int(name) < len(made):
            body = made[int(name)] + b"<!-- " + host + b" -->"
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"
                         % (len(body), body))
        else:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()


async def _serve(made: list[bytes]) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _answer(reader, writer, made)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def serving(count: int) -> Iterator[int]:
    """The port of a server with so many pages."""
    with Popen([sys.executable, "-m", "bench.loopback", str(count)], stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(_serve(list(pages(int(sys.argv[1])))))
