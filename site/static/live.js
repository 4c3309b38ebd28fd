// What the live parts of pages share: elements, drawings, controls, and numbers as Python has them.
(() => {
  "use strict";

  // Make an element: make("b", {class: "x"}, "text", another).
  function make(name, attributes = {}, ...inside) {
    return fill(document.createElement(name), attributes, inside);
  }

  // Make a part of an SVG picture.
  function shape(name, attributes = {}, ...inside) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, inside);
  }

  function fill(element, attributes, inside) {
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  }

  // The drawing of helpers/_html.py: the same names, the same places.
  function svg(label, width, height, ...parts) {
    const look = { viewBox: `0 0 ${width} ${height}`, width, height, "font-family": "sans-serif" };
    return shape("svg", { role: "img", "aria-label": label, ...look }, ...parts);
  }

  function text(x, y, content, bold = false, size = 13, anchor = "start") {
    const look = { fill: "currentColor", "font-size": size, "font-weight": bold ? "bold" : "normal" };
    return shape("text", { x: fixed(x, 1), y: fixed(y, 1), ...look, "text-anchor": anchor }, content);
  }

  function line(x1, y1, x2, y2, dash = "", thick = 1.5) {
    const ends = { x1: fixed(x1, 1), y1: fixed(y1, 1), x2: fixed(x2, 1), y2: fixed(y2, 1) };
    const look = { stroke: "currentColor", "stroke-width": thick, "stroke-dasharray": dash };
    return shape("line", { ...ends, ...look });
  }

  function rect(x, y, width, height, look) {
    const places = { x: fixed(x, 1), y: fixed(y, 1), width: fixed(width, 1), height: fixed(height, 1) };
    return shape("rect", { ...places, ...look });
  }

  // Write a number with some digits behind the point. A tie goes to the even digit, as in Python;
  // toFixed sends it up. Only a number that is exactly halfway in binary ties.
  function fixed(value, digits) {
    if ((Math.abs(value) * 2 ** (digits + 1)) % 2 !== 1) return value.toFixed(digits);
    const below = Math.floor(Math.abs(value) * 10 ** digits);
    return (Math.sign(value) * (below + (below % 2)) / 10 ** digits).toFixed(digits);
  }

  // The same with the sign for minus, not a hyphen.
  function signed(value, digits) {
    return fixed(value, digits).replace("-", "−");
  }

  // Bring a text to one line of at most so many characters; where it is cut "…" stands.
  function shorten(content, width) {
    const characters = Array.from(content.trim().split(/\s+/).join(" "));
    if (characters.length <= width) return characters.join("");
    return characters.slice(0, width - 1).join("").trimEnd() + "…";
  }

  function sigmoid(logit) {
    const small = Math.exp(-Math.abs(logit));
    return logit >= 0 ? 1 / (1 + small) : small / (1 + small);
  }

  // Make a row of buttons of which one is pressed, or none; put(option) presses another.
  function choices(name, options, chosen, react) {
    const buttons = options.map((option) => {
      const button = make("button", { type: "button" }, option);
      button.addEventListener("click", () => {
        put(option);
        react(option);
      });
      return button;
    });
    const put = (option) => buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", options[i] === option);
    });
    put(chosen);
    const row = make("div", { class: "live-choices", role: "group", "aria-label": name });
    row.append(make("span", { "aria-hidden": "true" }, name), ...buttons);
    return { row, put };
  }

  // Make a slider with its name and its value; put(value) moves it, and nothing follows.
  function slider(name, { min, max, step, value, digits }, react) {
    const input = make("input", { type: "range", min, max, step });
    const said = make("span", { class: "live-value", "aria-hidden": "true" });
    const put = (value) => {
      input.value = value;
      said.textContent = signed(value, digits);
    };
    input.addEventListener("input", () => {
      put(Number(input.value));
      react(Number(input.value));
    });
    put(value);
    return { row: make("label", { class: "live-slider" }, make("span", {}, name), input, said), put };
  }

  // Give an element the look of a live part, and return the data that stand in it as JSON.
  function wake(element) {
    element.classList.add("live");
    return JSON.parse(element.querySelector("script").textContent);
  }

  const folder = new URL(".", document.currentScript.src).href; // where the site's own files are
  const WAITS = 2000; // milliseconds after what failed before it is tried again

  // The tagger of a page. It comes when a text is wanted for the first time; where it could not
  // come it is tried again with the next text, or when there is a network again. Of texts that are
  // wanted while it is busy the newest is tagged. It tells on: coming(text, part from 0 to 1),
  // here(), failed(text), found(text, {logits, cut}).
  class Tagging {
    constructor(megabytes, on) {
      Object.assign(this, { megabytes, on, wanted: null, busy: null, ready: false, notBefore: 0 });
      addEventListener("online", () => this.wanted !== null && this.want(this.wanted));
    }

    want(text) {
      this.wanted = text;
      if (!this.worker && performance.now() >= this.notBefore) this.start();
      this.next();
    }

    start() {
      this.worker = new Worker(`${folder}tagger-worker.js`, { type: "module" });
      this.worker.onmessage = ({ data }) => this.hear(data);
      this.worker.onerror = () => this.hear({ failed: "it could not be fetched or started" });
      this.worker.postMessage({ load: `${folder}model/` });
      this.on.coming("Loading the tagger.", 0);
    }

    next() {
      if (!this.ready || this.busy !== null || this.wanted === null) return;
      [this.busy, this.wanted] = [this.wanted, null];
      this.worker.postMessage({ text: this.busy });
    }

    hear({ progress, ready, failed, logits, cut }) {
      if (progress) {
        const part = Math.min(1, progress / (1e6 * this.megabytes));
        const megabytes = 10 * Math.floor(progress / 1e7); // not each piece is read out
        this.on.coming(`Loading the tagger: ${megabytes} of ${this.megabytes} MB.`, part);
      } else if (ready) {
        this.ready = true;
        this.on.here();
        this.next();
      } else if (failed) {
        if (!this.ready) {
          this.worker.terminate();
          this.worker = null;
          this.notBefore = performance.now() + WAITS;
        }
        this.busy = null;
        const why = navigator.onLine ? failed : "there is no network";
        this.on.failed(`The tagger did not come: ${why}. With your next text it is tried again.`);
      } else if (logits) {
        const text = this.busy;
        this.busy = null;
        this.on.found(text, { logits, cut });
        this.next();
      }
    }
  }

  window.course = {
    make, shape, svg, text, line, rect, fixed, signed, shorten, sigmoid, choices, slider, wake, folder,
    Tagging,
    fromDisk: location.protocol === "file:",
  };
})();
