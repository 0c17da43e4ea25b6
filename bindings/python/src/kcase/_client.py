"""The client for programs without asyncio."""

from __future__ import annotations

import os
from _thread import get_ident
from collections import deque
from sys import modules
from weakref import WeakSet

from . import _forbid, _interruptible, _library
from ._batch import SLICE_MS
from ._green import is_patched
from ._input import (
    cancel_options,
    check_source,
    config_from_environment,
    config_in_file,
    encoded_case_id,
    encoded_config,
    for_library,
    raise_for_options,
    reading_options,
)
from ._interruptible import attach_unclaimed, go_on, new_place, places, put_place, take_place
from ._lazy import types
from ._library import PENDING, BatchHandle, ResultHandle, byref, cancel_take
from ._listing import Listing
from ._many import BoundedBatch, CancelMany, ResumedBatch
from ._more_input import encoded, encoded_list
from ._outcome import BY_NUMBER
from ._report import Reports
from ._result import Closed, Result, error_for, result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable

    from ._types import Handle, Take


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
    timeout                 seconds: bound on a whole call, with every attempt and wait (30)
    timeout_ms              the same in milliseconds
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
    journal                 a file that keeps what was to be canceled and what came of it: see resume()
    journal_on_network_fs   True: take one on a network's file system, for processes of one machine

    on_result               a function that is given every result, on the thread that found it; also those
                            that nobody receives, after an interrupt. What it raises is logged
    """

    __slots__ = (
        "__weakref__", "_calls", "_handle", "_is_green", "_on_result", "_owned", "_reach", "_reports",
        "_slice_ms", "_where",
    )  # fmt: skip

    def __init__(
        self,
        *,
        environment: types.Optional[types.Environment] = None,
        base_url: types.Optional[str] = None,
        token: types.Optional[str] = None,
        api_key: types.Optional[str] = None,
        client_access_token: types.Optional[str] = None,
        timeout: types.Optional[float] = None,
        timeout_ms: types.Optional[int] = None,
        connect_timeout_ms: types.Optional[int] = None,
        max_attempts: types.Optional[int] = None,
        backoff_base_ms: types.Optional[int] = None,
        backoff_max_ms: types.Optional[int] = None,
        settle_ms: types.Optional[int] = None,
        confirm: types.Optional[types.Confirm] = None,
        max_connections: types.Optional[int] = None,
        rate_per_second: types.Optional[int] = None,
        proxy: types.Optional[str] = None,
        ca_file: types.Optional[types.Path] = None,
        client_cert: types.Optional[types.Path] = None,
        client_key: types.Optional[types.Path] = None,
        client_key_password: types.Optional[str] = None,
        user_agent: types.Optional[str] = None,
        max_response_bytes: types.Optional[int] = None,
        journal: types.Optional[types.Path] = None,
        journal_on_network_fs: types.Optional[bool] = None,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
    ) -> None:
        config = {key: value for key, value in locals().items() if value is not None}
        del config["self"]
        config.pop("on_result", None)
        self._set_up(config, on_result)

    def _set_up(
        self, config: Mapping[str, Any], on_result: types.Optional[types.Callable[[Result], object]]
    ) -> None:
        self._where = config.get("environment") or config.get("base_url")
        # Of the configuration, no credentials are kept.
        addresses = {key: config.get(key) for key in ("environment", "base_url", "proxy")}
        self._reach = _forbid.Reach(lambda: addresses)
        self._make(_library.client_new, encoded_config(for_library(config)), on_result)

    def _make(
        self,
        maker: Callable[[bytes, ResultHandle], Handle],
        argument: bytes,
        on_result: types.Optional[types.Callable[[Result], object]],
    ) -> None:
        if _forbid.is_forbidden():
            self._reach.check()
        error = ResultHandle()
        handle = maker(argument, error)
        if handle is None:
            raise error_for(result_of(error))
        self._handle = _library.argument(handle)
        #: The handle once more: the caller that takes it out frees it.
        self._owned = [handle]
        #: One item for each call that is under way: the handle is freed after the last.
        self._calls: deque[None] = deque()
        self._reports = Reports(on_result)
        self._on_result = on_result
        self._is_green = is_patched()
        self._slice_ms = 0 if self._is_green else SLICE_MS
        _clients.add(self)

    @classmethod
    def from_config(
        cls,
        config: types.Mapping[str, types.Any],
        *,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
    ) -> types.Self:
        """A client from the library's configuration as a mapping, for example one read from a JSON file.

        >>> kcase.Client.from_config({"environment": "stage", "tokn": "..."})
        Traceback (most recent call last):
        ...
        kcase.InvalidInput: config: unknown key "tokn"; did you mean "token"?
        """
        client = cls.__new__(cls)
        client._set_up(config, on_result)
        return client

    @classmethod
    def from_file(
        cls,
        path: types.Path,
        *,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
    ) -> types.Self:
        """A client from the library's configuration in a JSON file, which keeps credentials out of programs
        and environments. Have it belong to the account that runs the program, with mode 0600.

        >>> kcase.Client.from_file("/nowhere/kcase.json")
        Traceback (most recent call last):
        ...
        kcase.InvalidInput: config: there is no such file, or it may not be read
        """
        client = cls.__new__(cls)
        client._set_up_from_file(os.fspath(path), on_result)
        return client

    def _set_up_from_file(
        self, path: str, on_result: types.Optional[types.Callable[[Result], object]]
    ) -> None:
        self._where = path
        self._reach = _forbid.Reach(lambda: config_in_file(path))
        self._make(_library.client_open, os.fsencode(path), on_result)

    @classmethod
    def from_env(
        cls,
        *,
        on_result: types.Optional[types.Callable[[Result], object]] = None,
        **config: types.Unpack[types.Config],
    ) -> types.Self:
        """A client from environment variables: KCASE_ENVIRONMENT, KCASE_TOKEN, KCASE_TIMEOUT and so on.

        There is one for each argument of Client; an empty one counts as not set. Arguments given here come
        first, and a variable that cannot go with one is left out: KCASE_ENVIRONMENT where there is a
        `base_url`, KCASE_API_KEY where there is a `token`.

        >>> os.environ["KCASE_ENVIRONMENT"] = "production"
        >>> os.environ["KCASE_TOKEN"] = "sandbox-token"
        >>> with kcase.Client.from_env(base_url=SANDBOX, timeout=5) as client:
        ...     print(client.check().outcome)
        ok
        """
        return cls.from_config(config_from_environment(os.environ, config), on_result=on_result)

    # --- Calls ---------------------------------------------------------------------------------------

    def cancel(
        self,
        case_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.CallOptions],
    ) -> Result:
        """Cancels a case, and returns what is then known of it. Blocks for at most the timeout.

        >>> result = client.cancel(CASE, timeout=10, tag="row 17")
        >>> result.outcome, result.tag
        (<Outcome.CANCELED: 'canceled'>, 'row 17')

        timeout         seconds, for everything that the call does; default: the client's
        max_attempts    as in the configuration, for this call alone
        confirm         likewise
        tag             text of at most 256 bytes, handed back as `result.tag`
        personal_data   has the candidate's names and e-mail address in `result.case`, where it was read
        intent_key      with a journal: what the program knows this wish by, a job's id say
        use_journal     with a journal, True: what it has as canceled is not asked for again
        headers         for tracing: "traceparent", "tracestate" and "x-request-id" of each request about the
                        case
        check           raises the KCaseError that fits, unless the case is canceled

        Other threads run meanwhile. A case id that is not one gives a result, too, with outcome `invalid`: it
        is data. An option that is not valid is a mistake of the program, and raises InvalidInput.
        """
        # What is done for each cancel is written out here: calls of functions would cost a tenth more.
        given = cancel_options(options) if options else None
        try:
            text = case_id.encode()  # type: ignore[union-attr]
            if 0 in text:
                text = encoded_case_id(case_id)
        except (AttributeError, UnicodeEncodeError):
            text = encoded_case_id(case_id)
        handle = ResultHandle()
        rest: BatchHandle | None = None
        calls = self._calls
        calls.append(None)
        try:
            client = self._handle
            if client is None or _forbid.count:
                client = self._open()
            if self._is_green or get_ident() == _interruptible.main_thread:
                place = take_place() if places else new_place()
                rest, argument = place
                number = cancel_take(client, text, given, self._slice_ms, argument, byref(handle))
                if number == PENDING:
                    number = go_on(rest, handle)
                else:
                    put_place(place)
            else:
                # Without a place for the rest there is no limit. A negative one costs more to pass.
                number = cancel_take(client, text, given, 0, None, byref(handle))
            result = Result()
            members = result.__dict__
            members["_handle"] = handle
            members["outcome"] = BY_NUMBER[number]
            if self._on_result is not None or "logging" in modules:
                self._reports.canceled(result)
        except BaseException as error:
            attach_unclaimed(error, rest, handle, self._reports)
            raise
        finally:
            calls.pop()
            if self._handle is None:
                self._release()
        if given is not None:
            raise_for_options(result)
        return result.raise_for_outcome() if check else result

    def status(
        self,
        case_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.ReadOptions],
    ) -> Result:
        """Reads a case; outcome `ok` says that it could be read, and `result.case` what was read.

        >>> client.status(CASE).case["canceled"]
        False

        The arguments are those of cancel().
        """
        given = reading_options(options)
        return self._read("status", _library.status_take, encoded_case_id(case_id), given, check)

    def _read(
        self,
        operation: str,
        take: Take,
        case_id: bytes,
        options: bytes | None,
        check: bool,
    ) -> Result:
        self._calls.append(None)
        try:
            result = _interruptible.read(take, self._open(), case_id, options)
        finally:
            self._leave()
        self._reports.read(operation, result)
        if options is not None:
            raise_for_options(result)
        return result.raise_for_outcome() if check else result

    def check(self) -> Result:
        """Asks whether the service can be reached and accepts the credentials, without touching a case.

        >>> client.check().raise_for_outcome().outcome
        <Outcome.OK: 'ok'>
        """
        result = self._blocking(_library.check)
        self._reports.read("check", result)
        return result

    def _blocking(
        self,
        function: Callable[..., ResultHandle],
        *arguments: bytes | None,
        end: Callable[[], None] | None = None,
    ) -> Result:
        """Makes a call that the library has no form in slices for."""

        def call() -> ResultHandle:
            try:
                return function(handle, *arguments)
            finally:
                self._leave()

        self._calls.append(None)
        try:
            handle = self._open()
        except BaseException:
            self._leave()
            raise
        return result_of(_interruptible.on_thread(call, end) if _interruptible.is_needed() else call())

    def cancel_many(
        self,
        cases: types.Iterable[types.Case],
        *,
        max_in_flight: int = 64,
        http2: bool = True,
        progress: types.Progress = None,
        **options: types.Unpack[types.ManyOptions],
    ) -> CancelMany:
        """Cancels many cases side by side: an iterator of their results, as they are found out.

        >>> with client.cancel_many(MANY_CASES, max_in_flight=16) as results:
        ...     print(sum(result.is_canceled for result in results))
        100

        `cases` is any iterable of case ids (str or uuid.UUID), or of tuples of a case id and a tag that the
        result will carry; an open file gives its lines. It is read as needed, at most 2 * max_in_flight cases
        ahead: it may have millions, and the memory stays the same. What is neither raises a TypeError that
        names its position, when what was begun before it has ended.

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
        check_source(cases)
        batch = BoundedBatch(self._open(), self._reports, max_in_flight, http2, options)
        return CancelMany(self, batch, cases, progress)

    def resume(
        self,
        *,
        mode: types.Mode = "finish",
        max_in_flight: int = 64,
        http2: bool = True,
        progress: types.Progress = None,
    ) -> CancelMany:
        """Finishes what the client's journal has as unfinished, of processes that have ended: an iterator of
        results, as of cancel_many(). Each case is read before anything is sent. To be called when a program
        starts.

        mode            "verify": no cancel request is sent; a case that is not canceled is `ok`
        """
        batch = ResumedBatch(self._open(), self._reports, max_in_flight, http2, mode)
        return CancelMany(self, batch, (), progress)

    def list(self, **filter: types.Unpack[types.Filter]) -> Result:
        """Finds cases in the service's list: `result.cases`, if the outcome is `ok`. Without a filter,
        every case that is not archived.

        >>> client.list(case_status="Pending", limit=2).listing["truncated"]
        True

        A case is meant if it meets every criterion that is given; the filter's keys are in kcase.h. None as a
        criterion is refused: it never means every case. A time is a datetime with a time zone, a date or
        text.
        """
        result = self._blocking(_library.list_cases, encoded(filter))
        self._reports.read("list", result)
        raise_for_options(result)
        return result

    def listing(self, **filter: types.Unpack[types.Filter]) -> Listing:
        """The cases of a list, one after another, for as many as there are; the filter is that of list().

        >>> with client.listing(cancelable="likely") as cases:
        ...     print(next(cases).case["canceled"])
        False

        The list is read as the cases are taken. If it cannot be read to its end, that is raised after the
        last.
        """
        return Listing(self._open(), encoded(filter))

    def cancel_found(
        self,
        *,
        api_tracking_code: types.Optional[str] = None,
        api_tracking_user: types.Optional[str] = None,
        candidate_email: types.Optional[str] = None,
        invitation_email: types.Optional[str] = None,
        archived: types.Optional[bool] = None,
        all: types.Optional[bool] = None,
        expected: types.Optional[int] = None,
        max_response_bytes: types.Optional[int] = None,
        check: bool = False,
        **options: types.Unpack[types.CallOptions],
    ) -> Result:
        """Finds the case with just one of these, and cancels it. Of several cases none is canceled, unless
        `all` and how many are `expected` are given.

        >>> client.cancel_found(api_tracking_code="nobody's").outcome
        <Outcome.NOT_FOUND: 'not_found'>

        Ctrl-C ends this call and every other of this client; its result is the exception's `kcase_result`.
        """
        criteria = locals()
        names = ("api_tracking_code", "api_tracking_user", "candidate_email", "invitation_email", "archived",
                 "all", "expected", "max_response_bytes")  # fmt: skip
        filter = {name: criteria[name] for name in names if criteria[name] is not None}
        return self._change("cancel_found", _library.cancel_found, check, encoded(filter), encoded(options))

    def cancel_services(
        self,
        case_id: types.CaseId,
        service_ids: types.Iterable[types.CaseId],
        *,
        service_type_id: types.Optional[str] = None,
        check: bool = False,
        **options: types.Unpack[types.PartOptions],
    ) -> Result:
        """Cancels services of a case, 1 to 64 of them: `result.services` says what became of each, and the
        outcome is the least certain of theirs. Otherwise as cancel_found()."""
        check_source(service_ids)
        ids = [encoded_case_id(one).decode("utf-8", "surrogatepass") for one in service_ids]
        if service_type_id is not None:
            options = {**options, "service_type_id": service_type_id}  # type: ignore[typeddict-unknown-key]
        arguments = (encoded_case_id(case_id), encoded_list(ids), encoded(options))
        return self._change("cancel_services", _library.cancel_services, check, *arguments)

    def cancel_search(
        self,
        case_data_id: types.CaseId,
        search_id: types.CaseId,
        *,
        check: bool = False,
        **options: types.Unpack[types.PartOptions],
    ) -> Result:
        """Cancels one search of an education or employment screening. No reading shows what became of it,
        so that its answers alone must do. Otherwise as cancel_found()."""
        arguments = (encoded_case_id(case_data_id), encoded_case_id(search_id), encoded(options))
        return self._change("cancel_search", _library.cancel_search, check, *arguments)

    def wait_until(
        self,
        case_id: types.CaseId,
        until: types.Until,
        *,
        check: bool = False,
        **options: types.Unpack[types.ReadOptions],
    ) -> Result:
        """Reads a case until it is seen in a state, or the timeout is over: "canceled", "started" or
        "finished".

        >>> outcome = client.cancel(CASE).outcome
        >>> client.wait_until(CASE, "canceled", timeout=5).outcome
        <Outcome.OK: 'ok'>

        `ok`: it was seen so. `unknown`: it was not, in that time; `result.case` is what was seen last.
        """
        given = encoded({**options, "until": until})
        return self._read("wait_until", _library.await_take, encoded_case_id(case_id), given, check)

    def _change(
        self, operation: str, function: Callable[..., ResultHandle], check: bool, *arguments: bytes
    ) -> Result:
        result = self._blocking(function, *arguments, end=self.interrupt)
        self._reports.canceled(result, operation)
        raise_for_options(result)
        return result.raise_for_outcome() if check else result

    def interrupt(self) -> None:
        """Ends every call of this client that is under way, from any thread or signal handler.

        Each returns at once with what is then known. Later calls are not affected.
        """
        self._calls.append(None)
        try:
            _library.client_interrupt(self._handle)
        finally:
            self._leave()

    def _open(self) -> Handle:
        """The library's client, for a call that may be made."""
        handle: Handle = self._handle
        if handle is None:
            raise Closed("this client is closed")
        if _forbid.count:
            self._reach.check()
        return handle

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
        _library.client_free(handle)

    @property
    def closed(self) -> bool:
        return self._handle is None

    def __enter__(self) -> types.Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self, free: Callable[[Handle], None] = _library.client_free) -> None:
        owned = getattr(self, "_owned", None)
        if owned:
            free(owned.pop())

    def __repr__(self) -> str:
        return f"<kcase.Client {self._where!r}{' closed' if self.closed else ''}>"

    def __reduce__(self) -> str:
        raise TypeError("a kcase.Client cannot be pickled: it holds credentials. Make one in each process")
