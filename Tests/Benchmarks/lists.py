"""What it costs to find cases in a long list: CPU time and memory. Prints a line for each filter; the exit
status is 1 if one is out of bounds.

Usage: lists.py LIBRARY [CASES]"""

from __future__ import annotations

import json
import resource
import socket
import subprocess
import sys
import threading
from pathlib import Path

CASES = 170_000
MEMORY_MEGABYTES_MAX = 64
MEGABYTES_PER_SECOND_MIN = 100
SUPPORT = Path(__file__).resolve().parents[1] / "Support"

FILTERS = {
    "tracking code": {"api_tracking_code": "REQ-00000000000000000007"},
    "e-mail address": {"candidate_email": "nobody@example.com"},
    "state and date": {"case_status": "Blocked", "ordered_after": "2024-01-01"},
    "none": {},
    "likely cancelable": {"cancelable": "likely"},
}


def summary(number: int) -> bytes:
    """A case of about 1300 bytes, as the service gives it."""
    stamp, group = "2024-04-05T19:21:27.000+00:00", "00000000-0000-4000-8000-00000000f001"
    case = {
        "id": f"10000000-0000-4000-8000-{number:012d}",
        "crStamp": stamp,
        "crUserId": group,
        "caseTypeId": "cde61186-4f22-45f4-9e19-429061365bce",
        "caseType": "Background Check",
        "caseStatusId": "d894b8a0-937e-46b1-8799-15bad611844f",
        "caseStatus": "Pending",
        "secondaryCaseStatusId": "8e0c9756-a42f-4a7d-b8e2-412a0f6b9dea",
        "secondaryStatus": "Waiting for Authorization",
        "resultType": "Open",
        "resultTypeId": "8c94f0d9-57c9-4c7b-be95-5ec309cff330",
        "modStamp": stamp,
        "candidateEmail": f"candidate+{number:020d}@example.com",
        "candidateGivenName": "Sample",
        "candidateFamilyName": "Candidate",
        "packageName": "Basic Check",
        "packageId": group,
        "groupProfileId": group,
        "groupName": "Sample Group",
        "caseInvitationId": f"invitation-{number:020d}",
        "invitationStatusId": "3f5e6898-6641-4685-8ee0-1363b7e10c98",
        "invitationStatusName": "pending",
        "invitationEmail": f"candidate+{number:020d}@example.com",
        "companyId": group,
        "companyName": "Sample Company",
        "companyReadableName": "sample-company",
        "isMinorCandidate": 0,
        "hasParentalConsent": 0,
        "isCustomerProvidedPii": 0,
        "archived": 0,
        "apiTrackingCode": f"REQ-{number:020d}",
        "orderedStamp": stamp,
    }
    return json.dumps(case, separators=(",", ":")).encode()


def serve(listener: socket.socket, body: bytes) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
            connection.sendall(body)


def own_kilobytes(key: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key))


def ask(library_path: str, url: str, filters: str) -> None:
    """One call, in a process of its own: what it took, as JSON."""
    sys.path.insert(0, str(SUPPORT))
    from kcase_library import load, take

    library = load(library_path)
    config = {"base_url": url, "token": "bench-token", "timeout_ms": 600_000}
    client = library.kcase_client_new(json.dumps(config).encode(), None)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, memory = resource.getrusage(resource.RUSAGE_SELF), own_kilobytes("VmRSS")
    result = library.kcase_list(client, filters.encode())
    after, most = resource.getrusage(resource.RUSAGE_SELF), own_kilobytes("VmHWM")
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = take(library, result)
    print(
        json.dumps(
            {
                "outcome": found["outcome"],
                "listing": found.get("listing"),
                "seconds": seconds,
                "kilobytes": most - memory,
            }
        )
    )


def main() -> int:
    library, cases = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else CASES
    body = b'{"cases":[' + b",".join(map(summary, range(cases))) + b"]}"
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, body), daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    print(f"{cases} cases, {len(body) / 1e6:.0f} MB")
    is_out = False
    for name, filters in FILTERS.items():
        command = [sys.executable, __file__, "--ask", library, url, json.dumps(filters)]
        took = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        speed, memory = len(body) / 1e6 / took["seconds"], took["kilobytes"] / 1024
        is_whole = took["outcome"] == "ok" and took["listing"]["seen"] == cases
        is_good = is_whole and speed >= MEGABYTES_PER_SECOND_MIN and memory < MEMORY_MEGABYTES_MAX
        is_out = is_out or not is_good
        print(
            f"{name:18} {took['listing']['found']:7} found, {took['seconds']:5.2f} s of CPU,"
            f" {speed:4.0f} MB/s, {memory:4.1f} MB of memory{'' if is_good else '  OUT OF BOUNDS'}"
        )
    return 1 if is_out else 0


if __name__ == "__main__":
    if sys.argv[1] == "--ask":
        ask(*sys.argv[2:5])
    else:
        sys.exit(main())
