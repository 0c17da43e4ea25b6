"""The client for programs without asyncio."""

from __future__ import annotations

import os
from _thread import get_ident
from collections import deque
from weakref import WeakSet

from . import _interruptible, _library
from ._input import config_from_environment, encoded_case_id, encoded_config, encoded_options
from ._log import log_cancel, log_reading
from ._many import CancelMany
from ._result import Closed, Result, error_for, read_outcome, result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Any, Callable

    from typing_extensions import Self

    from ._types import Case, Confirm, Environment, Handle, Path, Progress


_clients: WeakSet[Client] = WeakSet()


def _after_fork() -> None:
    """Calls that other threads of the parent had under way do not exist in the child."""
    for client in _clients:
        client._calls.clear()


os.register_at_fork(after_in_child=_after_fork)


class Client:
    """Configuration, credentials and kept connections. Any number of threads may use one.

    >>> with kcase.Client(base_url=SANDBOX, token="sandbox-token") as client:
    ...     print(client.cancel(CASE).outcome)
    canceled

    A child process (os.fork, multiprocessing, a preloading web server) may go on using the client that it
    inherited: it makes connections of its own.

    Ctrl-C ends every call at once, and so does any exception that a signal handler raises. The result of a
    cancel that was under way is not lost: it is the exception's `kcase_result`, and is logged.

    Raises InvalidInput for a configuration that is not valid. The arguments are the library's configuration:

    environment             "stage" or "production"; or
    base_url                another server: https, or http on loopback, for tests
    token                   a token; or
    api_key,
    client_access_token     the pair from which one is minted
    timeout_ms              bound on a whole call, with every attempt and wait (30000)
    connect_timeout_ms      bound on name lookup, connection and TLS of one request (5000)
    max_attempts            how often one call sends its request (4)
    backoff_base_ms,
    backoff_max_ms          waits between attempts: random, from 0 to base * 2**n, at most max (250, 10000)
    settle_ms               least time between two readings that must agree, for readings that lag (1000)
    confirm                 when a cancel is read back: "ambiguous" (the default), "always", "never"
    max_connections         connections at once, and kept (8)
    rate_per_second         the most requests that the client begins in a second, all threads together
    proxy                   a proxy's address, or "environment" to obey https_proxy and similar variables
    ca_file                 a PEM file of authorities instead of the system's
    client_cert, client_key PEM files of a client certificate
    client_key_password     the password of the key, if it is encrypted
    user_agent              appended to the library's own
    max_response_bytes      an answer larger than this counts as none (8 MiB)
    """

    __slots__ = ("__weakref__", "_calls", "_handle", "_main_thread_cancels", "_owned", "_where")

    def __init__(
        self,
        *,
        environment: Environment | None = None,
        base_url: str | None = None,
        token: str | None = None,
        api_key: str | None = None,
        client_access_token: str | None = None,
        timeout_ms: int | None = None,
        connect_timeout_ms: int | None = None,
        max_attempts: int | None = None,
        backoff_base_ms: int | None = None,
        backoff_max_ms: int | None = None,
        settle_ms: int | None = None,
        confirm: Confirm | None = None,
        max_connections: int | None = None,
        rate_per_second: int | None = None,
        proxy: str | None = None,
        ca_file: Path | None = None,
        client_cert: Path | None = None,
        client_key: Path | None = None,
        client_key_password: str | None = None,
        user_agent: str | None = None,
        max_response_bytes: int | None = None,
    ) -> None:
        config = {key: value for key, value in locals().items() if key != "self" and value is not None}
        self._set_up(config)

    def _set_up(self, config: Mapping[str, Any]) -> None:
        self._handle, error = _library.make(_library.client_new, encoded_config(config))
        if self._handle is None:
            raise error_for(result_of(error))
        #: The handle once more: the caller that takes it out frees it.
        self._owned = [self._handle]
        #: One item for each call that is under way: the handle is freed after the last.
        self._calls: deque[None] = deque()
        self._main_thread_cancels = _interruptible.MainThreadCancels()
        self._where = config.get("environment") or config.get("base_url")
        _clients.add(self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """A client from the library's configuration as a mapping, for example one read from a JSON file.

        >>> kcase.Client.from_config({"environment": "stage", "tokn": "..."})
        Traceback (most recent call last):
        ...
        kcase.InvalidInput: config: unknown key "tokn"; did you mean "token"?
        """
        client = cls.__new__(cls)
        client._set_up(config)
        return client

    @classmethod
    def from_env(cls, **config: Any) -> Self:
        """A client from environment variables: KCASE_ENVIRONMENT, KCASE_TOKEN, KCASE_TIMEOUT_MS and so on.

        There is one for each argument of Client; an empty one counts as not set. Arguments given here come
        first.

        >>> os.environ["KCASE_BASE_URL"] = SANDBOX
        >>> os.environ["KCASE_TOKEN"] = "sandbox-token"
        >>> with kcase.Client.from_env(timeout_ms=5000) as client:
        ...     print(client.check().outcome)
        ok
        """
        return cls.from_config({**config_from_environment(os.environ), **config})

    # --- Calls ---------------------------------------------------------------------------------------

    def cancel(
        self,
        case_id: str,
        *,
        timeout: float | None = None,
        max_attempts: int | None = None,
        confirm: Confirm | None = None,
        tag: str | None = None,
        personal_data: bool | None = None,
        check: bool = False,
    ) -> Result:
        """Cancels a case, and returns what is then known of it. Blocks for at most the timeout.

        >>> result = client.cancel(CASE, timeout=10, tag="row 17")
        >>> result.outcome, result.tag
        (<Outcome.CANCELED: 'canceled'>, 'row 17')

        timeout         seconds, for everything that the call does; default: the client's timeout_ms
        max_attempts    as in the configuration, for this call alone
        confirm         likewise
        tag             text of at most 256 bytes, handed back as `result.tag`
        personal_data   has the candidate's names and e-mail address in `result.case`, where it was read
        check           raises the KCaseError that fits, unless the case is canceled

        Other threads run meanwhile. A case id that is not one gives a result, too, with outcome `invalid`.
        """
        options = encoded_options(timeout, max_attempts, confirm, tag, personal_data)
        encoded_id = encoded_case_id(case_id)
        calls = self._calls
        calls.append(None)
        try:
            handle = self._handle
            if handle is None:
                raise _closed()
            if get_ident() == _interruptible.main_thread:
                result = self._main_thread_cancels.cancel(handle, encoded_id, options)
            else:
                found = _library.cancel(handle, encoded_id, options)
                result = read_outcome(result_of(found), found)
                log_cancel(result)
        finally:
            calls.pop()
            if self._handle is None:
                self._release()
        return result.raise_for_outcome() if check else result

    def status(
        self,
        case_id: str,
        *,
        timeout: float | None = None,
        max_attempts: int | None = None,
        tag: str | None = None,
        personal_data: bool | None = None,
        check: bool = False,
    ) -> Result:
        """Reads a case; outcome `ok` says that it could be read, and `result.case` what was read.

        >>> client.status(CASE).case["canceled"]
        False

        The arguments are those of cancel().
        """
        options = encoded_options(timeout, max_attempts, None, tag, personal_data)
        return self._read("status", _library.status, check, encoded_case_id(case_id), options)

    def check(self) -> Result:
        """Asks whether the service can be reached and accepts the credentials, without touching a case.

        >>> client.check().raise_for_outcome().outcome
        <Outcome.OK: 'ok'>
        """
        return self._read("check", _library.check, False)

    def _read(
        self, operation: str, function: Callable[..., Handle], check: bool, *arguments: bytes | None
    ) -> Result:
        def call() -> Handle:
            try:
                return function(handle, *arguments)
            finally:
                self._leave()

        self._calls.append(None)
        handle = self._handle
        if handle is None:
            self._leave()
            raise _closed()
        is_main = get_ident() == _interruptible.main_thread
        result = _interruptible.read_on_thread(call) if is_main else result_of(call())
        log_reading(operation, result)
        return result.raise_for_outcome() if check else result

    def cancel_many(
        self,
        cases: Iterable[Case],
        *,
        max_in_flight: int = 64,
        timeout: float | None = None,
        max_attempts: int | None = None,
        confirm: Confirm | None = None,
        personal_data: bool | None = None,
        http2: bool = True,
        progress: Progress = None,
    ) -> CancelMany:
        """Cancels many cases side by side: an iterator of their results, as they are found out.

        >>> with client.cancel_many(MANY_CASES, max_in_flight=16) as results:
        ...     print(sum(result.is_canceled for result in results))
        100

        `cases` is any iterable of case ids, or of pairs of a case id and a tag that the result will carry. It
        is read as needed, at most 2 * max_in_flight cases ahead: it may have millions, and the memory stays
        the same.

        >>> for result in client.cancel_many([(CASE, "row 1")]):
        ...     print(result.tag, result.outcome)
        row 1 canceled

        max_in_flight   cases being worked on at a time, 1 to 1024; over HTTP/1.1 the client's max_connections
                        is a bound, too
        http2           False: HTTP/1.1 only, even if the server offers HTTP/2
        progress        True: a progress bar, if tqdm is installed (`pip install kcase[progress]`); or a
                        function that is given the statistics, a few times a second
        The others are those of cancel(), and hold for each case.

        No thread is started: the work is done while you ask for the next result. To stop early, leave the
        `with` block, or call `close()`, which ends what is under way and returns its results.
        """
        if self._handle is None:
            raise _closed()
        options = (timeout, max_attempts, confirm, personal_data)
        return CancelMany(self, cases, max_in_flight, http2, options, progress)

    def interrupt(self) -> None:
        """Ends every call of this client that is under way, from any thread or signal handler.

        Each returns at once with what is then known. Later calls are not affected.
        """
        self._calls.append(None)
        try:
            _library.client_interrupt(self._handle)
        finally:
            self._leave()

    # --- The end -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Ends what is under way, closes the connections and wipes the credentials. May be repeated."""
        self.interrupt()
        self._calls.append(None)
        self._handle = None
        self._leave()

    def _leave(self) -> None:
        """A call has returned."""
        self._calls.pop()
        if self._handle is None:
            self._release()

    def _release(self) -> None:
        """The last call that returns after close() frees the handle."""
        if self._calls:
            return
        try:
            handle = self._owned.pop()
        except IndexError:
            return
        self._main_thread_cancels.idle.clear()
        _library.client_free(handle)

    @property
    def closed(self) -> bool:
        return self._handle is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self, free: Callable[[Handle], None] = _library.client_free) -> None:
        owned = getattr(self, "_owned", None)
        if owned:
            free(owned.pop())

    def __repr__(self) -> str:
        return f"<kcase.Client {self._where!r}{' closed' if self.closed else ''}>"

    def __reduce__(self) -> str:
        raise TypeError("a kcase.Client cannot be pickled: it holds credentials. Make one in each process")


def _closed() -> Closed:
    return Closed("this client is closed")
