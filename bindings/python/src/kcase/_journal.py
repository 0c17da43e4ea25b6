"""Journals: files in which clients keep what was to be canceled and what came of it."""

from __future__ import annotations

import os

from . import _library
from ._input import encoded_config
from ._lazy import types
from ._more_input import encoded
from ._result import Result, error_for, result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._library import ResultHandle


def history(
    journal: types.Path, **filter: types.Unpack[types.HistoryFilter]
) -> types.Iterator[dict[str, types.Any]]:
    """What a journal has, the oldest first: a record for each cancel that was asked for.

    >>> with kcase.Client(base_url=SANDBOX, token="sandbox-token", journal=JOURNAL) as client:
    ...     outcome = client.cancel(CASE, tag="row 17").outcome
    >>> [(record["tag"], record["outcome"]) for record in kcase.history(JOURNAL)]
    [('row 17', 'canceled')]

    case_id, tag    records of this case, or with this tag
    outcome         the name of an outcome, or "unfinished"
    since, until    when it was asked for: from the one on, and before the other; a datetime, a date or text

    It is read as needed, a hundred records at a time. A journal that cannot be read raises Failed.
    """
    following: object = None
    while True:
        page = {**filter, "after": following} if following is not None else filter
        result = _checked(_library.history(os.fsencode(journal), encoded(page)))
        yield from result.raw["records"]
        following = result.raw["next"]
        if following is None:
            return


def journal_head(journal: types.Path) -> dict[str, types.Any]:
    """The head of a journal: `count` of entries, their `hash`, and the time `at`. Kept elsewhere, it shows
    later whether the journal was changed: see journal_verify()."""
    head: dict[str, types.Any] = _checked(_library.journal_head(os.fsencode(journal))).raw["head"]
    return head


def journal_verify(
    journal: types.Path, expected_head: types.Optional[types.Mapping[str, types.Any]] = None
) -> Result:
    """Looks at every entry of a journal: `ok` if they are those that were written, up to the head that is
    given. `result.verification` has what was found.

    >>> with kcase.Client(base_url=SANDBOX, token="sandbox-token", journal=JOURNAL) as client:
    ...     outcome = client.cancel(CASE).outcome
    >>> kcase.journal_verify(JOURNAL, kcase.journal_head(JOURNAL)).verification["intact"]
    True
    """
    head = None if expected_head is None else encoded_config(expected_head)
    return _valid(_library.journal_verify(os.fsencode(journal), head))


def journal_prune(journal: types.Path, *, before: types.Moment) -> int:
    """Removes the entries of cancels that were finished before the given time, and returns how many."""
    removed: int = _checked(_library.journal_prune(os.fsencode(journal), encoded({"before": before}))).raw[
        "pruned"
    ]
    return removed


def _valid(handle: ResultHandle) -> Result:
    """Arguments that are not valid are a mistake of the program."""
    result = result_of(handle)
    if result.outcome == "invalid":
        raise error_for(result)
    return result


def _checked(handle: ResultHandle) -> Result:
    return result_of(handle).raise_for_outcome()
