"""A host that has loaded other libraries of the same kind: all work at once, and the process ends well.

    coexistence.py SERVER-URL AUTHORITIES LIBKCASE NAME...

The names are loaded in their order: kcase, ssl, pycurl, json-c, jansson. Each is used from two threads, all
at the same time. Prints how often each was used; nothing is freed before the end, so that every library ends
as it is."""

from __future__ import annotations

import ctypes
import io
import json
import sys
import threading
import time

from kcase_library import load

SECONDS = 2.0
THREADS = 2

url, authorities, library, *names = sys.argv[1:]


class KCase:
    def __init__(self) -> None:
        self.kcase = load(library)
        config = {"base_url": url, "token": "t", "ca_file": authorities}
        self.client = self.kcase.kcase_client_new(json.dumps(config).encode(), None)

    def use(self) -> None:
        # A case of the thread's own: one client cancels a case once at a time.
        result = self.kcase.kcase_cancel(self.client, b"case-%d" % threading.get_ident(), None)
        assert self.kcase.kcase_result_outcome(result) == 1
        self.kcase.kcase_result_free(result)


class Ssl:
    def __init__(self) -> None:
        import ssl
        import urllib.request

        self.context = ssl.create_default_context(cafile=authorities)
        self.request = urllib.request

    def use(self) -> None:
        question = self.request.Request(f"{url}/case/id/x/cancel", data=b"", method="POST")
        with self.request.urlopen(question, timeout=10, context=self.context) as answer:
            assert answer.read() == b"{}"


class Pycurl:
    def __init__(self) -> None:
        import pycurl

        self.pycurl = pycurl

    def use(self) -> None:
        body = io.BytesIO()
        curl = self.pycurl.Curl()
        curl.setopt(curl.URL, f"{url}/case/id/x/cancel")
        curl.setopt(curl.POSTFIELDS, "")
        curl.setopt(curl.CAINFO, authorities)
        curl.setopt(curl.WRITEDATA, body)
        curl.perform()
        curl.close()
        assert body.getvalue() == b"{}"


class JsonC:
    def __init__(self) -> None:
        # For all to see, as a program that is linked with it has it.
        self.json = ctypes.CDLL("libjson-c.so.5", mode=ctypes.RTLD_GLOBAL)
        self.json.json_tokener_parse.restype = ctypes.c_void_p
        self.json.json_tokener_parse.argtypes = [ctypes.c_char_p]
        self.json.json_object_object_length.argtypes = [ctypes.c_void_p]
        self.json.json_object_put.argtypes = [ctypes.c_void_p]

    def use(self) -> None:
        for _ in range(100):
            value = self.json.json_tokener_parse(b'{"one": 1, "two": [2]}')
            assert self.json.json_object_object_length(value) == 2
            self.json.json_object_put(value)


class Jansson:
    def __init__(self) -> None:
        self.json = ctypes.CDLL("libjansson.so.4", mode=ctypes.RTLD_GLOBAL)
        self.json.json_loads.restype = ctypes.c_void_p
        self.json.json_loads.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        self.json.json_object_size.restype = ctypes.c_size_t
        self.json.json_object_size.argtypes = [ctypes.c_void_p]
        self.json.json_delete.argtypes = [ctypes.c_void_p]

    def use(self) -> None:
        for _ in range(100):
            value = self.json.json_loads(b'{"one": 1, "two": [2]}', 0, None)
            assert self.json.json_object_size(value) == 2
            self.json.json_delete(value)


KINDS = {"kcase": KCase, "ssl": Ssl, "pycurl": Pycurl, "json-c": JsonC, "jansson": Jansson}
counts = dict.fromkeys(names, 0)


def work(name: str, user: KCase | Ssl | Pycurl | JsonC | Jansson) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        user.use()
        counts[name] += 1


users = {name: KINDS[name]() for name in names}
threads = [threading.Thread(target=work, args=each) for each in users.items() for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(counts))
