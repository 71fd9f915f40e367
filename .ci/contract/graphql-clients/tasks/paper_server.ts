// What the programs share: where the server is, checks, and an issue that comes into print.
export const [url, key] = process.argv.slice(2) as [string, string];
export const graphql = `${url}/graphql`;
export const authorized = { Authorization: `Bearer ${key}` };

export function check(right: unknown, what: unknown): asserts right {
  if (!right) throw new Error(JSON.stringify(what));
}

export async function publish(date: string): Promise<void> {
  const answer = await fetch(`${url}/v1/issues?publish=true`, {
    method: "POST",
    headers: { ...authorized, "Content-Type": "application/json" },
    body: JSON.stringify({ date, sections: [{ kind: "lead", headline: "Otters at work" }] }),
  });
  check(answer.status === 201, await answer.text());
}

// A network that loses the first answer to a request that it is asked to lose.
export function losing(isLost: (init: RequestInit) => boolean) {
  const sent: { init: RequestInit; answer: Response }[] = [];
  let hasLost = false;
  const send: typeof fetch = async (input, init = {}) => {
    const answer = await fetch(input, init);
    sent.push({ init, answer });
    if (hasLost || !isLost(init)) return answer;
    hasLost = true;
    throw new TypeError("the answer was lost");
  };
  return { send, sent };
}
