// The task with graphql-ws: hear of an issue, leave, and go on behind it.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { follow } from "./follow";
import { check, publish, url } from "./paper_server";

const connect = () =>
  createClient({ url: url.replace("http", "ws") + "/graphql", webSocketImpl: WebSocket });

const client = connect();
const asked = client.iterate<{ latestIssue: { number: number } }>({ query: "{ latestIssue { number } }" });
for await (const { data } of asked) check(data?.latestIssue.number, data);

const events = follow(client);
const first = events.next();
await new Promise((resolve) => setTimeout(resolve, 500)); // Until it is subscribed.
await publish("2031-06-05");
const heard = (await first).value;
check(heard?.type === "issue.published", heard);
await events.return();
await client.dispose();

await publish("2031-06-06"); // Meanwhile.
const later = connect();
const next = (await follow(later, heard.cursor).next()).value;
check(next?.type === "issue.published" && next.id !== heard.id, next);
await later.dispose();
