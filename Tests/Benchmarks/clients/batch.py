"""Cancels cases side by side from Python, and says what that costs.

    batch.py CLIENT BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]

As batch_multi.c, which see. Imports and whatever else is done once are not counted.
"""

import asyncio
import itertools
import json
import ssl
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from cost import HEADERS, TIMEOUT_SECONDS, case_id, check, cost_of_each, spent


def trust(authority):
    return ssl.create_default_context(cafile=authority) if authority else True


async def take_turns(cancel, count, side_by_side):
    """So many workers, each with one case at a time."""
    numbers = iter(range(count))

    async def work():
        for number in numbers:
            await cancel(case_id(number))

    await asyncio.gather(*(work() for _ in range(side_by_side)))


def by_aiohttp(base_url, count, side_by_side, authority):
    import aiohttp

    context = trust(authority)

    async def run():
        connector = aiohttp.TCPConnector(limit=side_by_side, ssl=context)
        limit = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(connector=connector, headers=HEADERS, timeout=limit) as session:

            async def cancel(case):
                async with session.post(f"{base_url}/case/id/{case}/cancel") as answer:
                    await answer.read()
                    check(answer.status)

            await take_turns(cancel, count, side_by_side)

    return lambda: asyncio.run(run())


def by_httpx(base_url, count, side_by_side, authority):
    """HTTP/2 where the server offers it."""
    import httpx

    context = trust(authority)

    async def run():
        limits = httpx.Limits(max_connections=side_by_side, max_keepalive_connections=side_by_side)
        async with httpx.AsyncClient(
            http2=True,
            verify=context,
            limits=limits,
            headers=HEADERS,
            trust_env=False,
            timeout=TIMEOUT_SECONDS,
        ) as client:

            async def cancel(case):
                check((await client.post(f"{base_url}/case/id/{case}/cancel")).status_code)

            await cancel(case_id(count - 1))  # The connection is there before all ask for one.
            await take_turns(cancel, count - 1, side_by_side)

    return lambda: asyncio.run(run())


def by_requests(base_url, count, side_by_side, authority):
    """A pool of threads, which share a session and its connections."""
    import requests

    session = requests.Session()
    session.headers.update(HEADERS)
    session.trust_env = False
    session.verify = authority or True
    adapter = requests.adapters.HTTPAdapter(pool_connections=1, pool_maxsize=side_by_side)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    numbers, lock = itertools.count(), threading.Lock()

    def work(_):
        while True:
            with lock:
                number = next(numbers)
            if number >= count:
                return
            answer = session.post(f"{base_url}/case/id/{case_id(number)}/cancel", timeout=TIMEOUT_SECONDS)
            check(answer.status_code)

    def run():
        with ThreadPoolExecutor(side_by_side) as pool:
            list(pool.map(work, range(side_by_side)))

    return run


CLIENTS = {"aiohttp": by_aiohttp, "httpx": by_httpx, "requests": by_requests}


def main():
    if len(sys.argv) not in (5, 6) or sys.argv[1] not in CLIENTS:
        sys.exit(f"usage: batch.py {'|'.join(CLIENTS)} BASE_URL COUNT SIDE_BY_SIDE [AUTHORITY]")
    name, base_url, count, side_by_side, *authority = sys.argv[1:]
    run = CLIENTS[name](base_url, int(count), int(side_by_side), authority[0] if authority else None)
    before = spent()
    run()
    print(json.dumps(cost_of_each(name, before, spent(), int(count), int(count))))


if __name__ == "__main__":
    main()
