// Rows of invocations as they begin and end. Pages work without it.
"use strict";

(() => {
  const section = document.querySelector("[data-live]");
  const body = section && section.querySelector("#invocations");
  if (!body) return;
  const most = Math.max(body.rows.length, 50);
  const status = document.getElementById("live");

  function cell(row, text, name) {
    const td = row.insertCell();
    td.textContent = text;
    if (name) td.className = name;
    return td;
  }

  function fill(row, v) {
    row.replaceChildren();
    const link = document.createElement("a");
    link.href = v.href;
    link.textContent = v.began;
    cell(row, "").append(link);
    cell(row, v.function);
    const tag = document.createElement("span");
    tag.className = "tag " + v.status;
    tag.textContent = v.status;
    cell(row, "").append(tag);
    cell(row, v.duration, "n");
    cell(row, v.init, "n wide");
  }

  function show(v) {
    let row = Array.from(body.rows).find((r) => r.dataset.id === v.id);
    if (!row) {
      body.querySelector(".none")?.remove();
      row = body.insertRow(0);
      row.dataset.id = v.id;
      while (body.rows.length > most) body.deleteRow(-1);
    }
    // What has the keyboard's focus stays as it is.
    if (!row.contains(document.activeElement)) fill(row, v);
  }

  const events = new EventSource("/_localcloud/ui/invocations/live");
  events.onopen = () => { if (status) status.textContent = "Live: new ones appear here."; };
  events.onerror = () => { if (status) status.textContent = "The local cloud does not answer; trying again."; };
  events.onmessage = (e) => show(JSON.parse(e.data));
  addEventListener("pagehide", () => events.close());
})();

// The answer to what was sent is what its sender wants to read next.
document.getElementById("result")?.focus();
