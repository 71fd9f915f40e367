/** The event log as an async iterable that goes on after a broken connection, without a gap. */

import { Problem } from "./problem.js";
import type { Event as LoggedEvent } from "./types.js";

export type Event = LoggedEvent;

export interface EventOptions {
  /** A cursor, or `latest`; without it, from the beginning of what is kept. */
  after?: string | undefined;
  /** Types by comma, such as `issue.*`. */
  types?: string | undefined;
}

const MAX_WAIT = 30_000;
const RETRIED = new Set([429, 502, 503, 504]);

export class Events implements AsyncIterableIterator<Event> {
  /** Where to go on: behind the last event that was returned. Keep it over restarts. */
  cursor: string | undefined;
  readonly #open: (query: string, signal: AbortSignal) => Promise<Response>;
  readonly #types: string | undefined;
  readonly #retries: number;
  readonly #ended = new AbortController();
  readonly #events: AsyncGenerator<Event, void, undefined>;
  #failures = 0;

  constructor(
    open: (query: string, signal: AbortSignal) => Promise<Response>,
    options: EventOptions,
    retries: number,
  ) {
    this.#open = open;
    this.cursor = options.after;
    this.#types = options.types;
    this.#retries = retries;
    this.#events = this.#follow();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Event, void>> {
    return this.#events.next();
  }

  /** End the connection; a loop that is left does so itself. */
  async return(): Promise<IteratorResult<Event, void>> {
    this.#ended.abort();
    return this.#events.return();
  }

  async *#follow(): AsyncGenerator<Event, void, undefined> {
    while (!this.#ended.signal.aborted) {
      try {
        yield* this.#stream();
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        if (error instanceof Problem && !RETRIED.has(error.status)) throw error;
        this.#failures += 1;
        if (this.#failures > this.#retries) throw error;
        const wait = Math.min(MAX_WAIT, 250 * 2 ** this.#failures) * (0.5 + Math.random() / 2);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async *#stream(): AsyncGenerator<Event, void, undefined> {
    const query = new URLSearchParams();
    if (this.cursor !== undefined) query.set("after", this.cursor);
    if (this.#types !== undefined) query.set("types", this.#types);
    const response = await this.#open(`?${query.toString()}`, this.#ended.signal);
    if (!response.ok || response.body === null) throw await Problem.of(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    try {
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const messages = (rest + value).split(/\r?\n\r?\n/);
        rest = messages.pop() ?? "";
        for (const message of messages) {
          const { id, data } = fieldsOf(message);
          if (id !== undefined) this.cursor = id;
          this.#failures = 0;
          if (data !== "") yield JSON.parse(data) as Event;
        }
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }
}

function fieldsOf(message: string): { id: string | undefined; data: string } {
  let id: string | undefined;
  const data: string[] = [];
  for (const line of message.split(/\r?\n/)) {
    if (line.startsWith("id:")) id = line.slice(3).replace(/^ /, "");
    if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return { id, data: data.join("\n") };
}
