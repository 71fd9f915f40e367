import { Client } from "morningpost-client";

const paper = new Client("http://127.0.0.1:8000", { key: process.env.MORNINGPOST_KEY });
const draft = await paper.readIssue("2031-05-03");
const printed = await paper.publishIssue(draft); // `If-Match` is the ETag of what was read.
console.log(printed.number, printed.status);
