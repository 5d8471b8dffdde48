// Opens the row that the address names, keeps the address in step with what is open, and copies. The page reads whole without it.
const open = () => {
  const row = document.getElementById(location.hash.slice(1));
  if (!(row instanceof HTMLDetailsElement)) return;
  row.open = true;
  row.scrollIntoView();
};
const copy = async (button, text) => {
  // Clicked again it still says what came of the first click.
  button.dataset.says ??= button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'copied';
  } catch {
    button.textContent = 'not allowed here';
  }
  setTimeout(() => (button.textContent = button.dataset.says), 1500);
};
document.documentElement.classList.add('scripted');
addEventListener('hashchange', open);
document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.id === 'copy-link') void copy(button, location.href);
  if (button?.classList.contains('copy')) void copy(button, button.previousElementSibling.textContent);
  const summary = event.target.closest('summary');
  // The click opens the row after this handler: what is closed now is about to be open.
  if (summary)
    history.replaceState(
      null,
      '',
      summary.parentElement.open ? location.pathname + location.search : `#${summary.parentElement.id}`,
    );
});
// Paper has no triangles to click on.
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((row) => (row.open = true)));
open();
