/* The calendar of weeks in the builder. Every move is also a link and a form: all works without this. */
(() => {
  "use strict";
  const $$ = (css, root = document) => [...root.querySelectorAll(css)];
  const announce = (words) => {
    const region = document.getElementById("announce");
    if (region) region.textContent = words;
  };

  /* The calendar of weeks: a session is dragged to a day that is free for it; arrow keys go through
     the sessions and the days that are offered; Escape leaves it. */
  const DRAG_PX = 6;
  function calendar(form) {
    let drag = null;
    const cells = (slot) => slot.dataset.free.split(" ").filter(Boolean)
      .map((to) => [form.querySelector(`[data-day="${to.slice(0, 10)}"]`), to]).filter(([cell]) => cell && !cell.querySelector(".cp-slot"));
    const end = () => {
      if (!drag) return;
      $$(".is-drop, .is-over", form).forEach((cell) => cell.classList.remove("is-drop", "is-over"));
      drag.slot.classList.remove("is-dragged");
      drag.slot.style.transform = "";
      drag = null;
    };
    const under = (event) => {
      const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest("td[data-day]");
      return drag.cells.find(([one]) => one === cell);
    };
    form.addEventListener("pointerdown", (event) => {
      const slot = event.target.closest("a.cp-slot");
      if (slot && event.button === 0) drag = { slot, x: event.clientX, y: event.clientY, cells: cells(slot), moving: false };
    });
    form.addEventListener("dragstart", (event) => event.preventDefault());
    form.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
      if (!drag.moving && Math.hypot(dx, dy) < DRAG_PX) return;
      if (!drag.moving) drag.slot.setPointerCapture(event.pointerId);
      drag.moving = true;
      drag.slot.classList.add("is-dragged");
      drag.slot.style.transform = `translate(${dx}px, ${dy}px)`;
      const over = under(event);
      drag.cells.forEach(([cell]) => { cell.classList.add("is-drop"); cell.classList.toggle("is-over", !!over && over[0] === cell); });
    });
    form.addEventListener("pointerup", (event) => {
      if (!drag || !drag.moving) { drag = null; return; }
      const { slot } = drag, over = under(event);
      const still = (click) => { click.preventDefault(); click.stopImmediatePropagation(); };
      slot.addEventListener("click", still, true);  // the end of a drag is no click
      setTimeout(() => slot.removeEventListener("click", still, true), 0);
      end();
      if (over) send(slot, over[1]);
      else announce("Not moved: that day is not free for this session.");
    });
    form.addEventListener("pointercancel", end);
    function send(slot, to) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "to", value: to });
      form.append(field);
      form.elements.number.value = slot.dataset.number;
      form.elements.seen.value = slot.dataset.seen;
      form.requestSubmit();
    }
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        if (drag) return end();
        form.querySelector("[data-cancel]")?.click();
        return;
      }
      const here = event.target.closest("td[data-day]");
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
      if (!here || !step) return;
      event.preventDefault();
      const days = $$("td[data-day]", form), open = (cell) => cell && cell.querySelector("a.cp-slot, .cp-free");
      let at = days.indexOf(here) + step;
      while (days[at] && !open(days[at])) at += step;
      open(days[at])?.focus();
    });
  }

  const seen = new WeakSet();
  function start(root) {
    $$("[data-calendar]", root).filter((form) => !seen.has(form)).forEach((form) => { seen.add(form); calendar(form); });
  }
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.target.parentElement || document));
})();
