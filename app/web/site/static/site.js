// Two small things on top of pages that work without them: search as one types, and links to copy.
const form = document.querySelector("form.search");
const results = document.getElementById("search_results");
const WAIT_MS = 250;

if (form && results) {
  let asked;
  const say = (text) => {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = text;
    // The hits of an earlier question are no answer to this one.
    results.replaceChildren(note);
  };
  const show = () => {
    asked?.abort();
    // What is left at its empty choice is not asked for, and stands in no address.
    const words = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const request = new XMLHttpRequest();
    asked = request;
    // It reads documents itself: no text has to be made into HTML here.
    request.responseType = "document";
    request.open("GET", `/search?${words}`);
    request.setRequestHeader("Accept", "text/html");
    request.onload = () => {
      const found = request.response?.getElementById("search_results");
      if (request.status !== 200 || !found) {
        const reason = request.response?.querySelector(".standfirst")?.textContent;
        say(reason ? `This search was refused. ${reason}` : "This search was refused.");
        return;
      }
      results.replaceChildren(...found.childNodes);
      history.replaceState(null, "", `/search?${words}`);
    };
    request.onerror = () => say("The paper could not be reached.");
    request.send();
  };
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT_MS);
  });
}

for (const place of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy link";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(place.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied";
    }
    setTimeout(() => (button.textContent = "Copy link"), 2000);
  });
  place.append(button);
}
