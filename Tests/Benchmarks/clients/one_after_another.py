"""Cancels cases one after another from Python, and says what a cancel costs.

    one_after_another.py CLIENT BASE_URL COUNT|first [AUTHORITY]

As one_after_another.c, which see. Each client is a function that cancels one case; what a client needs is
imported for that client alone, since a cold start pays for it.
"""

import json
import os
import sys
from urllib.parse import urlsplit

from cost import HEADERS, TIMEOUT_SECONDS, TOKEN, Failed, case_id, check, cost_of_each, spent

WARM_UP_CANCELS = 50
CONNECT_TIMEOUT_SECONDS = 5
KCASE_CANCELED = 1


def by_kcase(base_url, authority):
    """The library by ctypes, as in the README. KCASE_LIBRARY names the file."""
    import ctypes

    kcase = ctypes.CDLL(os.environ["KCASE_LIBRARY"])
    kcase.kcase_client_new.restype = ctypes.c_void_p
    kcase.kcase_client_new.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    kcase.kcase_cancel.restype = ctypes.c_void_p
    kcase.kcase_cancel.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    kcase.kcase_result_outcome.restype = ctypes.c_int32
    kcase.kcase_result_outcome.argtypes = [ctypes.c_void_p]
    kcase.kcase_result_free.restype = None
    kcase.kcase_result_free.argtypes = [ctypes.c_void_p]
    config = {"base_url": base_url, "token": TOKEN, "ca_file": authority}
    client = kcase.kcase_client_new(json.dumps(config).encode(), None)
    kcase_cancel, outcome, free = kcase.kcase_cancel, kcase.kcase_result_outcome, kcase.kcase_result_free

    def cancel(case):
        result = kcase_cancel(client, case.encode(), None)
        found = outcome(result)
        free(result)
        if found != KCASE_CANCELED:
            raise Failed(f"outcome {found}")

    return cancel


def by_package(base_url, authority):
    """The Python package. KCASE_LIBRARY names the library."""
    import kcase

    client = kcase.Client(base_url=base_url, token=TOKEN, ca_file=authority)
    canceled = kcase.Outcome.CANCELED

    def cancel(case):
        found = client.cancel(case).outcome
        if found is not canceled:
            raise Failed(f"outcome {found}")

    return cancel


def by_http_client(base_url, authority):
    import http.client

    address = urlsplit(base_url)
    if authority:
        import ssl

        context = ssl.create_default_context(cafile=authority)
        connection = http.client.HTTPSConnection(address.netloc, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)

    def cancel(case):
        connection.request("POST", f"/case/id/{case}/cancel", headers=HEADERS)
        answer = connection.getresponse()
        answer.read()
        check(answer.status)

    return cancel


def by_requests(base_url, authority):
    import requests

    session = requests.Session()
    session.headers.update(HEADERS)
    session.trust_env = False  # Else it looks for proxies anew each time.
    session.verify = authority or True

    def cancel(case):
        check(session.post(f"{base_url}/case/id/{case}/cancel", timeout=TIMEOUT_SECONDS).status_code)

    return cancel


def by_httpx(base_url, authority):
    import httpx

    # Without TLS it need not read the system's authorities, which is most of its start.
    trust = False
    if authority:
        import ssl

        trust = ssl.create_default_context(cafile=authority)
    client = httpx.Client(headers=HEADERS, verify=trust, trust_env=False, timeout=TIMEOUT_SECONDS)

    def cancel(case):
        check(client.post(f"{base_url}/case/id/{case}/cancel").status_code)

    return cancel


def by_pycurl(base_url, authority):
    import pycurl

    easy = pycurl.Curl()
    body = []
    lines = [f"{name}: {value}" for name, value in HEADERS.items() if name != "User-Agent"]
    easy.setopt(pycurl.HTTPHEADER, [*lines, "Content-Type:"])
    easy.setopt(pycurl.USERAGENT, HEADERS["User-Agent"])
    easy.setopt(pycurl.NOSIGNAL, 1)
    easy.setopt(pycurl.PROXY, "")
    easy.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
    easy.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTPS | pycurl.PROTO_HTTP)
    easy.setopt(pycurl.TIMEOUT, TIMEOUT_SECONDS)
    easy.setopt(pycurl.CONNECTTIMEOUT, CONNECT_TIMEOUT_SECONDS)
    easy.setopt(pycurl.POST, 1)
    easy.setopt(pycurl.POSTFIELDS, "")
    easy.setopt(pycurl.WRITEFUNCTION, body.append)
    if authority:
        easy.setopt(pycurl.CAINFO, authority)

    def cancel(case):
        body.clear()
        easy.setopt(pycurl.URL, f"{base_url}/case/id/{case}/cancel")
        easy.perform()
        check(easy.getinfo(pycurl.RESPONSE_CODE))

    return cancel


def by_openapi(base_url, authority):
    """The client that openapi-generator makes from the contract; PYTHONPATH names its folder."""
    import openapi_client

    configuration = openapi_client.Configuration(host=base_url, access_token=TOKEN, ssl_ca_cert=authority)
    client = openapi_client.ApiClient(configuration)
    client.user_agent = HEADERS["User-Agent"]
    send = openapi_client.DefaultApi(client).post_case_id_case_id_cancel_with_http_info

    def cancel(case):
        check(send(case, _request_timeout=TIMEOUT_SECONDS).status_code)

    return cancel


CLIENTS = {
    "package": by_package,
    "kcase": by_kcase,
    "http.client": by_http_client,
    "requests": by_requests,
    "httpx": by_httpx,
    "pycurl": by_pycurl,
    "openapi": by_openapi,
}


def cancel_cases(cancel, first, count):
    for number in range(first, first + count):
        cancel(case_id(number))


def measure_each(name, cancel, count):
    cancel_cases(cancel, 0, WARM_UP_CANCELS)
    before = spent()
    cancel_cases(cancel, WARM_UP_CANCELS, count)
    return cost_of_each(name, before, spent(), count, count + WARM_UP_CANCELS)


def measure_first(name, base_url, authority):
    """What a client imports is imported as it is made."""
    began = spent()[2]
    cancel_cases(CLIENTS[name](base_url, authority), 0, 1)
    user, system, wall = spent()
    return {
        "mode": name,
        "answered_at_us": round(wall),
        "from_import_us": round(wall - began),
        "cpu_us": round(user + system),
    }


def main():
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in CLIENTS:
        sys.exit(f"usage: one_after_another.py {'|'.join(CLIENTS)} BASE_URL COUNT|first [AUTHORITY]")
    name, base_url, count, *authority = sys.argv[1:]
    authority = authority[0] if authority else None
    if count == "first":
        cost = measure_first(name, base_url, authority)
    else:
        cost = measure_each(name, CLIENTS[name](base_url, authority), int(count))
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
