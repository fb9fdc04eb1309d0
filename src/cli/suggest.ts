/**
 * The candidates that a mistyped word is nearest to, if they are near enough to be worth a question; of an unfinished
 * word those that it starts.
 */
export function suggestions(word: string, candidates: readonly string[]): readonly string[] {
  const started = candidates.filter((candidate) => candidate.startsWith(word));
  if (started.length > 0) return started;
  const ranked = candidates.map((candidate) => ({ candidate, edits: editDistance(word, candidate) }));
  const least = Math.min(...ranked.map(({ edits }) => edits));
  const near = least <= Math.max(2, word.length * 0.4);
  return near ? ranked.filter(({ edits }) => edits === least).map(({ candidate }) => candidate) : [];
}

/** The fewest insertions, deletions and replacements of a character that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
