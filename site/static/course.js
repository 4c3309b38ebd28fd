// What is live on the site's pages. A plain script, so that a page opened from disk runs it too.
(() => {
  "use strict";
  const { make, sigmoid } = window.course;
  const LOW = 0.05; // a text whose probabilities are all this near to 0 or 1 is a clear case

  // <course-tagger>: a box for a text; labels, probabilities, thresholds.
  // Until its model is there it shows prepared examples, which stand in it as JSON.
  class CourseTagger extends HTMLElement {
    connectedCallback() {
      if (this.box) return;
      const prepared = JSON.parse(this.querySelector("script").textContent);
      this.prepared = new Map(prepared.examples.map((one) => [one.text, one.logits]));
      this.labels = prepared.labels;
      this.thresholds = prepared.thresholds;
      this.replaceChildren(...this.parts(prepared));
      this.show(prepared.examples[0].logits);
      if (window.course.fromDisk) {
        this.say(
          "Opened from disk, this page shows the examples. Your own text needs a server: " +
            "python3 course.py site --serve"
        );
      } else if (typeof WebAssembly === "undefined" || typeof Worker === "undefined") {
        this.say("This browser has no WebAssembly, so only the examples are here.");
      } else {
        this.tagging = this.tagger(prepared.megabytes);
        this.say(`Type, and the tagger loads: ${prepared.megabytes} MB, once. It runs in your browser; your text stays there.`);
      }
    }

    tagger(megabytes) {
      return new window.course.Tagging(megabytes, {
        coming: (text, part) => {
          this.progress.hidden = false;
          this.progress.value = part;
          this.say(text);
        },
        here: () => {
          this.progress.hidden = true;
          this.say("The tagger is here. Your text stays on your machine.");
        },
        failed: (text) => {
          this.progress.hidden = true;
          if (this.isOwn()) this.show(null, 0, "The tagger is not here.");
          this.say(text);
        },
        found: (text, { logits, cut }) => {
          this.tagged = text;
          if (this.isOwn()) this.show(logits, cut);
        },
      });
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
      this.nearest = make("p", { class: "tagger-nearest" });
      this.progress = make("progress", { "aria-label": "the tagger is loading", hidden: "" });
      return [
        make("label", { for: "tagger-text" }, "A text of yours:"), this.box, this.answer, examples,
        this.state, this.progress, this.nearest,
        make("table", { "aria-label": "the labels of the text" }, make("thead", {}, head),
          make("tbody", {}, ...this.rows.map(({ row }) => row))),
      ];
    }

    say(text) {
      if (this.state.textContent !== text) this.state.textContent = text;
    }

    // Say whether the box holds a text of the visitor's own.
    isOwn() {
      return this.box.value.trim() !== "" && !this.prepared.has(this.box.value);
    }

    // The examples are prepared, so that only a text of one's own fetches the tagger. Where labels
    // are not known yet, those of the text before do not stay.
    changed() {
      const text = this.box.value;
      clearTimeout(this.soon);
      if (this.prepared.has(text)) this.show(this.prepared.get(text));
      else if (!text.trim()) this.show(null);
      else if (!this.tagging) this.show(null, 0, "The tagger does not run here.");
      else {
        if (!this.tagging.ready) this.show(null, 0, "The tagger is loading.");
        this.soon = setTimeout(() => this.tagging.want(text), 120);
      }
    }

    // Name the label whose threshold is worth a move; a clear case has none.
    closest() {
      if (!this.logits) return "";
      const p = this.logits.map(sigmoid), apart = (k) => Math.abs(p[k] - this.thresholds[k]);
      const k = p.reduce((best, _, k) => (apart(k) < apart(best) ? k : best), 0);
      if (p.every((one) => one < LOW || one > 1 - LOW)) {
        return `Here no threshold from ${LOW.toFixed(2)} to ${(1 - LOW).toFixed(2)} makes a difference.`;
      }
      return `The closest call is ${this.labels[k]}, ${p[k].toFixed(2)} beside ${this.thresholds[k].toFixed(2)}: move that threshold.`;
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
      this.nearest.textContent = `A label is given where its probability is above its threshold. ${this.closest()}`;
      const said = given.length ? given.join(" and ") : "none of the four labels";
      this.answer.textContent = logits ? `Labels: ${said}.` : instead;
      if (cut) this.answer.textContent += ` The last ${cut} pieces of the text were cut: it is too long for the model.`;
    }
  }
  customElements.define("course-tagger", CourseTagger);
})();
