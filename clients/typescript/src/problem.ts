/** Refusals of the server (RFC 9457). */

/** One faulty field. */
export interface FieldError {
  pointer?: string;
  parameter?: string;
  code: string;
  detail: string;
}

/** The server refused a request, or failed. */
export class Problem extends Error {
  override readonly name = "Problem";
  /** The HTTP status. */
  readonly status: number;
  /** What happened, as a word that never changes, such as `number_taken`. */
  readonly code: string;
  readonly title: string;
  /** What happened and what to do, in English. */
  readonly detail: string;
  readonly errors: FieldError[];
  /** Names the request in the server's log. */
  readonly requestId: string | null;

  constructor(status: number, document: Record<string, unknown>, requestId: string | null) {
    const code = typeof document["code"] === "string" ? document["code"] : "http_error";
    const title = typeof document["title"] === "string" ? document["title"] : `Status ${status}`;
    const detail = typeof document["detail"] === "string" ? document["detail"] : "";
    super(`${status} ${code}: ${detail || title}`);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = Array.isArray(document["errors"]) ? (document["errors"] as FieldError[]) : [];
    this.requestId = requestId;
  }

  /** Read a response of status 400 or above; a proxy's own page gets the code `http_error`. */
  static async of(response: Response): Promise<Problem> {
    const text = await response.text();
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch {
      document = null;
    }
    const given = typeof document === "object" && document !== null ? document : {};
    return new Problem(
      response.status,
      given as Record<string, unknown>,
      response.headers.get("x-request-id"),
    );
  }
}
