/** `--junit`, `--html`, and what GitHub Actions shows: the reports of a check beside its output. */
import { appendFileSync, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { FileError, writeText } from '../formats/index.ts';
import { annotations, inert, stepSummary } from '../reports/github.ts';
import { html } from '../reports/html.ts';
import { junit } from '../reports/junit.ts';
import type { Report } from '../reports/model.ts';
import { type ExitCode, exitCode, type Terminal, UsageError } from './frame.ts';

export interface ReportOptions {
  readonly junit?: string;
  readonly html?: string;
  readonly force?: boolean;
}

/** Adds the options that write reports. */
export function withReportOptions(command: Command): Command {
  return command
    .option('--junit <file>', 'write JUnit XML, for a CI system')
    .option('--html <file>', 'write a page that shows where it is wrong')
    .option('--force', 'replace reports that are there');
}

/** The options of reports, and the others. */
export function splitReportOptions<T extends ReportOptions>(
  given: T,
): [ReportOptions, Omit<T, keyof ReportOptions>] {
  const { junit: xml, html: page, force, ...rest } = given;
  const reports = {
    ...(xml === undefined ? {} : { junit: xml }),
    ...(page === undefined ? {} : { html: page }),
    ...(force === undefined ? {} : { force }),
  };
  return [reports, rest];
}

/** Says before any work is done that a report couldn't be written. */
export function checkReportPlaces({ junit: xml, html: page, force = false }: ReportOptions): void {
  const files = [xml, page].filter((file) => file !== undefined);
  if (force && files.length === 0) throw new UsageError('--force: only with --junit or --html');
  if (xml !== undefined && xml === page) throw new UsageError(`--html: ${page} is the JUnit report too`);
  const folder = files.find((file) => existsSync(file) && statSync(file).isDirectory());
  if (folder !== undefined) {
    const example = join(folder, folder === xml ? 'report.xml' : 'report.html');
    throw new UsageError(`${folder}: expected a file to write, as ${example}, got a folder`);
  }
  const taken = files.find((file) => !force && existsSync(file));
  if (taken !== undefined) throw new UsageError(`${taken}: it is there already; --force replaces it`);
  const homeless = files.find((file) => !existsSync(dirname(file)));
  if (homeless !== undefined) throw new UsageError(`${homeless}: there is no folder ${dirname(homeless)}`);
}

/**
 * Writes what is asked for, and what GitHub Actions shows; gives the exit code. A report that can't be written is
 * said so and turns a pass into 3; it changes no other verdict.
 */
export function writeReports(
  report: Report,
  options: ReportOptions,
  code: ExitCode,
  terminal: Terminal,
): ExitCode {
  const { junit: xml, html: page, force: overwrite = false } = options;
  const results = [
    xml === undefined || attempt(() => writeText(xml, junit(report), { overwrite }), terminal),
    page === undefined || attempt(() => writeText(page, html(report), { overwrite }), terminal),
  ];
  if (isActions(terminal)) showOnGitHub(report, terminal);
  return code === exitCode.pass && results.includes(false) ? exitCode.unreadable : code;
}

function attempt(write: () => void, terminal: Terminal): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    terminal.err(`igc: no report was written: ${error.message}\n`);
    return false;
  }
}

const isActions = ({ env }: Terminal): boolean => env?.GITHUB_ACTIONS === 'true';

function showOnGitHub(report: Report, terminal: Terminal): void {
  for (const line of annotations(report)) terminal.err(`${line}\n`);
  const summary = terminal.env?.GITHUB_STEP_SUMMARY;
  if (summary === undefined || summary === '') return;
  try {
    appendFileSync(summary, stepSummary(report));
  } catch (cause) {
    terminal.err(`igc: no step summary was written: ${(cause as Error).message}\n`);
  }
}

/** A terminal on which nothing that is printed is a command to GitHub's runner. Elsewhere the same. */
export function guarded(terminal: Terminal): Terminal {
  if (!isActions(terminal)) return terminal;
  return {
    ...terminal,
    out: (text) => terminal.out(inert(text)),
    err: (text) => terminal.err(inert(text)),
  };
}
