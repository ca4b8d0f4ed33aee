// What every page does where scripts run. Without them everything works, in UTC and without live updates.
"use strict";

// The server shows moments in the zone that this cookie names; until it knows, they are put right here.
(function zone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || zone === document.documentElement.dataset.zone) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = "devshare-zone=" + zone + "; Path=/; SameSite=Lax; Max-Age=31536000" + secure;
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  const offset = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (isNaN(moment)) continue;
    const local = format.format(moment);
    const name = offset.formatToParts(moment).find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC");
    time.textContent = local.slice(0, 16);
    time.title = local + " " + name + " " + zone;
  }
  for (const place of document.querySelectorAll("[data-zone-name]")) place.textContent = zone;
})();

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) return event.preventDefault();
  if (event.target.method === "post") event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Keys. An element with aria-keyshortcuts="c" is what the key c stands for: a link or button is pressed, but one that decides
// (primary, danger) gets the focus, so that Enter confirms it; a field gets the focus. Where a row is current (j and k go through
// them), its elements come before those of the page.
(function keys() {
  const rows = () => Array.from(document.querySelectorAll("[data-row]:not([hidden])"));
  const current = () => document.querySelector("[data-row][aria-current]");

  function choose(row) {
    if (!row) return;
    const before = current();
    if (before) before.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    const link = row.querySelector("[aria-keyshortcuts='o']") || row.querySelector("a, button");
    if (link) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = rows();
    const place = all.indexOf(current());
    choose(all[place < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(place + by, 0), all.length - 1)]);
  }

  function press(element) {
    if (element.disabled) return;
    if (element.matches("a, button:not(.primary, .danger), summary, input[type=checkbox]")) {
      element.click();
    } else {
      element.focus();
      if (element.select) element.select();
    }
  }

  const help = document.getElementById("keys");
  const choice = document.getElementById("keys-on");
  // A browser may keep nothing for us, and says so by an error.
  function areOn() {
    try {
      return localStorage.getItem("devshare-keys") !== "off";
    } catch {
      return true;
    }
  }

  function showHelp() {
    choice.checked = areOn();
    help.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target;
    if (target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])")) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    // Whoever speaks to the computer types letters that are meant for nothing here (WCAG 2.2, 2.1.4).
    if (event.key.length === 1 && !areOn()) return;
    if (event.key === "?" && help) {
      event.preventDefault();
      return showHelp();
    }
    if ((event.key === "j" || event.key === "k") && rows().length > 0) {
      event.preventDefault();
      return step(event.key === "j" ? 1 : -1);
    }
    if (event.key.length !== 1) return;
    const name = "[aria-keyshortcuts='" + CSS.escape(event.key) + "']";
    const row = current();
    const element = (row && row.querySelector(name)) || document.querySelector(name + ":not([data-row] *)");
    if (!element) return;
    event.preventDefault();
    press(element);
  });
  for (const button of document.querySelectorAll("[data-opens-keys]")) {
    button.hidden = false;
    button.addEventListener("click", showHelp);
  }
  if (choice) {
    choice.addEventListener("change", () => {
      try {
        localStorage.setItem("devshare-keys", choice.checked ? "on" : "off");
      } catch {
        choice.checked = areOn();
      }
    });
  }

  // Whoever comes to a place on a page can go on from it by keyboard.
  function arrive() {
    const place = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!place) return;
    if (place.matches("[data-row]")) choose(place);
    else if (place.matches("a, button, input, select, textarea")) place.focus();
  }
  addEventListener("hashchange", arrive);
  arrive();
})();

// The claim of whoever has a request open is renewed for as long as the page is.
(function lease() {
  const form = document.querySelector("form[data-lease]");
  if (!form) return;
  const lost = document.querySelector("[data-lease-lost]");
  async function renew() {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok) return setTimeout(renew, form.dataset.lease * 1000);
      if (lost) lost.hidden = false;
    } catch {
      // The server could not be reached: soon again.
      setTimeout(renew, 15000);
    }
  }
  setTimeout(renew, form.dataset.lease * 1000);
})();
