/** What the methods return: JSON objects as they were sent, text, bytes, or nothing. */

const etags = new WeakMap<object, string>();

/** The `ETag` of an answer that is a JSON object; `undefined` if its response had none. */
export function etagOf(answer: unknown): string | undefined {
  return typeof answer === "object" && answer !== null ? etags.get(answer) : undefined;
}

/** Remember the `ETag` of an answer. */
export function noteEtag(answer: unknown, etag: string | null | undefined): void {
  if (typeof answer === "object" && answer !== null && etag != null) etags.set(answer, etag);
}

/** Make the answer of a successful response, whose body is read here. */
export async function readAnswer(response: Response): Promise<unknown> {
  const mediaType = (response.headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
  if (mediaType.endsWith("/x-ndjson")) {
    const lines = (await response.text()).split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as unknown);
  }
  if (mediaType === "application/json" || mediaType.endsWith("+json")) {
    const text = await response.text();
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    noteEtag(answer, response.headers.get("etag"));
    return answer;
  }
  if (mediaType.startsWith("text/") || mediaType === "image/svg+xml") return response.text();
  const content = new Uint8Array(await response.arrayBuffer());
  return content.length === 0 ? undefined : content;
}
