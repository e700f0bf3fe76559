#!/usr/bin/python3
"""A small identity provider for the end-to-end tests: OpenID Connect below /oidc, GitHub's endpoints below /github.

It signs with python3-jwcrypto, so the server's checks meet an independent implementation. Everybody who comes is signed
in at once, as the person that the test configured. It listens on a loopback port that it prints.

    GET  /oidc/.well-known/openid-configuration     discovery
    GET  /oidc/keys                                 JWKS
    GET  /oidc/authorize  /github/login/oauth/authorize
    POST /oidc/token      /github/login/oauth/access_token
    GET  /oidc/userinfo   /github/api/user[/emails|/orgs]
    POST /control         {"person": {...}, "claims": {...}, "algorithm": "RS256", ...} for what follows
    POST /control/rotate  new keys; the old ones are gone
    POST /control/sign    {"claims": {...}, "algorithm": "ES256"} -> {"token"}
    GET  /control         what was asked for, counted
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

try:
    from jwcrypto import jwk, jws
except ImportError:
    sys.exit("python3-jwcrypto is missing: 'make test' installs what the tests need")

CLIENT = "chat"
# Needs escaping in a Basic credential.
SECRET = "s3cret:/+ %"
ALGORITHMS = ("RS256", "PS256", "ES256")


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """What the provider knows. Guarded by `lock`."""

    def __init__(self, base):
        self.lock = threading.Lock()
        self.base = base
        self.issuer = base + "/oidc"
        self.codes = {}
        self.access_tokens = set()
        self.counts = {}
        self.key_number = 0
        self.foreign = None
        self.rotate()
        self.reset()

    def reset(self):
        self.person = {
            "sub": "248289761001",
            "email": "Ada@Example.test",
            "email_verified": True,
            "name": "Ada Lovelace",
            "id": 4711,
            "login": "ada",
            "orgs": [],
        }
        self.claims = {}
        self.userinfo = None
        self.algorithm = "RS256"
        self.key = "own"
        self.authentication = ["client_secret_basic", "client_secret_post"]
        self.issuer_claimed = self.issuer

    def rotate(self):
        self.key_number += 1
        self.rsa = jwk.JWK.generate(kty="RSA", size=2048, kid=f"rsa-{self.key_number}", use="sig")
        self.ec = jwk.JWK.generate(kty="EC", crv="P-256", kid=f"ec-{self.key_number}", use="sig", alg="ES256")

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def keys(self):
        octets = {"kty": "oct", "kid": "mac", "k": encode(b"public"), "alg": "HS256"}
        unknown = {"kty": "OKP", "crv": "X448", "kid": "unknown", "x": "AA"}
        return {"keys": [octets, unknown, self.rsa.export_public(as_dict=True), self.ec.export_public(as_dict=True)]}

    def sign(self, claims, algorithm, key="own"):
        """A compact token; also such as no honest provider makes."""
        payload = json.dumps(claims).encode()
        if algorithm in ALGORITHMS:
            pair = self.ec if algorithm == "ES256" else self.rsa
            if key == "foreign":
                self.foreign = self.foreign or jwk.JWK.generate(kty="RSA", size=2048)
                pair = self.foreign
            token = jws.JWS(payload)
            kid = self.rsa["kid"] if key == "foreign" else pair["kid"]
            token.add_signature(pair, algorithm, json.dumps({"alg": algorithm, "kid": kid, "typ": "JWT"}), None)
            return token.serialize(compact=True)
        head = encode(json.dumps({"alg": algorithm, "kid": self.rsa["kid"], "typ": "JWT"}).encode())
        signed = f"{head}.{encode(payload)}"
        if algorithm == "HS256":
            # The attack: a verifier that takes the public key for a shared secret.
            secret = self.rsa.export_to_pem(private_key=False, password=None)
            return f"{signed}.{encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"
        return signed + "."

    def id_token(self, code):
        now = int(time.time())
        person = self.person
        claims = {
            "iss": self.issuer,
            "sub": person["sub"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": code["nonce"],
            "email": person["email"],
            "email_verified": person["email_verified"],
            "name": person["name"],
        }
        claims.update(self.claims)
        return self.sign({k: v for k, v in claims.items() if v is not None}, self.algorithm, self.key)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider = None

    def do_GET(self):
        self.answer(None)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        self.answer(self.rfile.read(length).decode())

    def log_message(self, *arguments):
        pass

    def answer(self, body):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        with self.provider.lock:
            self.provider.count(url.path)
            try:
                status, value, headers = self.route(url.path, query, body)
            except Refusal as refusal:
                status, value, headers = refusal.args[0], {"error": refusal.args[1]}, {}
        data = json.dumps(value).encode() if value is not None else b""
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def route(self, path, query, body):
        provider = self.provider
        if path == "/oidc/.well-known/openid-configuration":
            issuer = provider.issuer
            return 200, {
                "issuer": provider.issuer_claimed,
                "authorization_endpoint": issuer + "/authorize?tenant=1",
                "token_endpoint": issuer + "/token",
                "jwks_uri": issuer + "/keys",
                "userinfo_endpoint": issuer + "/userinfo",
                "token_endpoint_auth_methods_supported": provider.authentication,
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": list(ALGORITHMS),
            }, {}
        if path == "/oidc/keys":
            return 200, provider.keys(), {}
        if path == "/oidc/authorize":
            require(query.get("response_type") == "code", "response_type")
            require("openid" in query.get("scope", "").split(), "scope")
            require(query.get("tenant") == "1", "the endpoint's own query is lost")
            require(len(query.get("nonce", "")) >= 22, "nonce")
            return self.authorize(query)
        if path == "/github/login/oauth/authorize":
            require("user:email" in query.get("scope", "").split(), "scope")
            return self.authorize(query)
        if path == "/oidc/token":
            form = self.form(body)
            require(form.get("grant_type") == "authorization_code", "unsupported_grant_type")
            code = self.redeem(form, "invalid_grant", 400)
            return 200, {
                "access_token": self.access_token(),
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": provider.id_token(code),
            }, {"Cache-Control": "no-store"}
        if path == "/github/login/oauth/access_token":
            # GitHub answers with 200 whatever happens.
            self.redeem(self.form(body), "bad_verification_code", 200)
            return 200, {"access_token": self.access_token(), "token_type": "bearer", "scope": "read:user"}, {}
        if path == "/oidc/userinfo":
            self.require_access_token()
            person = provider.person
            standard = {name: person[name] for name in ("sub", "email", "email_verified", "name")}
            return 200, provider.userinfo or standard, {}
        if path.startswith("/github/api/user"):
            self.require_access_token()
            return 200, self.github(path.removeprefix("/github/api"), query), {}
        if path.startswith("/control"):
            return 200, self.control(path, json.loads(body) if body else {}), {}
        raise Refusal(404, "no such path")

    def github(self, path, query):
        person = self.provider.person
        if path == "/user":
            return {"id": person["id"], "login": person["login"], "name": person["name"], "email": None}
        if path == "/user/emails":
            return [
                {"email": "other@example.test", "primary": False, "verified": True, "visibility": None},
                {"email": person["email"], "primary": True, "verified": person["email_verified"]},
            ]
        if path == "/user/orgs":
            size, page = int(query["per_page"]), int(query["page"])
            return [{"login": name} for name in person["orgs"][(page - 1) * size : page * size]]
        raise Refusal(404, "Not Found")

    def authorize(self, query):
        require(query.get("client_id") == CLIENT, "client_id")
        require(query.get("code_challenge_method") == "S256", "code_challenge_method")
        require(len(query.get("code_challenge", "")) == 43, "code_challenge")
        require(len(query.get("state", "")) >= 22, "state")
        code = secrets.token_urlsafe(16)
        self.provider.codes[code] = {
            "challenge": query["code_challenge"],
            "redirect": query["redirect_uri"],
            "nonce": query.get("nonce"),
        }
        answer = urlencode({"code": code, "state": query["state"]})
        return 302, None, {"Location": f"{query['redirect_uri']}?{answer}"}

    def form(self, body):
        require(self.headers.get("Content-Type") == "application/x-www-form-urlencoded", "content type")
        return {name: values[0] for name, values in parse_qs(body).items()}

    def redeem(self, form, error, status):
        """Checks client, code, redirect and PKCE (RFC 7636, section 4.6)."""
        client, secret = form.get("client_id"), form.get("client_secret")
        scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            require(secret is None, "two ways to authenticate")
            parts = base64.b64decode(credentials).decode().split(":")
            require(len(parts) == 2, "invalid_client")
            client, secret = (unquote(part) for part in parts)
        require(client == CLIENT and secret == SECRET, "invalid_client")
        code = self.provider.codes.pop(form.get("code"), None)
        challenge = encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if code is None or code["redirect"] != form.get("redirect_uri") or code["challenge"] != challenge:
            raise Refusal(status, error)
        return code

    def access_token(self):
        token = secrets.token_urlsafe(16)
        self.provider.access_tokens.add(token)
        return token

    def require_access_token(self):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.provider.access_tokens:
            raise Refusal(401, "Bad credentials")

    def control(self, path, wanted):
        provider = self.provider
        if path == "/control/rotate":
            provider.rotate()
            return {}
        if path == "/control/sign":
            claims = {"iat": int(time.time()), "exp": int(time.time()) + 300, **wanted["claims"]}
            claims = {name: value for name, value in claims.items() if value is not None}
            return {"token": provider.sign(claims, wanted["algorithm"], wanted.get("key", "own"))}
        if self.command == "POST":
            provider.reset()
            provider.person.update(wanted.pop("person", {}))
            for name, value in wanted.items():
                setattr(provider, name, value)
        return provider.counts


class Refusal(Exception):
    """Status and error."""


def require(condition, error):
    if not condition:
        raise Refusal(400, error)


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    base = f"http://127.0.0.1:{server.server_address[1]}"
    Handler.provider = Provider(base)
    print(base, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
