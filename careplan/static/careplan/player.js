/* The exercise player's comforts: pause, counting, rest. Every page works without this file: sets are
   forms, the pause is a link, and a rest can be left at any time. Nothing here moves on by itself. */
(() => {
  "use strict";
  const $ = (css, root = document) => root.querySelector(css);
  const live = document.getElementById("announce");
  const say = (words) => { if (live) live.textContent = words; };
  const buzz = (ms) => { if (navigator.vibrate) navigator.vibrate(ms); };
  const clock = (left) => left < 60 ? String(left) : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;

  /* Counts down by the clock, not by ticks: a phone that slept comes back at the right second. */
  function countdown(seconds, show, done) {
    const end = Date.now() + seconds * 1000;
    let timer = 0;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) { clearInterval(timer); done(); } else show(left);
    };
    timer = setInterval(tick, 250);
    show(seconds);
    return () => clearInterval(timer);
  }

  /* The pose stands still, and starts anew: the picture is swapped, so it works for any drawing. */
  const stage = $("[data-stage]"), pause = $("[data-pause]");
  if (stage && pause && !new URLSearchParams(location.search).has("still")) {
    const picture = $("picture", stage), moving = picture.innerHTML;
    const words = $(".cp-hidden", pause), icon = $("svg", pause), paused = icon.innerHTML;
    const play = '<polygon points="6 3 20 12 6 21 6 3"/>';
    let still = false;
    pause.setAttribute("role", "button");
    const toggle = () => {
      still = !still;
      const sources = [...picture.children];
      const calm = sources.find((one) => (one.media || "").includes("reduced-motion") && one.media.includes("dark") === matchMedia("(prefers-color-scheme: dark)").matches)
        || sources.find((one) => (one.media || "").includes("reduced-motion"));
      if (still && calm) {
        const img = $("img", picture);
        img.src = calm.getAttribute("srcset");
        sources.filter((one) => one !== img).forEach((one) => one.remove());
      } else picture.innerHTML = moving;
      icon.innerHTML = still ? play : paused;
      words.textContent = still ? "Play the figure" : "Pause the figure";
    };
    pause.addEventListener("click", (event) => { event.preventDefault(); toggle(); });
    pause.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); toggle(); } });
  }

  /* Counting a set: hold, let go, next. Starts when the person asks for it, stops at any tap. */
  const timer = $("[data-timer]");
  if (timer) {
    const number = (name) => Number(timer.dataset[name]) || 0;
    const reps = number("reps"), hold = number("hold"), move = number("move");
    const count = $("[data-count]", timer), words = $("[data-words]", timer), go = $("[data-go]", timer), label = $("[data-go-words]", timer);
    let cancel = null;
    const show = (left, text) => { count.textContent = clock(left); words.textContent = text; };
    const end = (text) => { cancel = null; count.textContent = ""; words.textContent = text; label.textContent = "Count with me"; };
    const turn = (rep) => {
      if (rep > reps) { buzz([80, 60, 80]); end(`That is ${reps === 1 ? "it" : reps}.`); say("That is one set. Press Set done."); return; }
      const text = reps > 1 ? `${rep} of ${reps}` : "";
      const held = hold ? `Hold. ${text}` : text;
      const first = hold || move;
      if (hold || reps === 1 || rep === 1) say(held || "Go on.");
      cancel = countdown(first, (left) => show(left, held), () => {
        buzz(40);
        if (!hold || !move || rep === reps) { turn(rep + 1); return; }
        cancel = countdown(move, (left) => show(left, "Let go, then again."), () => turn(rep + 1));
      });
    };
    go.addEventListener("click", () => {
      if (cancel) { cancel(); end(""); say("Counting stopped."); return; }
      label.textContent = "Stop counting";
      turn(1);
    });
  }

  /* Rest: the number goes down without being read out; the end is said once, and nothing moves on. */
  const rest = $("[data-rest]");
  if (rest) {
    const count = $("[data-count]", rest), words = $("[data-rest-words]", rest), next = words.textContent.split(". ").pop();
    count.setAttribute("aria-hidden", "true");
    setTimeout(() => say(`Rest ${rest.dataset.rest} seconds.`), 300);
    countdown(Number(rest.dataset.rest), (left) => { count.textContent = clock(left); }, () => {
      rest.querySelector(".cp-count").textContent = "";
      words.textContent = `Ready when you are. ${next}`;
      buzz(120);
      say("Rest is over. Ready when you are.");
    });
  }

  /* The screen stays on while an exercise is open, where the phone offers it. */
  if ("wakeLock" in navigator) {
    const stayOn = () => { if (document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {}); };
    document.addEventListener("visibilitychange", stayOn);
    stayOn();
  }
})();
