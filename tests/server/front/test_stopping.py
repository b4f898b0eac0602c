"""The moment between the last worker's end and the last connection's."""

from __future__ import annotations

import asyncio

import pytest

from graphkit.server.front.costs import Costs
from graphkit.server.front.jobs import Refused
from graphkit.server.front.queue import Queue
from graphkit.server.settings import Limits


def test_a_request_that_comes_after_the_workers_went_is_refused_at_once() -> None:
    async def late() -> None:
        limits = Limits()
        queue = Queue(limits, Costs(limits.quick), None, None)  # type: ignore[arg-type]
        await queue.close()
        with pytest.raises(Refused, match="stopping") as refused:
            queue.submit("192.0.2.1", 1, b"")
        assert (refused.value.status, refused.value.retry) == (503, 2)

    asyncio.run(late())
