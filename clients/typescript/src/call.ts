/** One call of the API, from the arguments of a method to a request. */

import { etagOf } from "./answers.js";

/** A number, date or slug, `latest`, or an issue as it was read. */
export type Ref = number | string | { readonly number: number };

/** NDJSON, or the documents that become its lines. */
export type Lines = string | Uint8Array | Iterable<unknown>;

/** A request without the address of the server and the key. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly accept: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content?: string | Uint8Array;
}

/** How an operation is called: written from the OpenAPI document. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query?: readonly string[];
  /** Header fields, by the names of their options. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly mediaType?: string;
}

const JSON_TYPE = "application/json";
const NDJSON_TYPE = "application/x-ndjson";

/**
 * Build a call. Options that are `undefined` or `null` are left out.
 *
 * An issue in place of its reference brings its ETag along as `If-Match`. An `Idempotency-Key` that
 * the operation has and the caller did not give is made here, once.
 */
export function callOf(
  operation: Operation,
  path: Readonly<Record<string, unknown>>,
  options: object = {},
  body?: unknown,
): Call {
  const given = options as Readonly<Record<string, unknown>>;
  const names = operation.headers ?? {};
  const headers: Record<string, string> = {};
  for (const [option, name] of Object.entries(names)) {
    if (given[option] != null) headers[name] = String(given[option]);
  }
  const segments = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    let value = path[name];
    if (typeof value === "object" && value !== null) {
      const etag = etagOf(value);
      if ("ifMatch" in names && headers["If-Match"] === undefined && etag !== undefined) {
        headers["If-Match"] = etag;
      }
      value = (value as { number: number }).number;
    }
    const segment = encodeURIComponent(String(value));
    // The id of a subject holds a slash, which separates segments in the path too.
    return name === "external_id" ? segment.replaceAll("%2F", "/") : segment;
  });
  if ("idempotencyKey" in names) headers["Idempotency-Key"] ??= crypto.randomUUID();
  const query = new URLSearchParams();
  for (const name of operation.query ?? []) {
    const value = given[name] ?? given[camel(name)];
    if (value != null) query.set(name, String(value));
  }
  const call = {
    method: operation.method,
    path: segments,
    accept: operation.accept ?? JSON_TYPE,
    query: query.toString(),
    headers,
  };
  if (body == null) return call;
  headers["Content-Type"] = operation.mediaType ?? JSON_TYPE;
  return { ...call, content: encoded(body, operation.mediaType) };
}

/** Whether sending a call twice has the effect of sending it once. */
export function isRepeatable(call: Call): boolean {
  return call.method !== "POST" || "Idempotency-Key" in call.headers;
}

function encoded(body: unknown, mediaType: string | undefined): string | Uint8Array {
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (mediaType !== NDJSON_TYPE) return JSON.stringify(body);
  return [...(body as Iterable<unknown>)].map((line) => `${JSON.stringify(line)}\n`).join("");
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
