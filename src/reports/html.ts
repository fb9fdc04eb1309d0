/**
 * One page, whole: no script, no request, and a content security policy that allows neither; the pictures are SVG. What a
 * kernel writer needs first comes first: the verdict, where it is wrong, what to change, how to ask again.
 */
import { createHash } from 'node:crypto';
import type { CaseReport, ErrorMap, NumbersReport, ShrunkReport } from '../oracle/report-types.ts';
import { type VerdictKind, verdictKinds } from '../oracle/types.ts';
import { markup } from './escape.ts';
import {
  difference,
  type Finding,
  firstWrong,
  inWords,
  type JudgedArray,
  type Outcome,
  type Report,
  type Subject,
} from './model.ts';
import { picture } from './picture.ts';
import { style } from './style.ts';

/** More subjects, and more findings of one, are only counted. */
const most = { details: 40, numbers: 64 } as const;

/** The page of a report. */
export function html(report: Report): string {
  const { subjects } = report;
  const bad = subjects.filter(({ good }) => !good);
  const [only] = subjects;
  const title =
    subjects.length === 1 && only
      ? `${only.outcome} ${only.name}`
      : `${bad.length} of ${subjects.length} not right`;
  const hash = createHash('sha256').update(style).digest('base64');
  const told = [...bad, ...subjects.filter(({ good }) => good)].slice(0, most.details);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${markup(`igc check: ${title}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
${subjects.length === 1 ? '' : overview(report)}
${told.map((subject) => subjectPart(subject, subjects.length === 1 ? 'h1' : 'h2', subjects.indexOf(subject))).join('\n')}
<footer>${subjects.length > told.length ? `${subjects.length - told.length} more aren't shown in detail. ` : ''}Written by igc check of igc-oracle.</footer>
</main>
</body>
</html>
`;
}

const tone = (outcome: Outcome): string => {
  if (outcome === 'PASS') return 'good';
  return outcome === 'UNSUPPORTED' || outcome === 'MISTRUSTED' ? 'odd' : 'bad';
};

const badge = (outcome: Outcome) => `<span class="badge ${tone(outcome)}">${outcome}</span>`;

function overview({ subjects }: Report): string {
  const good = subjects.filter((subject) => subject.good).length;
  const rows = subjects
    .map(
      ({ outcome, name, reason, expected }, i) =>
        `<tr><td class="${tone(outcome)}">${outcome}</td><td class="text"><a href="#s${i}">${markup(name)}</a></td><td class="text">${markup(expected === undefined ? reason : `expected ${expected}; ${reason}`)}</td></tr>`,
    )
    .join('\n');
  return `<h1>${good} of ${subjects.length} as they should be</h1>
<div class="wide"><table><tr><th>verdict</th><th>judged</th><th>what was found</th></tr>
${rows}</table></div>`;
}

function subjectPart(subject: Subject, heading: 'h1' | 'h2', index: number): string {
  const { outcome, name, title, reason, expected, findings, facts } = subject;
  const told = findings.slice(0, most.details);
  return `<section id="s${index}">
<${heading}>${badge(outcome)}${markup(name)}</${heading}>
${title === undefined ? '' : `<p class="dim">${markup(title)}</p>`}
<p class="lead">${markup(reason)}</p>
${expected === undefined ? '' : `<p class="lead">expected ${markup(expected)}</p>`}
${told.map((finding) => findingPart(finding, finding.reason !== reason)).join('\n')}
${findings.length > told.length ? `<p>${findings.length - told.length} more findings.</p>` : ''}
${familiesPart(subject)}
${reasonsPart(subject)}
${list(facts)}
</section>`;
}

function list(pairs: Subject['facts']): string {
  if (pairs.length === 0) return '';
  return `<dl>${pairs.map(([key, value]) => `<dt>${markup(key)}</dt><dd>${markup(value)}</dd>`).join('')}</dl>`;
}

function findingPart(finding: Finding, withReason: boolean): string {
  const { title, outcome, reason, diagnosis, maps, smallest, replay, arrays } = finding;
  const wrong = firstWrong(finding);
  const advice = diagnosis?.suspects.map(
    (suspect) => `<p class="mend">to mend it: ${markup(suspect.advice)}</p>`,
  );
  return `<div class="finding">
<h2>${badge(outcome)}${markup(title)}</h2>
${withReason ? `<p>${markup(reason)}</p>` : ''}
${diagnosis ? `<p class="lead">${markup(diagnosis.sentence)}</p>${advice!.join('')}` : ''}
${maps.map(mapPart).join('\n')}
${wrong?.first ? `<p>first wrong element of ${markup(wrong.array)}: ${markup(difference(wrong.first))}</p>` : ''}
${wrong?.within ? `<p>it is within the bound of ${markup(wrong.within)}</p>` : ''}
${replay ? `<h3>ask again</h3><pre>${markup(replay)}</pre>` : ''}
${finding.case ? casePart('the case', finding.case) : ''}
${arraysPart(arrays)}
${smallest ? smallestPart(smallest, finding.smallestMaps ?? [], reason) : ''}
</div>`;
}

const mapPart = (map: ErrorMap) =>
  `<h3>where ${markup(map.array)} is wrong, judged from ${markup(map.from)}</h3>\n${picture(map)}`;

function casePart(heading: string, found: CaseReport): string {
  const shapes = Object.entries(found.shapes).map(([name, shape]) => `${name} [${shape.join(', ')}]`);
  return `<h3>${heading}</h3><p>${markup(found.operation)}: ${markup(inWords(found))}</p><p class="dim mono">${markup(shapes.join('   '))}</p>`;
}

function arraysPart(arrays: readonly JudgedArray[]): string {
  if (arrays.length === 0) return '';
  const rows = arrays.map(
    ({ kind, array, stage, from, comparison, wrong, elements, worstRatio, problem }) => {
      const ratio = worstRatio > 0 ? `${worstRatio.toPrecision(3)} × its bound` : '';
      const what = problem ?? [comparison, ratio].filter(Boolean).join(', at most ');
      return `<tr><td class="${tone(kind)}">${kind}</td><td>${markup(array)}</td><td>${markup(stage)}</td><td>${markup(from)}</td><td class="n">${problem === undefined ? `${wrong} of ${elements}` : '–'}</td><td class="text">${markup(what)}</td></tr>`;
    },
  );
  return `<div class="wide"><table><tr><th>verdict</th><th>array</th><th>stage</th><th>from</th><th class="n">wrong</th><th>compared</th></tr>${rows.join('\n')}</table></div>`;
}

function smallestPart(smallest: ShrunkReport, maps: readonly ErrorMap[], known: string): string {
  const { inputs, expected, got, runs, finished, verdict } = smallest;
  const how = `${runs} runs, ${finished ? 'no smaller one was found' : 'the budget ended'}`;
  const asked = Object.keys(expected).filter((name) => got[name]);
  return `${casePart(`the smallest case that fails so (${how})`, smallest.case)}
${verdict.reason === known ? '' : `<p>${markup(verdict.reason)}</p>`}
${maps
  .filter(({ errors }) => errors.length > 1)
  .map(mapPart)
  .join('\n')}
<pre>${markup(Object.entries(inputs).map(numbers).join('\n'))}</pre>
${asked.map((name) => comparison(name, expected[name]!, got[name]!)).join('\n')}`;
}

function numbers([name, { shape, data }]: readonly [string, NumbersReport]): string {
  const few = data.slice(0, most.numbers).join(' ');
  return `${name} [${shape.join(', ')}] = ${few}${data.length > most.numbers ? ` … (${data.length} numbers)` : ''}`;
}

/** Expected and got, element by element; the first that differ where there are many. */
function comparison(name: string, expected: NumbersReport, got: NumbersReport): string {
  if (expected.shape.join() !== got.shape.join()) {
    return `<p>${markup(name)} has the shape [${got.shape.join(', ')}], expected [${expected.shape.join(', ')}]</p>`;
  }
  const all = expected.data.map((value, i) => ({ i, value, came: got.data[i]! }));
  const unequal = all.filter(({ value, came }) => value !== came);
  const shown = (all.length <= 24 ? all : unequal).slice(0, 24);
  if (shown.length === 0) return '';
  const rows = shown.map(
    ({ i, value, came }) =>
      `<tr${value === came ? '' : ' class="hot"'}><td class="mono">${markup(`${name}[${indexOf(expected.shape, i).join(', ')}]`)}</td><td class="n mono">${markup(String(value))}</td><td class="n mono">${markup(String(came))}</td></tr>`,
  );
  return `<div class="wide"><table><tr><th>element</th><th class="n">expected</th><th class="n">got</th></tr>${rows.join('\n')}</table></div>`;
}

function indexOf(shape: readonly number[], i: number): readonly number[] {
  let rest = i;
  const reversed = shape.toReversed().map((size) => {
    const at = rest % size;
    rest = Math.floor(rest / size);
    return at;
  });
  return reversed.toReversed();
}

function familiesPart({ families }: Subject): string {
  if (families.length === 0) return '';
  const kinds = verdictKinds.filter((kind) => families.some(({ counts }) => counts[kind] > 0));
  const head = kinds.map((kind) => `<th class="n">${kind}</th>`).join('');
  const cell = (kind: VerdictKind, count: number) =>
    `<td class="n ${count > 0 ? tone(kind) : 'dim'}">${count.toLocaleString('en-US')}</td>`;
  const rows = families.map(({ family, counts, worstRatio }) => {
    const most = worstRatio > 1 ? 'exceeded' : `${(100 * worstRatio).toPrecision(2)} %`;
    const answered = counts.PASS + counts.FAIL + counts.MISTRUSTED;
    const used = worstRatio > 0 ? most : answered > 0 ? 'bit for bit' : '–';
    return `<tr><td>${markup(family)}</td>${kinds.map((kind) => cell(kind, counts[kind])).join('')}<td class="n">${markup(used)}</td></tr>`;
  });
  return `<h3>what was asked</h3><div class="wide"><table><tr><th>probes</th>${head}<th class="n">most of a rounding bound</th></tr>${rows.join('\n')}</table></div>`;
}

function reasonsPart({ unsupported, mistrusted, remarks = [] }: Subject): string {
  const part = (heading: string, reasons: Subject['unsupported']) =>
    reasons.length === 0
      ? ''
      : `<h3>${heading}</h3><div class="wide"><table><tr><th class="n">cases</th><th>what</th><th>first</th></tr>${reasons
          .map(
            ({ cases, reason, first }) =>
              `<tr><td class="n">${cases}</td><td class="text">${markup(reason)}</td><td>${markup(first)}</td></tr>`,
          )
          .join('\n')}</table></div>`;
  return [
    part('remarks', remarks),
    part('unsupported', unsupported),
    part('could not have caught a mistake', mistrusted),
  ].join('');
}
