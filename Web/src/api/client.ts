// One request of the public HTTP API. Everything in api/ goes through here.

import { strings } from "../strings";
import { takeEarly } from "./early";

export { path, query } from "./address";

/** What went wrong: the server's own words and status, or status 0 when it could not be reached. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly retryAfterSeconds: number | null = null) {
    super(message);
    this.name = "ApiError";
  }

  /** Whether trying again later may help: the network, a busy server, a restart behind a proxy. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 502;
  }
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RequestOptions {
  body?: unknown;
  /** Fields of a form, in place of a JSON body. */
  form?: Record<string, string>;
  signal?: AbortSignal;
}

/** Sends JSON and reads JSON. The session is the browser's cookie: no token is ever in reach of scripts. */
export async function request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
  if (method === "GET") {
    const early = await takeEarly(path);
    if (early) return readAnswer<Answer>(early.status, early.text, null);
  }
  const headers: Record<string, string> = { Accept: "application/json", ...csrfHeader(method) };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: options.signal ?? null,
      body: options.form ? new URLSearchParams(options.form)
        : options.body === undefined ? null : JSON.stringify(options.body),
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(0, strings.errors.unreachable);
  }
  return readAnswer<Answer>(response.status, await response.text(), response.headers.get("Retry-After"));
}

/** The first bytes of a file as text. */
export async function requestText(path: string, bytes: number): Promise<string> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", headers: { Range: `bytes=0-${bytes - 1}` } });
  } catch (error) {
    throw new ApiError(0, strings.errors.unreachable);
  }
  // An empty file has no first byte.
  if (response.status === 416) return "";
  const text = await response.text();
  return response.ok ? text : readAnswer<never>(response.status, text, null);
}

/** The proof that a change comes from a page of this server. */
export function csrfHeader(method: Method): Record<string, string> {
  return method === "GET" ? {} : { "X-ClickClack-CSRF": "1" };
}

/** Turns a response into its value, or throws the `ApiError` that it stands for. */
export function readAnswer<Answer>(status: number, text: string, retryAfter: string | null): Answer {
  let value: unknown = null;
  if (text) {
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new ApiError(status, strings.errors.unreadable);
    }
  }
  if (status >= 200 && status < 300) return value as Answer;
  const known = (value as { error?: unknown } | null)?.error;
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  throw new ApiError(
    status, typeof known === "string" ? known : strings.errors.status(status), Number.isFinite(seconds) ? seconds : null);
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
