export async function showUsage(view) { view.replaceChildren(); }
