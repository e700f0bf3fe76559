"""Live events, by WebSocket (RFC 6455) and by server-sent events."""

import base64
import json
import os
import socket
import struct


class WebSocket:
    """A client's side; `cursors` are those of the events that came."""

    def __init__(self, client, workspace, after=None):
        query = f"workspace_id={workspace}" + (f"&after_cursor={after}" if after else "")
        self.socket = client.socket()
        self.input = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        fields = [
            f"GET /api/realtime/ws?{query} HTTP/1.1", f"Host: {client.host}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if client.token:
            fields.append(f"Authorization: Bearer {client.token}")
        fields += [f"{name}: {value}" for name, value in client.headers.items()]
        self.socket.sendall(("\r\n".join(fields) + "\r\n\r\n").encode())
        self.status = int(self.input.readline().split()[1])
        while self.input.readline() not in (b"\r\n", b""):
            pass
        self.close_code = None

    def frame(self):
        """The next frame: its opcode and payload; None at the end."""
        head = self.input.read(2)
        if len(head) < 2:
            return None
        length = head[1] & 127
        if length == 126:
            length = struct.unpack(">H", self.input.read(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self.input.read(8))[0]
        return head[0] & 15, self.input.read(length)

    def send(self, opcode, payload):
        mask = os.urandom(4)
        body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + body)

    def event(self):
        """The next event; None when the server closed."""
        while True:
            frame = self.frame()
            if frame is None:
                return None
            opcode, payload = frame
            if opcode == 8:
                self.close_code = struct.unpack(">H", payload[:2])[0] if payload else 1005
                self.send(8, payload[:2])
                return None
            if opcode == 9:
                self.send(10, payload)
            elif opcode == 1:
                return json.loads(payload)

    def next(self, kind):
        while True:
            event = self.event()
            assert event is not None, f"the socket was closed with {self.close_code} before {kind}"
            if event.get("type") == kind:
                return event

    def close(self):
        self.input.close()
        self.socket.close()


class EventStream:
    """Server-sent events; `next` gives the data of each."""

    def __init__(self, client, workspace):
        self.connection = client.connection()
        self.connection.request(
            "GET", f"/api/realtime/sse?workspace_id={workspace}",
            headers={"Host": client.host, "Authorization": f"Bearer {client.token}", **client.headers})
        self.answer = self.connection.getresponse()
        self.status = self.answer.status

    def next(self, kind):
        while True:
            line = self.answer.readline()
            assert line, f"the stream ended before {kind}"
            if line.startswith(b"data:"):
                event = json.loads(line[5:])
                if event.get("type") == kind:
                    return event

    def close(self):
        self.connection.close()
