"""A program that a workspace calls: it answers as told and remembers what came."""

import http.server
import threading


class Callbacks:
    def __init__(self):
        self.status = 200
        self.bodies = []
        callbacks = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                callbacks.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(callbacks.status)
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
