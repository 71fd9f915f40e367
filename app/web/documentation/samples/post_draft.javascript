import { Client } from "morningpost-client";

const paper = new Client("http://127.0.0.1:8000", { key: process.env.MORNINGPOST_KEY });
const draft = await paper.createIssue(
  {
    date: "2031-05-03",
    sections: [{ kind: "lead", headline: "A Small Model Learns to Wait" }],
  },
  { idempotencyKey: "issue-2031-05-03" }, // By default one is made for each call.
);
console.log(draft.number, draft.status);
