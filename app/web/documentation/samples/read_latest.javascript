import { Client } from "morningpost-client";

const paper = new Client("http://127.0.0.1:8000");
const issue = await paper.readIssue("latest");
console.log(issue.date, issue.title);
