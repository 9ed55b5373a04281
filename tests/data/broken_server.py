"""A web server on this machine that cuts, corrupts, stalls and lies, as its script says."""

import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers each request as the next word of the server's script says; "whole" after its end."""

    def do_GET(self):
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        with self.server.guard:
            word = self.server.script.pop(0) if self.server.script else "whole"
            self.server.requests.append((word, start))
        name, _, number = word.partition(":")
        getattr(self, name)(start, int(number or 0))

    def begin(self, start, content, *, ignore=False, **headers):
        """Send the head of an answer with `content` of the whole file from `start` on."""
        total = len(self.server.content)
        if start and not ignore:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()

    def whole(self, start, _):
        content = self.server.content[start:]
        self.begin(start, content)
        self.wfile.write(content)

    def cut(self, start, number):
        """Promise everything, send `number` bytes and hang up."""
        content = self.server.content[start:]
        self.begin(start, content)
        self.wfile.write(content[:number])

    def stall(self, start, number):
        """Promise everything, send `number` bytes and fall silent."""
        self.cut(start, number)
        self.wfile.flush()
        self.server.ended.wait(5)

    def slow(self, start, number):
        """Send `number` bytes at a time, with a pause after each."""
        content = self.server.content[start:]
        self.begin(start, content)
        for place in range(0, len(content), number):
            self.wfile.write(content[place : place + number])
            time.sleep(0.05)

    def corrupt(self, start, _):
        content = bytearray(self.server.content[start:])
        content[len(content) // 2] ^= 1
        self.begin(start, content)
        self.wfile.write(content)

    def short(self, start, number):
        """The server's file is cut: it says so, and thinks that this is all."""
        content = self.server.content[start : len(self.server.content) - number]
        if not content:
            self.send_error(416)
            return
        self.begin(start, content)
        self.wfile.write(content)

    def long(self, start, number):
        content = self.server.content[start:] + b"x" * number
        self.begin(start, content)
        self.wfile.write(content)

    def ignore(self, _, __):
        """Send the whole file, whatever was asked for."""
        content = self.server.content
        self.begin(0, content, ignore=True)
        self.wfile.write(content)

    def wrong(self, start, _):
        """Send another piece than the one that was asked for."""
        content = self.server.content[max(start - 7, 0) :]
        self.begin(max(start - 7, 0), content)
        self.wfile.write(content)

    def packed(self, start, _):
        """Call the file gzip on top of what it is, as servers of .gz files do."""
        content = self.server.content[start:]
        self.begin(start, content, Content_Encoding="gzip")
        self.wfile.write(content)

    def status(self, _, number):
        self.send_error(number)

    def log_message(self, *_):
        pass


@contextmanager
def broken_server(content, *script):
    """Serve `content`; give the server, with `url`, `requests` (word, start) and `script`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # clients hang up on purpose
    server.content, server.script, server.requests = content, list(script), []
    server.guard, server.ended = threading.Lock(), threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}/file.bin"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
