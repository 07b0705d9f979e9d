/* Careplan: small comforts. Every page works without this file. No framework, no inline handlers. */
(() => {
  "use strict";
  const $$ = (css, root = document) => [...root.querySelectorAll(css)];
  const announce = (words) => {
    const region = document.getElementById("announce");
    if (!region || !words) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = words; }, 100);
  };

  /* Toasts float for 10 s, paused by hover or focus; then those with an Undo stay in the page. On a
     patient's phone they stay in the page from the start: nothing there is covered, and nothing moves. */
  const TOAST_MS = 10000;
  function float(toasts) {
    if (!toasts.children.length || toasts.classList.contains("is-floating") || document.body.classList.contains("cp-mine")) return;
    toasts.classList.add("is-floating");
    let left = TOAST_MS, since = Date.now(), timer = setTimeout(settle, left);
    const pause = () => { clearTimeout(timer); left -= Date.now() - since; };
    const go = () => { since = Date.now(); clearTimeout(timer); timer = setTimeout(settle, Math.max(left, 1500)); };
    toasts.addEventListener("mouseenter", pause);
    toasts.addEventListener("mouseleave", go);
    toasts.addEventListener("focusin", pause);
    toasts.addEventListener("focusout", go);
    function settle() {
      toasts.classList.remove("is-floating");
      $$("[data-toast]", toasts).forEach((toast) => toast.querySelector("form") || toast.remove());
      const main = document.getElementById("content");
      if (main) main.append(toasts);
    }
  }

  /* Autosave: a form with data-autosave posts itself to that address a little after the last change. */
  function autosave(form) {
    const note = document.querySelector("[data-saved]");
    const say = (words) => { if (note) note.textContent = words; };
    let timer = 0, dirty = false;
    const clock = () => new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit", hour12: false });
    async function save() {
      say("Saving…");
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "autosave" }, redirect: "error" });
        dirty = dirty && !answer.ok;
        say(answer.ok ? `Draft saved ${clock()}.` : "Not saved yet. Use the button to save.");
      } catch {
        say("Not saved: no connection. Your answers are still on this page.");
      }
    }
    form.addEventListener("input", () => { dirty = true; clearTimeout(timer); timer = setTimeout(save, 1200); });
    form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  }

  /* The minutes bar is drawn on the server; a change that htmx swaps in is said once. */
  let told = "";
  function tellMinutes(root) {
    const bar = $$("[data-minutes]", root)[0];
    if (!bar) return;
    if (told && told !== bar.dataset.minutes) announce(bar.dataset.minutes);
    told = bar.dataset.minutes;
  }

  const seen = new WeakSet();
  function start(root) {
    $$("[data-toasts]", root).forEach(float);
    $$("form[data-autosave]", root).filter((form) => !seen.has(form)).forEach((form) => { seen.add(form); autosave(form); });
    tellMinutes(root);
    const problem = $$("[data-focus]", root)[0];
    if (problem && !seen.has(problem)) { seen.add(problem); problem.focus(); }
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-autosubmit]") && event.target.form;
    if (form) form.requestSubmit();
  });

  /* "/" goes to the patient search, unless the person is typing. Escape closes an open menu. */
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && search && search.offsetParent) {
      event.preventDefault();
      search.focus();
    }
    const menu = event.key === "Escape" && event.target.closest(".cp-menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    $$(".cp-menu[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
    const print = event.target.closest("[data-print]");
    if (print) window.print();
  });

  /* Nothing moves under the finger. What an answer changes elsewhere never makes the page shorter,
     for its end would pull every row down; and where a button has replaced the rows, the second tap
     of a double tap reaches none of them. */
  const STILL_MS = 400;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const around = detail.xhr.getResponseHeader("HX-Reswap") === "none" || detail.target.matches("[data-saved]");
    document.body.style.minHeight = around ? `${document.documentElement.scrollHeight}px` : "";
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    const live = document.getElementById("live");
    if (!live || seen.has(live)) return;
    seen.add(live);
    live.classList.add("is-new");
    setTimeout(() => live.classList.remove("is-new"), STILL_MS);
  });
  document.addEventListener("htmx:afterSwap", () => {
    const rows = document.getElementById("builder");
    if (!rows || seen.has(rows)) return;
    seen.add(rows);
    document.body.classList.add("is-new");
    setTimeout(() => document.body.classList.remove("is-new"), STILL_MS);
  });

  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) start(event.target.parentElement || document);
  });
  document.addEventListener("htmx:responseError", () => announce("That did not work. Nothing was changed. Try again."));
  start(document);
  $$("#builder, #live").forEach((rows) => seen.add(rows));
})();
