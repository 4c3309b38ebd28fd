// What is live on the site's pages. A plain script, so that a page opened from disk runs it too.
(() => {
  "use strict";
  const { make, sigmoid } = window.course;

  // <course-tagger model="../site-model/">: a box for a text; labels, probabilities, thresholds.
  // Until its model is there it shows prepared examples, which stand in it as JSON.
  class CourseTagger extends HTMLElement {
    connectedCallback() {
      if (this.box) return;
      const prepared = JSON.parse(this.querySelector("script").textContent);
      this.prepared = new Map(prepared.examples.map((one) => [one.text, one.logits]));
      this.labels = prepared.labels;
      this.thresholds = prepared.thresholds;
      this.asked = 0;
      this.replaceChildren(...this.parts(prepared));
      this.show(prepared.examples[0].logits);
      if (location.protocol === "file:") {
        this.say(
          "Opened from disk, this page shows the examples. Your own text needs a server: " +
            "python3 course.py site --serve"
        );
      } else if (typeof WebAssembly === "undefined" || typeof Worker === "undefined") {
        this.say("This browser has no WebAssembly, so only the examples are here.");
      } else {
        this.can = true;
        this.say(`Type, and the tagger loads: ${prepared.megabytes} MB, once. It runs in your browser; your text stays there.`);
      }
    }

    parts(prepared) {
      this.box = make("textarea", { id: "tagger-text", rows: 2, maxlength: 5000, spellcheck: "false" });
      this.box.value = prepared.examples[0].text;
      this.box.addEventListener("input", () => this.changed());
      // An example makes way for what is typed; a moment later, since a click puts the cursor first.
      this.box.addEventListener("focus", () => setTimeout(() => {
        if (this.prepared.has(this.box.value)) this.box.select();
      }));
      const examples = make("p", { class: "tagger-examples" }, "Or one of these: ");
      for (const { text } of prepared.examples) {
        const button = make("button", { type: "button" }, text);
        button.addEventListener("click", () => {
          this.box.value = text;
          this.changed();
        });
        examples.append(button, " ");
      }
      this.rows = this.labels.map((label, k) => {
        const bar = make("span", { class: "tagger-bar", "aria-hidden": "true" });
        const line = make("span", { class: "tagger-line", "aria-hidden": "true" });
        const number = make("td", { class: "tagger-number" });
        const verdict = make("td", { class: "tagger-verdict" });
        const slider = make("input", {
          type: "range", min: 0.01, max: 0.99, step: 0.01, value: this.thresholds[k],
          "aria-label": `threshold of ${label}`,
        });
        const said = make("output", {}, this.thresholds[k].toFixed(2));
        slider.addEventListener("input", () => {
          this.thresholds[k] = Number(slider.value);
          said.textContent = this.thresholds[k].toFixed(2);
          this.show(this.logits);
        });
        const row = make(
          "tr", {}, make("th", { scope: "row" }, label), number,
          make("td", { class: "tagger-track" }, make("span", {}, bar, line)), verdict,
          make("td", {}, slider, " ", said)
        );
        return { row, bar, line, number, verdict };
      });
      const head = make("tr", {}, ...["label", "probability", "", "given?", "threshold"].map(
        (name) => make(name ? "th" : "td", name ? { scope: "col" } : {}, name)
      ));
      this.answer = make("p", { class: "tagger-answer", role: "status" });
      this.state = make("p", { class: "tagger-state", role: "status" });
      this.progress = make("progress", { "aria-label": "the tagger is loading", hidden: "" });
      return [
        make("label", { for: "tagger-text" }, "A text of yours:"), this.box, this.answer, examples,
        this.state, this.progress,
        make("table", { "aria-label": "the labels of the text" }, make("thead", {}, head),
          make("tbody", {}, ...this.rows.map(({ row }) => row))),
      ];
    }

    say(text) {
      if (this.state.textContent !== text) this.state.textContent = text;
    }

    changed() {
      const text = this.box.value;
      if (this.prepared.has(text)) this.show(this.prepared.get(text));
      else if (!this.ready) this.wait();
      if (!this.can) return;
      if (!this.worker) this.start();
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.ask(), 120);
    }

    // Where labels are not known yet, those of the text before do not stay.
    wait() {
      const comes = this.can && !this.ready;
      this.show(null, 0, comes ? "The tagger is loading." : "The tagger does not run here.");
    }

    start() {
      const script = document.querySelector("script[src$='course.js'], script[src*='course.js?']").src;
      this.worker = new Worker(new URL("tagger-worker.js", script), { type: "module" });
      this.worker.onmessage = ({ data }) => this.hear(data);
      this.worker.onerror = () => this.hear({ failed: "this browser could not start it" });
      this.progress.hidden = false;
      this.say("Loading the tagger.");
      this.worker.postMessage({ load: new URL(this.getAttribute("model"), location.href).href });
    }

    ask() {
      if (!this.ready || this.busy) return; // asked again when the answer comes
      const text = this.box.value;
      if (!text.trim()) {
        this.show(null);
        return;
      }
      this.busy = text;
      this.worker.postMessage({ id: ++this.asked, text });
    }

    hear(data) {
      if (data.progress) {
        this.progress.max = data.of;
        this.progress.value = data.progress;
        const megabytes = 10 * Math.floor(data.progress / 1e7); // not each piece is read out
        this.say(`Loading the tagger: ${megabytes} of ${(data.of / 1e6).toFixed(0)} MB.`);
      } else if (data.ready) {
        this.ready = true;
        this.progress.hidden = true;
        this.say("The tagger is here. Your text stays on your machine.");
        this.ask();
      } else if (data.failed) {
        this.progress.hidden = true;
        this.busy = null;
        this.can = this.ready;
        if (!this.prepared.has(this.box.value)) this.wait();
        this.say(`The tagger does not run here: ${data.failed}. The examples below the box do.`);
      } else {
        this.show(data.logits, data.cut);
        const old = this.busy !== this.box.value;
        this.busy = null;
        if (old) this.ask();
      }
    }

    show(logits, cut = 0, instead = "Write, and labels appear.") {
      this.logits = logits;
      const given = [];
      this.rows.forEach(({ row, bar, line, number, verdict }, k) => {
        const p = logits ? sigmoid(logits[k]) : 0;
        const yes = Boolean(logits) && p > this.thresholds[k];
        if (yes) given.push(this.labels[k]);
        bar.style.width = `${100 * p}%`;
        line.style.left = `${100 * this.thresholds[k]}%`;
        number.textContent = logits ? p.toFixed(2) : "";
        verdict.textContent = logits ? (yes ? "✓ yes" : "no") : "";
        row.classList.toggle("given", yes);
      });
      const said = given.length ? given.join(" and ") : "none of the four labels";
      this.answer.textContent = logits ? `Labels: ${said}.` : instead;
      if (cut) this.answer.textContent += ` The last ${cut} pieces of the text were cut: it is too long for the model.`;
    }
  }
  customElements.define("course-tagger", CourseTagger);
})();
