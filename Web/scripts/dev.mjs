// For work on the web client: rebuilds when a source changes, serves the files from disk and passes everything else on
// to a running server. `node Web/scripts/dev.mjs [port] [server's port]`.

import { execFile } from "node:child_process";
import { readFileSync, watch } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { root } from "./toolchain.mjs";

const [port, upstream] = [Number(process.argv[2] ?? 8090), Number(process.argv[3] ?? 8080)];
const types = { html: "text/html", css: "text/css", js: "text/javascript", svg: "image/svg+xml", json: "application/json" };

let building = false;
let again = false;
let timer;
// One change of a file is several notices.
const changed = () => {
  clearTimeout(timer);
  timer = setTimeout(rebuild, 80);
};
function rebuild() {
  if (building) return void (again = true);
  building = true;
  execFile("node", [join(root, "scripts/build.mjs"), "--development"], (error, out, err) => {
    console.log((out + err).trim());
    building = false;
    if (again) {
      again = false;
      rebuild();
    }
  });
}
rebuild();
for (const name of ["src", "public"]) watch(join(root, name), { recursive: true }, changed);
watch(join(root, "index.html"), changed);

function file(path) {
  const page = path === "/" || /^\/(app|embed)(\/|$)/.test(path);
  const map = JSON.parse(readFileSync(join(root, "build/development/map.json"), "utf8"));
  const name = page ? "/index.html" : path;
  if (!map[name]) return null;
  return { bytes: readFileSync(join(root, "build/development/files", map[name])), type: types[name.split(".").pop()] };
}

const server = http.createServer((request, response) => {
  const path = request.url.split("?")[0];
  const found = file(path);
  if (found) {
    response.writeHead(200, { "Content-Type": `${found.type}; charset=utf-8`, "Cache-Control": "no-store" });
    return void response.end(found.bytes);
  }
  const onward = http.request(
    { port: upstream, host: "127.0.0.1", method: request.method, path: request.url, headers: request.headers },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
  onward.on("error", () => response.writeHead(502).end());
  request.pipe(onward);
});
server.on("upgrade", (request, socket, head) => {
  const onward = net.connect(upstream, "127.0.0.1", () => {
    const fields = request.rawHeaders.reduce((text, part, at) => text + part + (at % 2 ? "\r\n" : ": "), "");
    onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${fields}\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  onward.on("error", () => socket.destroy());
  socket.on("error", () => onward.destroy());
});
server.listen(port, "127.0.0.1", () => console.log(`http://localhost:${port}/app`));
