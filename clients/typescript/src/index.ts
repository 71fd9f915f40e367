/** Client of the AI Morning Post API: one method for each operation, named as the operation. */

export { etagOf } from "./answers.js";
export { Client, type ClientOptions } from "./client.js";
export type { Ref } from "./call.js";
export { Events, type Event, type EventOptions } from "./events.js";
export { Problem, type FieldError } from "./problem.js";
export { InvalidSignature, verify, type VerifyOptions } from "./webhooks.js";
export type * from "./types.js";
