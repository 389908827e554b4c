// Saves the reload behind the buttons, and follows DCL's connectors. Everything from outside is set as text.
"use strict";

const PARTS = ["lead", "outcome", "found", "probed", "assets"];
const POLL_MS = 1000;
const REST_MS = 5000; // after an answer that did not come
const STATES = { running: "good", idle: "good", circuit_open: "bad", stalled: "bad", stopped: "bad" }; // else a warning

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.busy) return;
  event.preventDefault();
  if (document.querySelector("form[aria-busy=true]")) return;
  const outcome = document.getElementById("outcome");
  form.setAttribute("aria-busy", "true");
  outcome.replaceChildren(paragraph(form.dataset.busy, "note"));
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), answer);
  } catch {
    outcome.replaceChildren(paragraph("AOS did not answer. Whether it went through is not known.", "note bad"));
  } finally {
    form.removeAttribute("aria-busy");
  }
});

/** The parts of the page that came back; a page of another kind (signed out, refused) takes the place of this one. */
function show(page, answer) {
  if (!page.getElementById("outcome")) {
    if (answer.redirected) return location.assign(answer.url);
    return document.getElementById("main").replaceWith(page.getElementById("main"));
  }
  for (const id of PARTS) {
    const [here, there] = [document.getElementById(id), page.getElementById(id)];
    // The outcome stays in place, so that a change in it is read out; the others may come and go whole.
    if (id === "outcome") here.replaceChildren(...there.childNodes);
    else here.replaceWith(there);
  }
  history.replaceState(null, "", answer.url);
  document.getElementById("outcome-title").focus();
}

function paragraph(text, style) {
  const made = document.createElement("p");
  made.className = style;
  made.textContent = text;
  return made;
}

const live = document.getElementById("live");
if (live) follow(live.dataset.dcl);

async function follow(dcl) {
  const state = document.getElementById("live-state");
  for (;;) {
    let rest = POLL_MS;
    if (!document.hidden) {
      try {
        const [listed, ledger] = await Promise.all(["connectors", "ledger"].map((name) => ask(`${dcl}/api/ingest/${name}`)));
        draw(listed.connectors, ledger.connectors);
        tell(state, "live", "good");
      } catch (error) {
        tell(state, error.status === 401 ? "signed out" : "no answer", "bad");
        rest = REST_MS;
      }
    }
    await new Promise((go) => setTimeout(go, rest));
  }
}

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw Object.assign(new Error(path), { status: answer.status });
  return answer.json();
}

function tell(pill, text, style) {
  if (pill.textContent !== text) pill.textContent = text;
  pill.className = `pill ${style}`;
  pill.hidden = false;
}

function draw(connectors, lines) {
  const place = document.getElementById("connectors");
  if (!connectors.length) return place.replaceChildren(paragraph("DCL reads nothing yet.", "muted"));
  const known = new Map([...place.querySelectorAll("article")].map((each) => [each.dataset.id, each]));
  place.replaceChildren(...connectors.map((each) => fill(known.get(each.connector_id) ?? blank(each), each, lines)));
}

function blank(connector) {
  const made = document.getElementById("connector").content.firstElementChild.cloneNode(true);
  made.dataset.id = connector.connector_id;
  return made;
}

function fill(article, connector, lines) {
  const health = connector.health ?? {};
  const texts = {
    connector_id: connector.connector_id,
    target: connector.target_url,
    config_gen: connector.config_gen,
    reason: [connector.paused?.why || health.reason, health.next_action].filter((each) => each && each !== "none needed").join("; "),
  };
  for (const each of article.querySelectorAll("[data-text]")) each.textContent = texts[each.dataset.text] ?? "";
  const state = connector.paused ? "paused" : health.state ?? "unknown";
  tell(article.querySelector("[data-state]"), state.replaceAll("_", " "), STATES[state] ?? "warn");
  const line = lines[connector.connector_id] ?? {};
  for (const each of article.querySelectorAll("[data-count]")) {
    each.textContent = (line[each.dataset.count] ?? 0).toLocaleString("en-US");
  }
  const off = article.querySelector("[data-imbalance]");
  off.hidden = !line.imbalance;
  off.textContent = `The ledger does not balance: off by ${line.imbalance}`;
  return article;
}
