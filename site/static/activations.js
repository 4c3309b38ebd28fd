// <course-activations>: sigmoid beside softmax, on logits that sliders set. Chapter 4 has it; it says
// and draws what helpers/widgets/activations.py does.
(() => {
  "use strict";
  const { make, svg, text, line, rect, fixed, signed, shorten, sigmoid, choices, slider } = window.course;

  const PREDICTED = "#0072B2", NOT_PREDICTED = "#A6CEE3";
  const NAME = 142, PANEL = 248, BAR = 170, ROW = 28;
  const SHOWN = 60; // characters of a typed text that the sentence repeats; all of it is tagged

  function softmax(logits) {
    const highest = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - highest));
    const sum = total(powers);
    return powers.map((power) => power / sum);
  }

  const total = (numbers) => numbers.reduce((sum, one) => sum + one, 0);
  const valued = (p) => fixed(p, 2) + (p > 0.5 ? " yes" : "");

  class CourseActivations extends HTMLElement {
    connectedCallback() {
      if (this.given) return;
      this.given = window.course.wake(this);
      this.replaceChildren(...this.parts());
      this.choose(this.given.presets[0].name);
    }

    static of(logits) {
      return { sigmoid: logits.map(sigmoid), softmax: softmax(logits) };
    }

    parts() {
      const { labels, presets, own, sentence, lowest, highest, step, megabytes } = this.given;
      const names = [...presets.map(({ name }) => name), own];
      this.preset = choices("Preset", names, null, (name) => this.choose(name));
      this.box = make("input", { type: "text", maxlength: 5000, spellcheck: "false" });
      this.box.value = sentence.text;
      this.box.addEventListener("input", () => this.read());
      const say = (text) => {
        if (this.state.textContent !== text) this.state.textContent = text;
      };
      this.tagging = new window.course.Tagging(megabytes, {
        coming: say,
        here: () => say("The tagger is here. Your text stays in your browser."),
        failed: say,
        found: (typed, { logits, cut }) => {
          if (typed === this.box.value.trim()) this.found(typed, logits, cut);
        },
      });
      this.logits = labels.map(() => 0);
      this.sliders = labels.map((label, j) =>
        slider(label, { min: lowest, max: highest, step, value: 0, digits: 1 }, (logit) => {
          this.put(this.logits.map((old, k) => (k === j ? logit : old)), null);
        })
      );
      this.picture = make("div", { class: "live-panels" });
      this.said = make("p", { class: "live-said", "aria-live": "polite" });
      const needs = window.course.fromDisk
        ? "Opened from disk, this page has no tagger for texts of your own. It needs a server: " +
          "python3 course.py site --serve"
        : `Type, and the tagger loads: ${megabytes} MB, once. It runs in your browser; your text stays there.`;
      this.state = make("p", { class: "live-state", role: "status" }, needs);
      return [
        this.preset.row, make("label", { class: "live-text" }, make("span", {}, "Your text"), this.box),
        this.state, ...this.sliders.map(({ row }) => row), this.picture, this.said,
      ];
    }

    choose(name) {
      const preset = this.given.presets.find((one) => one.name === name);
      if (preset) this.put(preset.logits, name);
      else this.read();
    }

    // Move the sliders, press the preset that they stand at, and say and draw what follows.
    put(logits, choice, said = "") {
      const { labels, presets } = this.given;
      this.logits = logits.map((logit) => Number(fixed(logit, 1)) + 0); // no -0
      const stands = presets.find((one) => one.logits.every((logit, j) => logit === this.logits[j]));
      choice = choice || (stands ? stands.name : null);
      this.sliders.forEach(({ put }, j) => put(this.logits[j]));
      this.preset.put(choice);
      const of = CourseActivations.of(this.logits);
      this.picture.replaceChildren(
        this.panel("sigmoid", "each label alone", of.sigmoid, "free"),
        this.panel("softmax", "labels compete", of.softmax, "always")
      );
      const yes = [of.sigmoid, of.softmax].map((row) => row.filter((p) => p > 0.5).length);
      said = said || (choice ? `Preset "${choice}".` : "Set by hand.");
      this.said.textContent =
        `${said} Sigmoid says yes to ${yes[0]} of ${labels.length} labels, softmax to ${yes[1]}.`;
    }

    panel(activation, how, probabilities, sumIs) {
      const { labels } = this.given;
      const height = 48 + ROW * labels.length + 26, middle = NAME + BAR / 2;
      const parts = [text(NAME, 14, `${activation}: ${how}`, true), text(middle - 9, 34, "0.5", false, 11)];
      probabilities.forEach((p, j) => {
        const y = 60 + ROW * j, wide = BAR * p, above = p > 0.5;
        parts.push(text(0, y, `${shorten(labels[j], 14)} ${signed(this.logits[j], 1)}`));
        const fill = above ? PREDICTED : NOT_PREDICTED; // pale, so it needs the dark edge
        parts.push(rect(NAME, y - 13, wide, 18, { fill, stroke: PREDICTED }));
        // Beside the bar, and never across the 0.5 line.
        const beside = above || wide < BAR / 2 - 42 ? NAME + wide + 6 : middle + 6;
        parts.push(text(beside, y, valued(p), above));
      });
      const sum = fixed(total(probabilities), 2);
      parts.push(line(middle, 38, middle, height - 26, "5 3"));
      parts.push(text(NAME, height - 8, `sum ${sum}, ${sumIs}`, true));
      const bars = labels.map((label, j) => `${label} ${valued(probabilities[j])}`).join(", ");
      return svg(`${activation}: ${bars}, sum ${sum}`, NAME + PANEL, height, ...parts);
    }

    // Tag what stands in the box. The first sentence is prepared; for others the tagger comes.
    read() {
      const { sentence } = this.given, typed = this.box.value.trim();
      clearTimeout(this.soon);
      if (!typed) {
        this.put(this.logits, null, "Type a sentence in the box. The sliders stay where they are.");
      } else if (typed === sentence.text) {
        this.found(typed, sentence.logits, 0);
      } else if (!window.course.fromDisk) {
        this.soon = setTimeout(() => this.tagging.want(typed), 120);
      }
    }

    // Bring logits into the sliders' range and to their step, and say what had to be cut.
    found(typed, logits, cut) {
      const { labels, own, lowest, highest } = this.given;
      const clipped = logits.map((logit) => Math.min(highest, Math.max(lowest, logit)));
      const beyond = labels
        .map((label, j) => `${label} from ${signed(logits[j], 1)} to ${signed(clipped[j], 1)}`)
        .filter((_, j) => clipped[j] !== logits[j]);
      const note = beyond.length
        ? `Beyond the sliders, so clipped: ${beyond.join(", ")}.` : "All its logits fit.";
      const end = cut ? "Its end is beyond what the tagger reads. " : "";
      this.put(clipped, own, `The tagger reads "${shorten(typed, SHOWN)}". ${end}${note}`);
    }
  }
  customElements.define("course-activations", CourseActivations);
})();
