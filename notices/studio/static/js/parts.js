export function partTools() { return null; }
