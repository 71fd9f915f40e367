// The task with graphql-sse: hear of an issue, leave, and go on behind it.
import { createClient } from "graphql-sse";
import { follow } from "./follow";
import { check, graphql, publish } from "./paper_server";

const client = createClient({ url: graphql });
const events = follow(client);
const first = events.next();
await new Promise((resolve) => setTimeout(resolve, 500)); // Until it is subscribed.
await publish("2031-06-07");
const heard = (await first).value;
check(heard?.type === "issue.published", heard);
await events.return();

await publish("2031-06-08"); // Meanwhile.
const next = (await follow(client, heard.cursor).next()).value;
check(next?.type === "issue.published" && next.id !== heard.id, next);
client.dispose();
process.exit(0); // Its streams are kept open.
