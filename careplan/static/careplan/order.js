/* The exercises of the builder are dragged by their grip, within a bout and into another one. Up and
   down are buttons beside it: all works without this. */
(() => {
  "use strict";
  const $$ = (css, root = document) => [...root.querySelectorAll(css)];
  const DRAG_PX = 6, EDGE_PX = 70, SCROLL_PX = 9;

  function order(list) {
    let drag = null;
    const lines = () => $$("[data-bout]", list).filter((line) => line !== drag.row);
    const unmark = () => $$(".is-after, .is-before", list).forEach((line) => line.classList.remove("is-after", "is-before"));

    /* The line that the row would follow; none: before the first of all. */
    function target() {
      return lines().filter((line) => {
        const box = line.getBoundingClientRect();
        return box.top + box.height / 2 < drag.at;
      }).pop();
    }
    function mark() {
      unmark();
      const after = target();
      if (after) after.classList.add("is-after");
      else lines()[0]?.classList.add("is-before");
    }
    function follow() {
      drag.row.style.transform = `translateY(${drag.at - drag.y + scrollY - drag.scrolled}px)`;
      mark();
    }
    /* At the edge of the window the page goes on, as long as the row is held there. */
    function scroll() {
      if (!drag || !drag.moving) return;
      const by = drag.at < EDGE_PX ? -SCROLL_PX : drag.at > innerHeight - EDGE_PX ? SCROLL_PX : 0;
      if (by) { scrollBy(0, by); follow(); }
      requestAnimationFrame(scroll);
    }
    function end() {
      if (!drag) return;
      unmark();
      drag.row.classList.remove("is-dragged");
      drag.row.style.transform = "";
      removeEventListener("keydown", escape, true);
      drag = null;
    }
    function escape(event) {
      if (event.key === "Escape") { event.stopPropagation(); end(); }
    }

    list.addEventListener("pointerdown", (event) => {
      const grip = event.target.closest("[data-grip]");
      if (!grip || event.button !== 0) return;
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      drag = { row: grip.closest(".cp-ex"), y: event.clientY, at: event.clientY, scrolled: scrollY, moving: false };
      addEventListener("keydown", escape, true);
    });
    list.addEventListener("pointermove", (event) => {
      if (!drag) return;
      drag.at = event.clientY;
      if (!drag.moving && Math.abs(drag.at - drag.y) < DRAG_PX) return;
      if (!drag.moving) { drag.moving = true; drag.row.classList.add("is-dragged"); requestAnimationFrame(scroll); }
      follow();
    });
    list.addEventListener("pointerup", () => {
      if (!drag) return;
      const { row, moving } = drag, after = moving && target(), all = lines();
      const rows = all.slice(0, all.indexOf(after) + 1).filter((line) => line.matches(".cp-ex"));
      end();
      if (moving) send(row, rows.length, (after || all[0] || row).dataset.bout);
    });
    list.addEventListener("pointercancel", end);

    function send(row, place, bout) {
      const rows = $$(".cp-ex", list);
      if (rows.indexOf(row) === place && row.dataset.bout === bout) return;  // where it was
      const form = list.closest("form"), field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "act", value: `put:${row.dataset.code}:${place}:${bout}` });
      form.append(field);
      const sent = ({ detail }) => {
        if (detail.parameters.act !== field.value) return;  // a dose was on its way; this waits for it
        form.removeEventListener("htmx:configRequest", sent);
        field.remove();
      };
      form.addEventListener("htmx:configRequest", sent);
      form.requestSubmit();
    }
  }

  const seen = new WeakSet();
  function start(root) {
    $$("[data-order]", root).filter((list) => !seen.has(list)).forEach((list) => { seen.add(list); list.classList.add("is-movable"); order(list); });
  }
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.target.parentElement || document));
})();
