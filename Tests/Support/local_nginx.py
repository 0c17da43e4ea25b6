"""An nginx on the loopback that accepts every cancel, for the benchmark and the endurance tests."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

SERVER_START_SECONDS_MAX = 5

# Holds back each answer without a thread or a process of its own: a timer of the server's event loop.
DELAY_MODULE = "ngx_http_echo_module.so"

NGINX_CONFIG = """\
{modules}
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  http2_max_concurrent_streams 256;
  server {{
    {listeners}
    location ~ ^/case/id/[^/]+/cancel$ {{
      if ($request_method != POST) {{ return 405; }}
      {answer}
    }}
    location = /accepted {{ internal; return 200; }}
    location = /counts {{ stub_status; }}
    location / {{ return 404; }}
  }}
}}
"""


class Failure(Exception):
    """Why nothing could be measured."""


@dataclass(frozen=True)
class Protocol:
    """How a client talks to the server."""

    name: str
    options: str  # of nginx's `listen`

    @property
    def is_secure(self):
        return "ssl" in self.options


PLAIN = Protocol("HTTP/1.1", "")
TLS = Protocol("HTTP/1.1 over TLS", "ssl")
HTTP2 = Protocol("HTTP/2 over TLS", "ssl http2")


class Server:
    """An nginx of our own on free ports of the loopback, one for each protocol: any user may run it, and
    it writes only into the folder that it is given. It answers after `delay_ms`. Without a `certificate`
    there is only PLAIN."""

    def __init__(self, folder, delay_ms=0, certificate=None):
        self.folder = folder.resolve()
        self.delay_ms = delay_ms
        self.certificate = certificate
        self.process = None
        self.ports = {}

    def __enter__(self):
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if program is None:
            raise Failure("there is no nginx (Debian: apt-get install nginx-light)")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ports = free_ports([PLAIN, TLS, HTTP2] if self.certificate else [PLAIN])
        config = self.folder / "nginx.conf"
        config.write_text(self._config(program))
        log = self.folder / "error.log"
        command = [program, "-p", str(self.folder), "-e", str(log), "-c", str(config)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._wait(log)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def url(self):
        return self.url_for(PLAIN)

    def url_for(self, protocol):
        return f"{'https' if protocol.is_secure else 'http'}://127.0.0.1:{self.ports[protocol]}"

    def trust(self, protocol):
        """What a client is told besides the address: whom to trust, where there is TLS."""
        return [str(self.certificate.authority)] if protocol.is_secure else []

    def counts(self):
        """(connections, requests) so far, this question among them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[PLAIN], timeout=5)
        connection.request("GET", "/counts")
        text = connection.getresponse().read().decode()
        connection.close()
        accepted, _, requests = re.search(r"^ (\d+) (\d+) (\d+) $", text, re.MULTILINE).groups()
        return int(accepted), int(requests)

    def run_on(self, core):
        os.sched_setaffinity(self.process.pid, {core})

    def _config(self, program):
        listeners = [f"listen 127.0.0.1:{port} {protocol.options};" for protocol, port in self.ports.items()]
        if self.certificate:
            listeners.append(f"ssl_certificate {self.certificate.chain};")
            listeners.append(f"ssl_certificate_key {self.certificate.key};")
            listeners.append("ssl_protocols TLSv1.2 TLSv1.3;")
        modules, answer = "", "return 200;"
        if self.delay_ms:
            modules = f"load_module {modules_folder(program) / DELAY_MODULE};"
            answer = f"echo_sleep {self.delay_ms / 1000:.3f}; echo_exec /accepted;"
        return NGINX_CONFIG.format(
            folder=self.folder, modules=modules, answer=answer, listeners="\n    ".join(listeners)
        )

    def _wait(self, log):
        deadline = time.monotonic() + SERVER_START_SECONDS_MAX
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                self.counts()
                return
            except OSError:
                time.sleep(0.02)
        raise Failure(f"nginx did not start; see {log}")


def free_ports(protocols):
    """A port of the loopback for each protocol, that nobody uses now."""
    with ExitStack() as sockets:
        free = [sockets.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in protocols]
        return {protocol: one.getsockname()[1] for protocol, one in zip(protocols, free)}


def modules_folder(program):
    """Where this nginx keeps its modules."""
    built = subprocess.run([program, "-V"], capture_output=True, text=True, check=True).stderr
    found = re.search(r"--modules-path=(\S+)", built)
    folder = Path(found[1]) if found else Path()
    if not (folder / DELAY_MODULE).exists():
        raise Failure("nginx cannot delay answers (Debian: apt-get install libnginx-mod-http-echo)")
    return folder
