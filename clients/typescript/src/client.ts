/** The client: attempts, waits and ETags of each call. */

import { etagOf, noteEtag, readAnswer } from "./answers.js";
import { type Call, isRepeatable } from "./call.js";
import { Events, type EventOptions } from "./events.js";
import { Operations } from "./operations.js";
import { Problem } from "./problem.js";

export interface ClientOptions {
  /** An API key; without one the public part of the API can be used. */
  key?: string;
  /** Milliseconds that one attempt may take. Default 30,000. */
  timeout?: number;
  /** Attempts after the first one; waits double from a quarter of a second. Default 8. */
  retries?: number;
  /** How requests are sent, for tests and special networks. */
  fetch?: typeof fetch;
}

/** What `iter` needs of a page. */
interface Page {
  data: readonly unknown[];
  page: { has_more: boolean; next_cursor: string | null; truncated?: boolean };
}

type Row<P> = P extends { data: readonly (infer R)[] } ? R : never;

const MAX_WAIT = 60_000;
const FIRST_WAIT = 250;
const MAX_KNOWN = 200;
const RETRIED = new Set([429, 502, 503, 504]);

export class Client extends Operations {
  readonly #baseUrl: string;
  readonly #headers: Record<string, string>;
  readonly #timeout: number;
  readonly #retries: number;
  readonly #fetch: typeof fetch;
  /** The last answers with an ETag: an unchanged one is a 304 the next time. */
  readonly #known = new Map<string, object>();

  constructor(baseUrl: string, options: ClientOptions = {}) {
    super();
    this.#baseUrl = baseUrl.replace(/\/+$/, "");
    this.#headers = options.key === undefined ? {} : { Authorization: `Bearer ${options.key}` };
    this.#timeout = options.timeout ?? 30_000;
    this.#retries = options.retries ?? 8;
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** Yield the rows of all pages: `client.iter(client.listIssues, { limit: 100 })`. */
  async *iter<O extends object, P extends Page>(
    method: (this: this, parameters: O) => Promise<P>,
    parameters?: O,
  ): AsyncGenerator<Row<P>, void, undefined> {
    let following = { ...parameters } as O;
    for (;;) {
      const page = await method.call(this, following);
      yield* page.data as Row<P>[];
      if (!page.page.has_more) return;
      // The event log goes on after a cursor, all other collections at one.
      const name = page.page.truncated === undefined ? "cursor" : "after";
      following = { ...following, [name]: page.page.next_cursor };
    }
  }

  /** Follow the event log; see `Events`. */
  events(options: EventOptions = {}): Events {
    const open = (query: string, signal: AbortSignal): Promise<Response> =>
      this.#fetch(`${this.#baseUrl}/v1/events${query}`, {
        headers: { ...this.#headers, Accept: "text/event-stream" },
        signal,
      });
    return new Events(open, options, this.#retries);
  }

  /**
   * Carry out a call.
   *
   * Repeated are: a broken connection and a truncated answer, if that cannot double anything; 429 and
   * 503 after the wait that the server asks for; 502 and 504 of a proxy; a 409 for an equal request
   * that is still in flight. Throws a `Problem`, or the error of the last connection.
   */
  protected override async exchange(call: Call): Promise<unknown> {
    const key = `${call.path}?${call.query} ${call.accept}`;
    const isRead = call.method === "GET";
    const earlier = isRead ? this.#known.get(key) : undefined;
    let wasBroken = false;
    for (let attempt = 0; ; attempt += 1) {
      const isLast = attempt >= this.#retries;
      let wait: number | null;
      try {
        const response = await this.#send(call, etagOf(earlier));
        if (response.status === 304 && earlier !== undefined) return copy(earlier);
        if (response.ok) {
          const answer = await readAnswer(response);
          if (isRead) this.#keep(key, answer);
          return answer;
        }
        const problem = await Problem.of(response);
        if (wasBroken && call.method === "DELETE" && problem.status === 404) return undefined;
        wait = waitOf(response, problem, attempt, call);
        if (isLast || wait === null) throw problem;
      } catch (error) {
        if (error instanceof Problem || isLast || !isRepeatable(call)) throw error;
        wasBroken = true;
        wait = pause(attempt);
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  #send(call: Call, etag: string | undefined): Promise<Response> {
    const query = call.query === "" ? "" : `?${call.query}`;
    return this.#fetch(`${this.#baseUrl}${call.path}${query}`, {
      method: call.method,
      headers: {
        ...this.#headers,
        Accept: call.accept,
        ...call.headers,
        ...(etag === undefined ? {} : { "If-None-Match": etag }),
      },
      body: (call.content as BodyInit | undefined) ?? null,
      signal: AbortSignal.timeout(this.#timeout),
    });
  }

  #keep(key: string, answer: unknown): void {
    if (etagOf(answer) === undefined) return;
    this.#known.delete(key);
    this.#known.set(key, copy(answer as object));
    const oldest = this.#known.keys().next();
    if (this.#known.size > MAX_KNOWN && !oldest.done) this.#known.delete(oldest.value);
  }
}

function copy(answer: object): object {
  const copied = structuredClone(answer);
  noteEtag(copied, etagOf(answer));
  return copied;
}

/** The milliseconds before the next attempt; `null` if there should be none. */
function waitOf(response: Response, problem: Problem, attempt: number, call: Call): number | null {
  if (!RETRIED.has(problem.status) && problem.code !== "still_in_flight") return null;
  // 429 and 503 have no effect. Behind a 502 or 504 the server may have done its work.
  if ((problem.status === 502 || problem.status === 504) && !isRepeatable(call)) return null;
  const asked = response.headers.get("retry-after") ?? "";
  if (!/^\d+$/.test(asked)) return pause(attempt);
  return Number(asked) * 1000 <= MAX_WAIT ? Number(asked) * 1000 : null;
}

/** Double the wait with every attempt, with jitter: clients that failed together spread. */
export function pause(attempt: number): number {
  return Math.min(MAX_WAIT, FIRST_WAIT * 2 ** attempt) * (0.5 + Math.random() / 2);
}
