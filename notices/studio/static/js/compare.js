export async function showCompare(view) { view.replaceChildren(); }
