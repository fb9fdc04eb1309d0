/** What the page shows. */
import type { Backend } from '../../../src/kernels/gpu/types.ts';
import { isRight, type Tried } from '../pitfalls.ts';
import type { BackendResult, CandidateResult, CaseResult, PageResult } from '../result.ts';
import { around, byId, element, type Node } from './dom.ts';

export function showStatus(what: string, part?: number): void {
  byId('status').textContent = what;
  const bar = byId('progress');
  bar.hidden = part === undefined;
  if (part !== undefined) bar.setAttribute('value', `${part}`);
}

/** A section's place for content, shown from now on. */
function place(id: string): Node {
  byId(id).hidden = false;
  return (byId(id) as Node & { querySelector(selector: string): Node }).querySelector('div');
}

const nameOf: Readonly<Record<Backend, string>> = {
  webgpu: 'WebGPU',
  webgl2: 'WebGL 2',
  headlessgl: 'headless WebGL',
};

/** What it comes to, in a sentence or two. */
export function conclusionOf(results: readonly BackendResult[]): string {
  const here = results.filter(({ device }) => device !== undefined);
  if (here.length === 0) {
    const names = results.map(({ backend }) => nameOf[backend]).join(' nor ');
    return (
      `Neither ${names} can be used here; on a machine with a GPU, look whether the browser’s settings have hardware ` +
      'acceleration turned on. Applications get the CPU kernels instead.'
    );
  }
  const said = here.map(({ backend, checked, pitfalls = [] }) => {
    const isWrong = (checked && checked.verdict !== 'PASS') || pitfalls.some(({ ours }) => !isRight(ours));
    return `${nameOf[backend]} ${isWrong ? 'is wrong: see below.' : checked ? 'is right.' : 'wasn’t asked.'}`;
  });
  return ['Done.', ...said].join(' ');
}

export function showBackends(results: readonly BackendResult[]): void {
  place('devices').replaceChildren(...results.map(card));
}

function card({ backend, device, unavailable, checked }: BackendResult): Node {
  const badge = (kind: string, text: string) => element('span', { class: `badge ${kind}` }, text);
  const name = nameOf[backend];
  if (!device) {
    const why = element('p', { class: 'soft' }, unavailable ?? 'is asked…');
    const head = unavailable === undefined ? [] : [badge('bad', 'not available')];
    return element('div', { class: 'card' }, element('h3', {}, name, ...head), why);
  }
  const kind = device.software ? badge('warn', 'software') : badge('good', 'hardware');
  const yes = (right: boolean) => (right ? 'kept' : 'not kept');
  const verdict = checked
    ? element(
        'span',
        { class: checked.verdict === 'PASS' ? 'good' : 'bad' },
        `${checked.verdict}: ${checked.reason}`,
      )
    : element('span', { class: 'soft' }, 'not asked yet');
  const rows: readonly (readonly [string, Node | string])[] = [
    ['adapter', device.adapter],
    ['known cases', 'bit for bit'],
    ['oracle', verdict],
    ['∞ and NaN', yes(device.keepsNonFinite)],
    ['subnormals', yes(device.keepsSubnormals)],
  ];
  const list = element(
    'dl',
    {},
    ...rows.flatMap(([term, text]) => [element('dt', {}, term), element('dd', {}, text)]),
  );
  return element('div', { class: 'card' }, element('h3', {}, name, kind), list);
}

export function showPitfalls(results: readonly BackendResult[]): void {
  const rows = results.flatMap(({ backend, pitfalls = [] }) =>
    pitfalls.map((tried) => pitfallRow(backend, tried)),
  );
  const head = ['backend', 'what', 'as one would write it', 'here'].map((text): Heading => [text, 'name']);
  place('pitfalls').replaceChildren(table(head, rows));
}

function pitfallRow(backend: Backend, { title, plain, ours }: Tried): Node {
  const seen = (right: boolean, got: string) =>
    element('td', { class: right ? 'good' : 'bad' }, right ? 'right' : got);
  return element(
    'tr',
    {},
    element('td', { class: 'name' }, nameOf[backend]),
    element('td', {}, title),
    seen(isRight(plain), plain.got),
    seen(isRight(ours), ours.got),
  );
}

export function showTimes(cases: readonly CaseResult[], isSoftware: boolean): void {
  byId('caveat').textContent = isSoftware
    ? 'The GPU here is a program on the processor: these times say nothing about a GPU.'
    : '';
  place('times').replaceChildren(...cases.flatMap((one) => [element('h3', {}, one.id), timesOf(one)]));
}

function timesOf({ candidates }: CaseResult): Node {
  const slowest = Math.max(...candidates.map(({ times }) => times?.median ?? 0));
  const rows = candidates.map((candidate) => candidateRow(candidate, slowest));
  const head: readonly Heading[] = [
    ['', 'name'],
    ['median ms', 'number'],
    ['', 'wide'],
    ['least', 'number'],
    ['first call', 'number wide'],
    ['of ours', 'number'],
    ['error', 'number'],
  ];
  return element('div', { class: 'scroll' }, table(head, rows));
}

function candidateRow(candidate: CandidateResult, slowest: number): Node {
  const { name, isOurs, times, firstMs, overOurs, error, problem } = candidate;
  const row = element('tr', isOurs ? { class: 'ours' } : {}, element('td', { class: 'name' }, name));
  if (!times) {
    row.append(element('td', { colspan: '6', class: 'soft' }, problem ?? ''));
    return row;
  }
  const number = (text: string, more = '') => element('td', { class: `number ${more}` }, text);
  const bar = element('div', { class: 'bar', style: `width: ${(100 * times.median) / slowest}%` });
  row.append(
    number(times.median.toFixed(2)),
    element('td', { class: 'wide', style: 'width: 30%' }, bar),
    number(times.least.toFixed(2)),
    number(firstMs!.toFixed(0), 'wide'),
    number(isOurs || overOurs === undefined ? '' : `${overOurs.toFixed(1)}×`),
    number(error!.toExponential(1)),
  );
  return row;
}

/** Of a column: its text and its class. */
type Heading = readonly [string, string];

function table(head: readonly Heading[], rows: readonly Node[]): Node {
  const cells = head.map(([text, kind]) => element('th', { class: kind }, text));
  return element('table', {}, element('tr', {}, ...cells), ...rows);
}

export function offerDownload(result: PageResult): void {
  const blob = new around.Blob([`${JSON.stringify(result, null, 2)}\n`], { type: 'application/json' });
  const link = element('a', {
    class: 'button',
    download: 'igc-gpu.json',
    href: around.URL.createObjectURL(blob),
  });
  link.append('Download the result');
  byId('download').replaceChildren(link);
  byId('download').hidden = false;
}
