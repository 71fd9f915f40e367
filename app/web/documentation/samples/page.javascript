import { Client } from "morningpost-client";

const paper = new Client("http://127.0.0.1:8000");
for await (const issue of paper.iter(paper.listIssues, { limit: 5 })) {
  console.log(issue.number, issue.date, issue.title);
}
