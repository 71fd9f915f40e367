// A yardstick: Apollo Server as it comes, over objects in memory. It keeps parsed and validated
// documents by itself. Arguments: the schema, an issue or a list of them, the port.
import { readFileSync } from "node:fs";

import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";

const [schema, data, port] = process.argv.slice(2);
const held = [JSON.parse(readFileSync(data, "utf8"))].flat();
const issues = new Map(held.map((issue) => [issue.number, issue]));
const server = new ApolloServer({
  typeDefs: readFileSync(schema, "utf8"),
  // Types that may be several are told by their __typename, fields by their names.
  resolvers: {
    Query: {
      issue: (_, { number }) => issues.get(number) ?? null,
      issues: (_, { first }) => ({ nodes: held.slice(0, first) }),
    },
  },
  // Or else a plain GET, with which the start is awaited, would be refused.
  csrfPrevention: false,
});
await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: Number(port) } });
