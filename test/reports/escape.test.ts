import { describe, expect, it } from 'vitest';
import { annotations, inert, stepSummary } from '../../src/reports/github.ts';
import { html } from '../../src/reports/html.ts';
import { junit } from '../../src/reports/junit.ts';
import { everywhere, hostile, subject } from './subjects.ts';
import { all, parseXml } from './xml.ts';

const tags = new Set(
  'html head meta title style body main section h1 h2 h3 span p div ul li dl dt dd table tr th td pre figure figcaption svg path rect text footer a'.split(
    ' ',
  ),
);
const attributes = new Set(
  'lang charset http-equiv content name class id href width height viewbox role aria-label aria-hidden fill fill-opacity d x y text-anchor font-size'.split(
    ' ',
  ),
);

describe.each(hostile.map((text) => [JSON.stringify(text), text]))('the text %s', (_, text) => {
  const report = { subjects: [everywhere(text), subject({ name: text, reason: text })] };

  it('is text in JUnit XML', () => {
    const root = parseXml(junit(report));
    expect(all(root, 'testsuite')).toHaveLength(2);
    expect(all(root, 'failure')).toHaveLength(1);
    const allNames = new Set(['testsuites', 'testsuite', 'testcase', 'failure', 'properties', 'property']);
    const names = (element: ReturnType<typeof parseXml>): string[] => [
      element.name,
      ...element.children.flatMap(names),
    ];
    expect(names(root).filter((name) => !allNames.has(name))).toEqual([]);
  });

  it('is text in HTML', () => {
    const page = html(report);
    const found = [...page.matchAll(/<([^\s>/]*)([^>]*)>/g)].filter(([tag]) => !tag.startsWith('</'));
    const strange = found.filter(([, name]) => name !== '!doctype' && !tags.has(name!));
    expect(strange.map(([tag]) => tag)).toEqual([]);
    const keys = found.flatMap(([, , rest]) =>
      [...rest!.matchAll(/([\w-]+)="[^"]*"/g)].map(([, key]) => key!),
    );
    expect(keys.filter((key) => !attributes.has(key.toLowerCase()))).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\ufffe\ud800]/u);
  });

  it('is no command to GitHub, and no markup in the summary', () => {
    const lines = annotations(report);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^::error file=[^,:\n\r]*,title=[^,:\n\r]*::[^\n\r]*$/);
    const summary = stepSummary(report);
    const rows = summary.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.split('|')).toHaveLength(5);
    expect(summary.replace(/<\/?(details|summary)>/g, '')).not.toMatch(/[<>`*@[\]]/);
    const printed = inert(`  ${text}\n${text}`);
    expect(printed).not.toMatch(/^\s*::/m);
    expect(printed).not.toContain('##[');
  });
});

it('what is printed stays the same where nothing could be a command', () => {
  const text = 'PASS  a::b # [1]\n   x: y\n';
  expect(inert(text)).toBe(text);
});
