"use strict";

// Opens GraphiQL on our own endpoint, each example in a tab. A file of its own, for the page allows
// no inline script.

const endpoint = "/graphql";

function headersOf(given, accept) {
  return { "Content-Type": "application/json", Accept: accept, ...given };
}

function isSubscription(parameters, options) {
  const definitions = options?.documentAST?.definitions ?? [];
  const operations = definitions.filter((one) => one.kind === "OperationDefinition");
  const chosen = operations.find((one) => one.name?.value === parameters.operationName);
  return (chosen ?? operations[0])?.operation === "subscription";
}

async function ask(parameters, headers) {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: headersOf(headers, "application/graphql-response+json, application/json;q=0.9"),
    body: JSON.stringify(parameters),
  });
  return answer.json();
}

// Events of a subscription as they come: server-sent events, which need no second protocol.
async function* listen(parameters, headers) {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: headersOf(headers, "text/event-stream"),
    body: JSON.stringify(parameters),
  });
  if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    yield await answer.json();
    return;
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    waiting += value;
    const events = waiting.split("\n\n");
    waiting = events.pop();
    for (const event of events) {
      const lines = event.split("\n");
      const kind = lines.find((line) => line.startsWith("event:"))?.slice(6).trim();
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
      if (kind === "next") yield JSON.parse(data.join("\n"));
      if (kind === "complete") return;
    }
  }
}

function fetcher(parameters, options) {
  const headers = options?.headers ?? {};
  return isSubscription(parameters, options) ? listen(parameters, headers) : ask(parameters, headers);
}

async function open() {
  const asked = new URLSearchParams(window.location.search).get("query");
  const examples = await (await fetch("/graphql/examples.json")).json();
  const tabs = asked ? [{ query: asked }] : examples;
  ReactDOM.render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: tabs,
      defaultEditorToolsVisibility: "variables",
      // Keys are gone with the page, not kept in the browser.
      shouldPersistHeaders: false,
      isHeadersEditorEnabled: true,
      inputValueDeprecation: true,
    }),
    document.getElementById("graphiql"),
  );
}

open();
