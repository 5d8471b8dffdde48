"""A small api that is not ours: the task routes of docs/own-api.md in plain Python, with nothing but its standard library.

Environment besides what the twin gives: MODE=quiet leaves out X-Cache, 127 listens on 127.0.0.1 only, 8000 on port 8000.
"""
import base64, hashlib, hmac, json, os, queue, socket, ssl, struct, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlparse

MODE = os.environ.get("MODE", "")
SECRET = os.environ["TOKEN_SECRET"].encode()
DATABASE, REDIS = urlparse(os.environ["DATABASE_URL"]), urlparse(os.environ["REDIS_URL"])
REDIS_TIMEOUT_S, TTL_S = 1.0, 300
# One for all connections, and without the system's authorities: reading them took 26 ms of a processor for each connection.
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE


class Postgres:
    """One connection: TLS, SCRAM-SHA-256, the extended protocol with text parameters."""

    def __init__(self):
        raw = socket.create_connection((DATABASE.hostname, DATABASE.port), 10)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.sendall(struct.pack("!ii", 8, 80877103))
        if raw.recv(1) != b"S":
            raise OSError("Postgres does not speak TLS")
        self.file = TLS.wrap_socket(raw).makefile("rwb")
        names = f"user\0{DATABASE.username}\0database\0{DATABASE.path[1:]}\0\0".encode()
        self.file.write(struct.pack("!ii", len(names) + 8, 196608) + names)
        self.log_in()

    def send(self, *messages):
        for kind, body in messages:
            self.file.write(kind + struct.pack("!i", len(body) + 4) + body)
        self.file.flush()

    def receive(self):
        kind, length = struct.unpack("!ci", self.exactly(5))
        return kind, self.exactly(length - 4)

    def exactly(self, count):
        data = self.file.read(count)
        if len(data) < count:
            raise OSError("Postgres went away")
        return data

    def log_in(self):
        self.file.flush()
        password, first = DATABASE.password.encode(), "n=,r=" + base64.b64encode(os.urandom(18)).decode()
        self.receive()  # AuthenticationSASL
        start = ("n,," + first).encode()
        self.send((b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(start)) + start))
        server = self.receive()[1][4:].decode()
        fields = dict(one.split("=", 1) for one in server.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", password, base64.b64decode(fields["s"]), int(fields["i"]))
        key = hmac.digest(salted, b"Client Key", "sha256")
        final = "c=biws,r=" + fields["r"]
        signature = hmac.digest(hashlib.sha256(key).digest(), f"{first},{server},{final}".encode(), "sha256")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature))).decode()
        self.send((b"p", f"{final},p={proof}".encode()))
        self.until_ready()

    def until_ready(self):
        rows, problem = [], None
        while True:
            kind, body = self.receive()
            if kind == b"D":
                rows.append(self.row(body))
            elif kind == b"E":
                problem = body.decode(errors="replace")
            elif kind == b"Z":
                if problem:
                    raise RuntimeError(problem)
                return rows

    @staticmethod
    def row(body):
        at, values = 2, []
        for _ in range(struct.unpack("!h", body[:2])[0]):
            length = struct.unpack("!i", body[at : at + 4])[0]
            values.append(body[at + 4 : at + 4 + length].decode())
            at += 4 + length
        return values

    def query(self, text, *values):
        given = b"".join(struct.pack("!i", len(one)) + one for one in (str(value).encode() for value in values))
        bind = b"\0\0" + struct.pack("!hh", 0, len(values)) + given + struct.pack("!h", 0)
        parse = b"\0" + text.encode() + b"\0\0\0"
        self.send((b"P", parse), (b"B", bind), (b"E", b"\0" + struct.pack("!i", 0)), (b"S", b""))
        return self.until_ready()


class Redis:
    def __init__(self):
        address = (REDIS.hostname, REDIS.port)
        self.file = socket.create_connection(address, REDIS_TIMEOUT_S).makefile("rwb")

    def query(self, *words):
        parts = [str(word).encode() for word in words]
        self.file.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(one), one) for one in parts))
        self.file.flush()
        line = self.file.readline()
        if not line:
            raise OSError("Redis went away")
        if line[:1] != b"$":
            return line[1:-2].decode()
        return None if line == b"$-1\r\n" else self.file.read(int(line[1:]) + 2)[:-2].decode()


class Pool:
    """Idle connections; a failing one is thrown away."""

    def __init__(self, connect):
        self.connect, self.idle = connect, queue.LifoQueue()

    def query(self, *arguments):
        try:
            connection = self.idle.get_nowait()
        except queue.Empty:
            connection = self.connect()
        answer = connection.query(*arguments)
        self.idle.put(connection)
        return answer


postgres, redis = Pool(Postgres), Pool(Redis)


def cached(*words):
    """What Redis says, or None: a cache that fails is passed by."""
    try:
        return redis.query(*words)
    except OSError:
        return None


class Tasks(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def user(self):
        word, _, signature = self.headers.get("Authorization", "").removeprefix("Token ").partition(".")
        wanted = hmac.new(SECRET, word.encode(), "sha256").hexdigest()
        return int(word) if word.isdigit() and hmac.compare_digest(signature, wanted) else None

    def do_GET(self):
        if self.path == "/healthz":
            return self.answer(200, b'"ok"')
        user = self.user()
        if user is None or self.path != "/api/tasks/":
            return self.answer(401 if user is None else 404, b"{}")
        body, cache = cached("GET", f"list:{user}"), "HIT"
        if body is None:
            rows = postgres.query("SELECT id, title, request_id FROM task_task WHERE user_id = $1::int ORDER BY id", user)
            body, cache = json.dumps([{"id": int(a), "title": b, "request_id": c} for a, b, c in rows]), "MISS"
            cached("SET", f"list:{user}", body, "EX", TTL_S)
        self.answer(200, body.encode(), **({} if MODE == "quiet" else {"X_Cache": cache}))

    def do_POST(self):
        task, user = json.loads(self.rfile.read(int(self.headers["Content-Length"]))), self.user()
        if user is None:
            return self.answer(401, b"{}")
        insert = "INSERT INTO task_task (residence_id, user_id, title, request_id) SELECT id, user_id, $2, $3 FROM residence WHERE user_id = $1::int RETURNING id"
        rows = postgres.query(insert, user, task["title"], task["request_id"])
        cached("DEL", f"list:{user}")
        self.answer(201, json.dumps({"id": int(rows[0][0]), **task}).encode())

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


print("serving", flush=True)
Server(("127.0.0.1" if MODE == "127" else "", 8000 if MODE == "8000" else int(os.environ["PORT"])), Tasks).serve_forever()
