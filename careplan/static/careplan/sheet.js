/* Keys for typing a filled fortnight; without this file the boxes are a plain form. */
(() => {
  "use strict";
  const form = document.querySelector("[data-sheet]");
  if (!form) return;
  const rows = [...form.querySelectorAll("tbody tr")].map((line) => [...line.cells].slice(1).map((cell) => cell.querySelector("[data-cell]:not(:disabled)")));
  const at = (box) => { const y = rows.findIndex((row) => row.includes(box)); return [y, rows[y].indexOf(box)]; };
  const go = (box) => { if (!box) return false; box.focus(); if (box.type === "text") box.select(); return true; };
  const first = (y, from = 0) => rows[y] && rows[y].slice(from).find(Boolean);

  /* The nearest open box from (y, x) in one direction; none: stay. */
  function step(y, x, down, right) {
    for (y += down, x += right; rows[y] && x >= 0 && x < rows[y].length; y += down, x += right) if (go(rows[y][x])) return;
  }
  function next(y) {
    while (++y < rows.length) if (go(first(y))) return;
    form.querySelector("button[type=submit]").focus();
  }
  function tick(box) {
    if (box && box.type === "checkbox") { box.checked = !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); }
  }
  function all(row) {
    const boxes = row.filter((box) => box && box.type === "checkbox" && /-\d+$/.test(box.name));
    const on = boxes.some((box) => !box.checked);
    boxes.forEach((box) => { box.checked = on; });
  }

  form.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches("[data-cell]") || event.altKey || event.ctrlKey || event.metaKey) return;
    const [y, x] = at(box), number = box.type === "text", key = event.key;
    const start = !number || box.selectionEnd === 0, end = !number || box.selectionStart === box.value.length;
    const whole = number && box.selectionStart === 0 && box.selectionEnd === box.value.length;
    const acts = {
      Enter: () => next(y),
      ArrowDown: () => step(y, x, 1, 0),
      ArrowUp: () => step(y, x, -1, 0),
      ArrowRight: (end || whole) && (() => step(y, x, 0, 1)),
      ArrowLeft: (start || whole) && (() => step(y, x, 0, -1)),
      a: () => all(rows[y]),
      p: () => go(rows[y].find((one) => one && one.name.endsWith("-pain"))),
    };
    let act = acts[key];
    if (!act && !number && /^\d$/.test(key)) act = () => tick(rows[y].find((one) => one && one.name.endsWith(`-${key}`)));
    if (!act) return;
    event.preventDefault();
    act();
  });
  if (!document.querySelector("[data-focus]")) go(rows.map((row, y) => first(y)).find(Boolean));
})();
