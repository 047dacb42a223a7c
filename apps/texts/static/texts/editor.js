// Before the editor starts: give it the formatted text and German words. Without scripts the text area shows plain lines.
const words = new Map(Object.entries(JSON.parse(document.getElementById("editor-words")?.textContent ?? "{}")));
const translated = (text) => words.get(text) ?? text;
window.gettext = translated;

for (const area of document.querySelectorAll("textarea[data-html]")) {
  area.value = area.dataset.html;
}

// Touches only what changes: it is called again for every change.
function speakGerman(root) {
  for (const element of root.querySelectorAll("[title], [aria-label]")) {
    for (const name of ["title", "aria-label"]) {
      const text = element.getAttribute(name);
      if (translated(text) !== text) element.setAttribute(name, translated(text));
    }
  }
  for (const option of root.querySelectorAll(".prose-menubar__option > *")) {
    const text = translated(option.textContent);
    if (text !== option.textContent) option.textContent = text;
  }
}

// The editor tells by colour alone which buttons are pressed and which do nothing here.
function sayStates(menu) {
  for (const button of menu.querySelectorAll(".prose-menubar__button")) {
    button.setAttribute("aria-disabled", button.classList.contains("disabled"));
    button.setAttribute("aria-pressed", button.classList.contains("active"));
  }
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
  const field = area.closest(".kern-form-input") ?? root;
  const watched = { subtree: true, childList: true, attributes: true, attributeFilter: ["title", "aria-label", "class"] };
  setTimeout(() => {
    speakGerman(field);
    for (const menu of field.querySelectorAll(".prose-menubar")) {
      sayStates(menu);
      new MutationObserver(() => { speakGerman(field); sayStates(menu); }).observe(menu, watched);
    }
  });
});
