"""The price server on the command line: python -m dev.price_server."""

import argparse
import asyncio
import signal
import sys

from .server import PriceServer


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(
        prog="python -m dev.price_server",
        description="Serve made-up electricity prices the way the real vendors do.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=0, type=int, help="port, 0 for a free one")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.host, arguments.port))


async def serve(host: str, port: int) -> None:
    """Serve until the process is asked to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with PriceServer(host=host, port=port) as server:
        # Whoever started the server reads this line through a pipe to learn the port.
        sys.stdout.write(f"Price server: {server.url}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    main()
