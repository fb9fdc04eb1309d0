import { FileError, readArrays } from '../formats/index.ts';
import { evidenceFrom, unusedArrays } from '../implementations/recording.ts';
import { diagnose } from '../oracle/diagnose.ts';
import { errorMaps } from '../oracle/error-map.ts';
import { judge } from '../oracle/judge.ts';
import type { Quantity } from '../oracle/quantity.ts';
import { checkLive, type WriteReports } from './check-live.ts';
import { namedImplementations } from './check-named.ts';
import { checkOnnx, isOnnx, type OnnxOptions, withOnnxOptions } from './check-onnx.ts';
import { type ExitCode, exitCode, json, paint, type Terminal, UsageError, type Verb, verb } from './frame.ts';
import { asExpected, type Job, type Judged } from './job.ts';
import {
  isLive,
  type LiveOptions,
  liveHelp,
  refuseScripts,
  withLiveOptions,
  withoutLiveOptions,
} from './live-options.ts';
import { readManifest } from './manifest.ts';
import { nearby } from './nearby.ts';
import { whatNext } from './not-a-recording.ts';
import { readOptions, type WrittenOptions } from './recording-options.ts';
import {
  checkReportPlaces,
  guarded,
  type ReportOptions,
  splitReportOptions,
  withReportOptions,
  writeReports,
} from './report-files.ts';
import { recordingsReport } from './report-recordings.ts';
import { diagnosisJson } from './show-diagnosis.ts';
import { printable, showDetails, showVerdict } from './show-verdict.ts';

/** `igc check`: judges recordings, or a module. */
export const checkVerb: Verb = (plain, done) => {
  const terminal = guarded(plain);
  return withOnnxOptions(withLiveOptions(withReportOptions(recordingsVerb(terminal))))
    .addHelpText('after', help + liveHelp + examples)
    .action(async (files: string[], all: Given) => {
      const [reports, given] = splitReportOptions(all);
      checkReportPlaces(reports);
      const write: WriteReports = (report, code) => writeReports(report, reports, code, plain);
      if (isOnnx(given)) {
        done(await checkOnnx(files, given, terminal, write));
        return;
      }
      if (isLive(files, given)) {
        if (given.manifest !== undefined) throw new UsageError('--manifest: only for recordings');
        done(await checkLive(files, given, terminal, write));
        return;
      }
      refuseScripts(files);
      const { json: asJson = false, manifest, ...written } = withoutLiveOptions(given);
      const jobs = manifest === undefined ? jobsOf(files, written) : manifestJobs(manifest, files, written);
      const judged = jobs.map((job, i) =>
        judgeOne(job, `${i + 1}/${jobs.length}`, terminal, {
          quiet: asJson,
          maps: reports.html !== undefined,
        }),
      );
      if (asJson) json(terminal, 'check/1', { recordings: judged.map(toJson) });
      else summarise(judged, terminal);
      done(writeReports(recordingsReport(judged), reports, codeOf(judged), plain));
    });
};

type Given = WrittenOptions &
  LiveOptions &
  OnnxOptions &
  ReportOptions & { readonly json?: boolean; readonly manifest?: string };

const recordingsVerb = (terminal: Terminal) =>
  verb(
    'check',
    'judge recordings (.npz, .safetensors), a module (.mjs) or a command in any language',
    terminal,
  )
    .argument('[files...]', 'recordings, or one module')
    .option('--stride <N|h,w>', 'stride of the spatial convolution (default: 1)')
    .option('--dilation <N|h,w>', 'spacing of its taps (default: 1)')
    .option('--padding <P>', 'N, top,bottom,left,right, same, same-upper, same-lower, valid (default: same)')
    .option('--map <a=b,...>', 'array a is called b in the file; repeatable', collect)
    .option('--op <name>', 'block, group-convolution or interleave (default: block)')
    .option('--L <n>', 'primary partitions, with --op interleave')
    .option('--M <n>', 'channels of a primary partition, with --op interleave')
    .option('--precision <p>', 'of sums: f64, f32, tf32, bf16, f16 (default: as the outputs are stored)')
    .option('--flush-subnormals', 'subnormal numbers may have become zero')
    .option('--composed', 'the block was computed as one convolution with the composite kernel')
    .option(
      '--winograd <a,b>',
      "3×3 convolutions may be by Winograd's F(4×4, 3×3), points 0, ±a, ±b and infinity",
    )
    .option('--strassen', "1×1 convolutions may be by Strassen's algorithm, in Winograd's form, one level")
    .option('--manifest <file>', 'judge the recordings that a manifest lists, against what it expects');

const help = `
A recording holds x, primary_weight (L·Mout, M, kh, kw), secondary_weight
(Mout·L, L, 1, 1) and y; if it likes, primary_bias, secondary_bias, the
intermediates primary, interleaved, secondary, and grad_y with grad_x,
grad_primary_weight, grad_secondary_weight, grad_primary_bias,
grad_secondary_bias. L and M follow from the shapes. With
--op group-convolution: x, weight, y and, if it likes, bias. With
--op interleave: x and y.

Integers whose sums are exact are compared bit for bit, everything else with a
bound that holds for any order of summation, fused or not, in the recording's
precision. Winograd's F(4×4, 3×3) sums other terms: --winograd 1,2 (the points
of Lavin and Gray, and of most libraries) allows its own rounding bound, for 3×3
kernels of stride and dilation 1; --strassen that of Strassen's algorithm, for
1×1 ones, the secondary among them. (Larger tiles and Fourier transforms: what
they give may lie outside.) Where sums are kept in more bits than the arrays are
stored in, say so: --precision f32 holds float16 arrays to a closer bound. The
verdict names the first wrong stage and an element, and which known bug gives
the same, if one does.

Exit code: 0 all PASS; 1 FAIL, CRASH, TIMEOUT or GARBAGE; 2 usage; 3 unreadable
file; 4 UNSUPPORTED or MISTRUSTED (the data could not have caught a mistake); of
several files, the first of 1, 3, 4 that occurs. With --manifest: 0 where every
verdict is the expected one, else 1. What can be asked, and was cut short by
ctrl-C: 130 (SIGTERM: 143), with a report of what was judged until then.
`;

const examples = `
Examples:
  igc check block.npz
  igc check --stride 2 --padding 1 layer3.safetensors --map x=input,y=output
  igc check --op interleave --L 4 shuffle.npz
  igc check --json -- -odd-name.npz
  igc check ./mine.mjs
  igc check --command 'python3 mine.py'
`;

const collect = (value: string, earlier: string[] = []) => [...earlier, value];

function jobsOf(files: readonly string[], written: WrittenOptions): readonly Job[] {
  if (files.length === 0) {
    throw new UsageError(
      'check: expected something to judge: recordings, a module such as ./mine.mjs, --command or a name ' +
        `(${namedImplementations.join(', ')}); igc check --help`,
    );
  }
  const options = readOptions(written);
  return files.map((file) => ({ file, options }));
}

function manifestJobs(path: string, files: readonly string[], written: WrittenOptions): readonly Job[] {
  if (files.length > 0 || Object.keys(written).length > 0) {
    throw new UsageError('--manifest: the manifest says which files and options; give neither beside it');
  }
  return readManifest(path);
}

interface Wanted {
  /** Nothing is printed. */
  readonly quiet: boolean;
  /** Where it is wrong is kept. */
  readonly maps: boolean;
}

function judgeOne(job: Job, count: string, terminal: Terminal, wanted: Wanted): Judged {
  const started = performance.now();
  const progress = ({ results, products }: Quantity) => {
    // Only what takes long says what it's doing: about two million products a second.
    if (performance.now() - started < 1000 && products < 2e6) return;
    const names = results.map(({ array }) => array).join(', ');
    const millions = Math.round(products / 1e6).toLocaleString('en-US');
    const effort = products < 1e6 ? '' : ` (${millions} million exact products)`;
    terminal.err(`${count} ${printable(job.file)}: judging ${names}${effort}\n`);
  };
  const judged = { ...attempt(job, progress, wanted.maps), seconds: (performance.now() - started) / 1000 };
  if (!wanted.quiet) terminal.out(showVerdict(judged, terminal));
  return judged;
}

function attempt(job: Job, progress: (next: Quantity) => void, withMaps: boolean): Omit<Judged, 'seconds'> {
  let unused: readonly string[] = [];
  try {
    const arrays = readArrays(job.file);
    unused = unusedArrays(arrays, job.options);
    const evidence = evidenceFrom(job.file, arrays, job.options);
    const verdict = judge(evidence, progress);
    const isWrong = verdict.kind === 'FAIL' || verdict.kind === 'GARBAGE';
    const maps = isWrong && withMaps ? { maps: errorMaps(evidence, verdict) } : {};
    return { job, verdict, ...(isWrong ? { diagnosis: diagnose(evidence, verdict) } : {}), ...maps, unused };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return {
      job,
      unreadable: error.what + nearby(job.file, namedImplementations) + whatNext(job.file),
      unused,
    };
  }
}

function codeOf(judged: readonly Judged[]): ExitCode {
  if (judged.some(({ job }) => job.expect)) return judged.every(asExpected) ? exitCode.pass : exitCode.fail;
  const kinds = judged.map(({ verdict }) => verdict?.kind);
  if (kinds.some((kind) => kind === 'FAIL' || kind === 'GARBAGE')) return exitCode.fail;
  if (kinds.includes(undefined)) return exitCode.unreadable;
  return kinds.every((kind) => kind === 'PASS') ? exitCode.pass : exitCode.undecided;
}

function summarise(judged: readonly Judged[], terminal: Terminal): void {
  const expectations = judged.filter(({ job }) => job.expect);
  if (expectations.length > 0) {
    const right = expectations.filter(asExpected).length;
    const style = right === expectations.length ? 'green' : 'red';
    const text = `${right} of ${expectations.length} verdicts are the expected ones`;
    terminal.out(`\n${paint(terminal, style, text)}\n`);
  } else if (judged.length > 1) {
    const passed = judged.filter(({ verdict }) => verdict?.kind === 'PASS').length;
    terminal.out(`\n${passed} of ${judged.length} recordings pass\n`);
  }
}

function toJson(judged: Judged): object {
  const { job, verdict, diagnosis, unreadable, unused } = judged;
  return {
    file: job.file,
    ...(job.title === undefined ? {} : { title: job.title }),
    ...(verdict ? { verdict: verdict.kind, ...showDetails(verdict) } : { verdict: null, unreadable }),
    ...(diagnosis ? { diagnosis: diagnosisJson(diagnosis) } : {}),
    unused,
    ...(job.expect ? { expect: job.expect, asExpected: asExpected(judged) } : {}),
  };
}
