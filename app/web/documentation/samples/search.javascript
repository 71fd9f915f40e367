import { Client } from "morningpost-client";

const paper = new Client("http://127.0.0.1:8000");
const { data } = await paper.search({ q: "model*", sort: "newest" });
for (const hit of data) console.log(hit.type, hit.title, hit.url);
