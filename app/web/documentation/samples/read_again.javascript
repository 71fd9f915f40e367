import { Client, etagOf } from "morningpost-client";

const paper = new Client("http://127.0.0.1:8000");
const issue = await paper.readIssue(12);
const again = await paper.readIssue(12); // A 304: the client returns what it has read before.
console.log(etagOf(issue), etagOf(again));
