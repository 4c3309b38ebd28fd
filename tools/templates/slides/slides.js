// Light by default; dark with ?dark in the address, or by the key D.
const root = document.documentElement;
const isDark = () => root.getAttribute("theme") === "dark";
const paint = dark => root.setAttribute("theme", dark ? "dark" : "light");
paint(new URLSearchParams(location.search).has("dark"));

Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  hash: true,
  transition: "none",
  slideNumber: "c/t",
  plugins: [RevealNotes],
});
Reveal.addKeyBinding({keyCode: 68, key: "D", description: "Light or dark"}, () => paint(!isDark()));
