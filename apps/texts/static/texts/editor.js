// Before the editor starts: give it the formatted text and German words. Without scripts the text area shows plain lines.
const words = JSON.parse(document.getElementById("editor-words")?.textContent ?? "{}");
const translated = (text) => words[text] ?? text;
window.gettext = translated;

for (const area of document.querySelectorAll("textarea[data-html]")) {
  area.value = area.dataset.html;
}

function speakGerman(root) {
  for (const element of root.querySelectorAll("[title], [aria-label]")) {
    for (const name of ["title", "aria-label"]) {
      const text = element.getAttribute(name);
      if (text && words[text]) element.setAttribute(name, words[text]);
    }
  }
  for (const option of root.querySelectorAll(".prose-menubar__option > *")) option.textContent = translated(option.textContent);
}

document.addEventListener("prose-editor:ready", ({ target: area }) => {
  const root = area.closest(".prose-editor");
  const editable = root.querySelector('[contenteditable="true"]');
  const label = document.querySelector(`label[for="${area.id}"]`);
  if (label) {
    label.id ||= `${area.id}_label`;
    editable.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => editable.focus());
  }
  editable.setAttribute("aria-multiline", "true");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (area.hasAttribute(name)) editable.setAttribute(name, area.getAttribute(name));
  }
  speakGerman(root);
  const menu = root.querySelector(".prose-menubar");
  const observer = new MutationObserver(() => speakGerman(root));
  if (menu) observer.observe(menu, { subtree: true, childList: true, attributes: true, attributeFilter: ["title", "aria-label"] });
});
