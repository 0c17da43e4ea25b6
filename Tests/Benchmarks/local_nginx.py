"""An nginx on the loopback that accepts every cancel, for the benchmark and the endurance tests."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time

SERVER_START_SECONDS_MAX = 5

NGINX_CONFIG = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  server {{
    listen 127.0.0.1:{port};
    location ~ ^/case/id/[^/]+/cancel$ {{
      if ($request_method != POST) {{ return 405; }}
      return 200;
    }}
    location = /counts {{ stub_status; }}
    location / {{ return 404; }}
  }}
}}
"""


class Failure(Exception):
    """Why nothing could be measured."""


class Server:
    """An nginx of our own on a free port of the loopback: any user may run it, and it writes only into
    the folder that it is given."""

    def __init__(self, folder):
        self.folder = folder.resolve()
        self.process = None

    def __enter__(self):
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if program is None:
            raise Failure("there is no nginx (Debian: apt-get install nginx-light)")
        self.folder.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        config = self.folder / "nginx.conf"
        config.write_text(NGINX_CONFIG.format(folder=self.folder, port=self.port))
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
        return f"http://127.0.0.1:{self.port}"

    def counts(self):
        """(connections, requests) so far, this question among them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/counts")
        text = connection.getresponse().read().decode()
        connection.close()
        accepted, _, requests = re.search(r"^ (\d+) (\d+) (\d+) $", text, re.MULTILINE).groups()
        return int(accepted), int(requests)

    def run_on(self, core):
        os.sched_setaffinity(self.process.pid, {core})

    def _wait(self, log):
        deadline = time.monotonic() + SERVER_START_SECONDS_MAX
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                self.counts()
                return
            except OSError:
                time.sleep(0.02)
        raise Failure(f"nginx did not start; see {log}")
