/** A campaign as a subject of a report. */
import type { CampaignReport, ErrorMap, FailureReport } from '../oracle/report-types.ts';
import type { Subject } from './model.ts';

/** What a campaign's report doesn't hold. */
export interface Beside {
  /** What was judged. */
  readonly name: string;
  /** A file that annotations can point to. */
  readonly file?: string | undefined;
  /** The command that replays a failure. */
  replay(failure: FailureReport): string | undefined;
  /** Where the output of a case is wrong, by its id. */
  readonly maps: ReadonlyMap<string, readonly ErrorMap[]>;
  /** The same of the smallest case that fails in the same way. */
  smallestMaps(failure: FailureReport): readonly ErrorMap[];
}

export function liveSubject(report: CampaignReport, beside: Beside): Subject {
  const { verdict, reason, failures, families, unsupported, mistrusted, remarks = [], timing } = report;
  return {
    kind: 'implementation',
    name: beside.name,
    file: beside.file,
    outcome: verdict,
    reason,
    good: verdict === 'PASS',
    facts: factsOf(report),
    findings: failures.map((failure) => {
      const { case: found, verdict: judged, shrunk, diagnosis } = failure;
      return {
        title: `${found.operation}, ${found.id}`,
        family: found.id.split('/', 1)[0]!,
        outcome: judged.kind,
        stage: judged.stage,
        reason: judged.reason,
        arrays: judged.arrays,
        diagnosis,
        case: found,
        maps: beside.maps.get(found.id) ?? [],
        smallest: shrunk,
        smallestMaps: beside.smallestMaps(failure),
        replay: beside.replay(failure),
      };
    }),
    families,
    unsupported,
    mistrusted,
    remarks,
    seconds: timing.seconds,
  };
}

/** A subject that nobody asked, since the check was cut short before: no pass. */
export function unaskedSubject(name: string, reason: string): Subject {
  return {
    ...{ kind: 'implementation', name, outcome: 'MISTRUSTED', reason, good: false },
    ...{ facts: [], findings: [], families: [], unsupported: [], mistrusted: [], seconds: 0 },
  };
}

const endings = {
  failure: 'at the first failure',
  time: 'the time was up',
  interrupted: 'CUT SHORT: not all was asked',
} as const;

function factsOf({ implementation, cases, elements, level, seed, shard, ended, timing }: CampaignReport) {
  const { name, about, operations, precision, flushesSubnormals, composed, winograd, strassen } =
    implementation;
  const declared = [
    precision,
    ...(flushesSubnormals ? ['subnormal numbers may become zero'] : []),
    ...(composed ? ['the block as one convolution'] : []),
    ...(winograd ? [`3×3 perhaps by Winograd's, points ±${winograd.join(', ±')}`] : []),
    ...(strassen ? ["1×1 perhaps by Strassen's"] : []),
  ].join(', ');
  const facts: [string, string][] = [
    ['implementation', about === undefined ? name : `${name} (${about})`],
    ['operations', operations.join(', ')],
    ['declared', declared],
    [
      'asked',
      `${cases} ${cases === 1 ? 'case' : 'cases'}, ${elements.toLocaleString('en-US')} numbers in ${timing.seconds.toFixed(1)} s`,
    ],
    ['level, seed', `${level}, ${seed}`],
    ...(shard ? [['shard', `${shard.index} of ${shard.count}`] as [string, string]] : []),
    ...(ended === 'all' ? [] : [['ended', endings[ended]] as [string, string]]),
  ];
  return facts;
}
