// The queue, live. No row moves by itself: one that changed is put right where it is and marked, one that was decided stays until
// the page is shown anew, and new ones are offered.
"use strict";

(function live() {
  const place = document.querySelector("[data-stream]");
  if (!place || !window.EventSource) return;
  const sign = document.querySelector("[data-live]");
  const offer = document.querySelector("[data-new]");
  const waiting = new Set();
  const changed = new Set();

  // Both stand where changes are read out: what is written again would be read out again.
  function write(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }

  function show(isLive) {
    sign.classList.toggle("on", isLive);
    sign.classList.toggle("off", !isLive);
    write(sign, isLive ? sign.dataset.on : sign.dataset.off);
  }

  function offerNew() {
    offer.hidden = waiting.size === 0;
    write(offer, offer.dataset.new.replace("#", waiting.size));
  }

  // A row's new contents, put into the row that is there: what has the focus keeps it.
  async function refresh(id) {
    const row = document.getElementById("row-" + id);
    const answer = await fetch("/console/queue/rows/" + encodeURIComponent(id));
    if (!row || !answer.ok) return;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const fresh = holder.content.querySelector("tr");
    if (!fresh) return;
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    const box = row.querySelector("input[type=checkbox]");
    const isChosen = box && box.checked;
    row.replaceChildren(...fresh.children);
    row.className = fresh.className;
    const newBox = row.querySelector("input[type=checkbox]");
    if (newBox && isChosen && !newBox.disabled) newBox.checked = true;
    if (focused) {
      // A field or button is known by its name, which a row has once; where it is gone, the row's link is there.
      const same = focused.name && row.querySelector("[name='" + focused.name + "']:not(:disabled)");
      (same || row.querySelector("[aria-keyshortcuts='o']")).focus({ preventScroll: true });
    }
  }

  let isBusy = false;
  async function refreshAll() {
    if (isBusy) return;
    isBusy = true;
    while (changed.size > 0) {
      const id = changed.values().next().value;
      changed.delete(id);
      try {
        await refresh(id);
      } catch {
        // It is told again with its next change, or shown with the page.
      }
    }
    isBusy = false;
  }

  // The server ends every stream after some minutes, and the browser comes back: only a longer break is told.
  const patience = 10000;
  let broken;
  const source = new EventSource(place.dataset.stream);
  source.addEventListener("open", () => {
    clearTimeout(broken);
    broken = undefined;
    show(true);
  });
  source.addEventListener("error", () => {
    broken ??= setTimeout(() => show(false), patience);
  });
  source.addEventListener("change", (event) => {
    const change = JSON.parse(event.data);
    if (document.getElementById("row-" + change.request)) {
      changed.add(change.request);
      refreshAll();
    } else if (change.effect === "waits") {
      waiting.add(change.request);
    } else if (change.effect === "over") {
      waiting.delete(change.request);
    }
    offerNew();
  });
  addEventListener("pagehide", () => source.close());
})();

(function choosing() {
  const all = document.querySelector("[data-all]");
  const count = document.querySelector("[data-chosen]");
  if (!all || !count) return;
  const boxes = () => Array.from(document.querySelectorAll("input[name=request]:not(:disabled)"));
  function tell() {
    const chosen = boxes().filter((box) => box.checked).length;
    count.textContent = chosen ? "(" + chosen + ")" : "";
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    tell();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "request") tell();
  });
  tell();
})();
