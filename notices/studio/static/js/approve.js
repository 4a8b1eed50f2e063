export async function showApprove(view) { view.replaceChildren(); }
