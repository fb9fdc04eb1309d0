/** What the page shows. */
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

export function showBackends(results: readonly BackendResult[]): void {
  place('devices').replaceChildren(...results.map(card));
}

function card({ backend, device, unavailable, checked }: BackendResult): Node {
  const badge = (kind: string, text: string) => element('span', { class: `badge ${kind}` }, text);
  const name = { webgpu: 'WebGPU', webgl2: 'WebGL 2', headlessgl: 'headless WebGL' }[backend];
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
  place('pitfalls').replaceChildren(table(['backend', 'what', 'as one would write it', 'here'], rows));
}

function pitfallRow(backend: string, { title, plain, ours }: Tried): Node {
  const seen = (right: boolean, got: string) =>
    element('td', { class: right ? 'good' : 'bad' }, right ? 'right' : got);
  return element(
    'tr',
    {},
    element('td', {}, backend),
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
  const head = ['', 'median ms', '', 'least', 'first call', 'of ours', 'error'];
  return element('div', { class: 'scroll' }, table(head, rows));
}

function candidateRow(candidate: CandidateResult, slowest: number): Node {
  const { name, isOurs, times, firstMs, overOurs, error, problem } = candidate;
  const row = element('tr', isOurs ? { class: 'ours' } : {}, element('td', {}, name));
  if (!times) {
    row.append(element('td', { colspan: '6', class: 'soft' }, problem ?? ''));
    return row;
  }
  const number = (text: string) => element('td', { class: 'number' }, text);
  const bar = element('div', { class: 'bar', style: `width: ${(100 * times.median) / slowest}%` });
  row.append(
    number(times.median.toFixed(2)),
    element('td', { style: 'width: 30%' }, bar),
    number(times.least.toFixed(2)),
    number(firstMs!.toFixed(0)),
    number(isOurs || overOurs === undefined ? '' : `${overOurs.toFixed(1)}×`),
    number(error!.toExponential(1)),
  );
  return row;
}

function table(head: readonly string[], rows: readonly Node[]): Node {
  const cells = head.map((text) =>
    element('th', /ms|least|first|ours|error/.test(text) ? { class: 'number' } : {}, text),
  );
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
