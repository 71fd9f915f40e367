/** Verification of webhooks (Standard Webhooks 1.0.0). */

import type { Event } from "./types.js";

/** A webhook was not sent by the paper, was changed on its way, or is too old. */
export class InvalidSignature extends Error {
  override readonly name = "InvalidSignature";
}

export interface VerifyOptions {
  /** Seconds that the clocks may differ. Default 300. */
  tolerance?: number;
}

/**
 * Return the event of a webhook whose signature is valid; else throw `InvalidSignature`.
 *
 * `body` is the body exactly as it was received, `secrets` the secret of the endpoint (`whsec_…`), or
 * several while it is rotated.
 */
export async function verify(
  body: string | Uint8Array,
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>,
  secrets: string | readonly string[],
  options: VerifyOptions = {},
): Promise<Event> {
  const id = field(headers, "webhook-id");
  const sentAt = field(headers, "webhook-timestamp");
  const signatures = field(headers, "webhook-signature").split(" ");
  if (!/^\d{1,12}$/.test(sentAt)) throw new InvalidSignature("webhook-timestamp is no time");
  if (Math.abs(Date.now() / 1000 - Number(sentAt)) > (options.tolerance ?? 300)) {
    throw new InvalidSignature("the webhook is too old, or a clock is wrong");
  }
  const content = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const start = new TextEncoder().encode(`${id}.${sentAt}.`);
  const signed = new Uint8Array(start.length + content.length);
  signed.set(start);
  signed.set(content, start.length);
  for (const secret of typeof secrets === "string" ? [secrets] : secrets) {
    const key = await crypto.subtle.importKey(
      "raw",
      bytesOf(secret.replace(/^whsec_/, "")) ?? new Uint8Array(1),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["verify"],
    );
    for (const signature of signatures) {
      const given = signature.startsWith("v1,") ? bytesOf(signature.slice(3)) : null;
      // Compares in constant time.
      if (given !== null && (await crypto.subtle.verify("HMAC", key, given, signed))) {
        return JSON.parse(new TextDecoder().decode(content)) as Event;
      }
    }
  }
  throw new InvalidSignature("no signature fits");
}

function field(
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): string {
  const value =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  if (typeof value !== "string") throw new InvalidSignature(`${name} is missing`);
  return value;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
