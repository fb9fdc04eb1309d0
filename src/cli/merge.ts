import { FileError } from '../formats/index.ts';
import { replayCommand } from '../implementations/bundle.ts';
import { mapsOfSmallest } from '../oracle/error-map.ts';
import { type Merged, MergeError, mergeReports, type Part } from '../oracle/merge.ts';
import type { FailureReport } from '../oracle/report-types.ts';
import { liveSubject } from '../reports/live.ts';
import { codeOf } from './check-live.ts';
import { json, type Terminal, UsageError, type Verb, verb } from './frame.ts';
import { readReport } from './read-report.ts';
import {
  checkReportPlaces,
  guarded,
  type ReportOptions,
  splitReportOptions,
  withReportOptions,
  writeReports,
} from './report-files.ts';
import { showCampaign } from './show-campaign.ts';
import { indent, printable } from './show-verdict.ts';

type Given = ReportOptions & { readonly json?: boolean };

/** `igc merge`: joins the reports of shards. */
export const mergeVerb: Verb = (plain, done) => {
  const terminal = guarded(plain);
  return withReportOptions(verb('merge', 'join the JSON reports of the shards of a check', terminal))
    .argument('[reports...]', 'what igc check --json printed')
    .addHelpText('after', help)
    .action((files: string[], all: Given) => {
      const [reports, { json: asJson = false }] = splitReportOptions(all);
      checkReportPlaces(reports);
      if (files.length === 0) throw new UsageError('merge: expected at least one report (igc merge --help)');
      const parts = files.map(readReport);
      const merged = merge(parts);
      const { subject, argument } = parts[0]!;
      if (asJson) json(terminal, 'merge/1', toJson(subject, argument, merged));
      else show(merged, parts, terminal);
      const beside = {
        name: subject,
        maps: new Map(),
        smallestMaps: (failure: FailureReport) => mapsOfSmallest(merged.report.implementation, failure),
        replay: ({ bundle }: { readonly bundle?: string }) =>
          bundle === undefined ? undefined : replayCommand(bundle, argument),
      };
      const report = { subjects: [liveSubject(merged.report, beside)] };
      done(writeReports(report, reports, codeOf(merged.report), plain));
    });
};

const help = `
Reports of igc check --json --shard i/n of one implementation, at one level, are
joined as if one machine had asked everything: counts are added, and the first
failure of each kind is shown. Several seeds may be joined; each needs all of its
shards. What igc merge --json printed may be merged again. Reports of other implementations or versions, a shard that is there
twice, and shards of differing splits are refused.

Exit code: that of igc check; 4 where a shard is missing and nothing failed; 3
where a report can't be read or doesn't belong to the others.

Examples:
  igc merge shard-*.json
  igc merge --json shard-*.json > report.json
`;

function merge(parts: readonly Part[]): Merged {
  try {
    return mergeReports(parts);
  } catch (error) {
    if (error instanceof MergeError)
      throw new FileError(error.file, printable(error.message), { cause: error });
    throw error;
  }
}

function show({ report, missing, seeds, pieces }: Merged, parts: readonly Part[], terminal: Terminal): void {
  const { subject: name, argument } = parts[0]!;
  terminal.out(showCampaign({ name, argument }, report, terminal));
  const asked = pieces.length + missing.length;
  const of = seeds.length === 1 ? '' : `, ${seeds.length} seeds`;
  terminal.out(
    `${' '.repeat(indent)}${pieces.length} of ${asked} ${asked === 1 ? 'report' : 'reports'}${of}\n`,
  );
}

function toJson(subject: string, argument: string, merged: Merged): object {
  const { report, missing, seeds, pieces } = merged;
  return { subject, argument, ...report, seeds, parts: pieces, missing };
}
