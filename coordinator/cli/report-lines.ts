// A report as people read it: stacks with their ratio to the baseline and how sure it is, failures by cause, machines.
import { ratioReason } from './ratio-reasons.ts';
import { wholeSpaceLines } from './whole-space-lines.ts';
import { formatQuantity, plural } from '../../shared/terminal/format.ts';
import { tableLines } from '../../shared/terminal/table.ts';
import type { Style, Terminal } from '../../shared/terminal/terminal.ts';
import type { Report, ReportLine, ReportRatio, ReportSection, ReportValue } from '../analysis/report.ts';
import type { VerdictWord } from '../analysis/verdict.ts';

/** The metric that tells a benchmark's story; the others are in the JSON form. */
const MAIN_METRICS: readonly string[] = ['wall', 'elapsed', 'rate'];

const VERDICT_STYLES: Readonly<Record<VerdictWord, Style>> = {
  better: 'green',
  worse: 'red',
  same: 'dim',
  undecided: 'dim',
};

/** `3 environments built, 2 reused from earlier; 7 of 30 files fetched` */
function buildsLine({ built, reused, files }: Report['builds']): string {
  const line = `${plural(built, 'environment')} built, ${reused} reused from earlier`;
  return files.needed === 0
    ? line
    : `${line}; ${files.needed - files.reused} of ${files.needed} files fetched`;
}

export function reportLines(terminal: Terminal, report: Report): readonly string[] {
  const { campaign, builds } = report;
  return [
    terminal.style('bold', `${campaign.name}: ${report.requirements.join(', ')}`),
    countsLine(report),
    buildsLine(builds),
    ...report.sections.flatMap((section) => ['', ...sectionLines(terminal, section)]),
    ...wholeSpaceLines(report),
    ...failureLines(terminal, report),
    ...report.machines.flatMap((machine) => [
      '',
      `${terminal.style('bold', 'machine')} ${machine.name}`,
      ...machine.facts.map((fact) => `  ${fact}`),
    ]),
    ...(report.notes.length === 0 ? [] : ['', ...report.notes.map((note) => `note: ${note}`)]),
    '',
    'Ratios are stack by baseline (of times below 1 is faster, of a rate above), trimmed mean of paired blocks with its',
    '95 % interval; one trial each, not corrected for the number of comparisons. "faster" and "slower" need the whole',
    'interval beyond 1 %; while the machine is busy with other things, look at the CPU time under --json too.',
  ];
}

function countsLine({ campaign, counts }: Report): string {
  const parts = [
    `${counts.measured} measured`,
    ...(counts.broken > 0 ? [`${counts.broken} broken`] : []),
    ...(counts.spoiled > 0 ? [`${counts.spoiled} spoiled by the fleet`] : []),
    ...(counts.cancelled > 0 ? [`${counts.cancelled} cancelled`] : []),
    `besides ${plural(counts.baselines, 'baseline')}`,
  ];
  return `${campaign.state}, ${counts.decided} of ${plural(counts.planned, 'inspection')} decided: ${parts.join(', ')}`;
}

function sectionLines(terminal: Terminal, section: ReportSection): readonly string[] {
  const benchmarks = [
    ...new Set(
      section.lines.flatMap((line) =>
        [...line.ratios, ...line.values].filter(isMain).map((one) => one.benchmark),
      ),
    ),
  ];
  const rows = section.lines.map((line) => [
    line.role === 'baseline' ? `${line.label} (baseline)` : line.label,
    ...benchmarks.map((benchmark) => cell(terminal, line, benchmark)),
  ]);
  return [
    `lane ${terminal.style('bold', section.lane)} on ${section.target}`,
    ...tableLines(terminal, [{ title: 'stack' }, ...benchmarks.map((title) => ({ title }))], rows).map(
      (line) => `  ${line}`,
    ),
  ];
}

const isMain = (one: { readonly metric: string }): boolean => MAIN_METRICS.includes(one.metric);

function cell(terminal: Terminal, line: ReportLine, benchmark: string): string {
  const ratio = line.ratios.find((one) => one.benchmark === benchmark && isMain(one));
  const value = line.values.find((one) => one.benchmark === benchmark && isMain(one));
  if (ratio !== undefined) return ratioCell(terminal, ratio, value);
  if (value !== undefined) return formatQuantity(value.median, value.unit);
  return line.outcome ?? 'pending';
}

function ratioCell(terminal: Terminal, ratio: ReportRatio, value: ReportValue | undefined): string {
  const time = value === undefined ? '' : `, ${formatQuantity(value.median, value.unit)}`;
  if (ratio.ratio === null || ratio.low === null || ratio.high === null) {
    return `${ratioReason(ratio.reason)}${time}`;
  }
  const interval = `${ratio.ratio.toFixed(3)} (${ratio.low.toFixed(3)}–${ratio.high.toFixed(3)}, ${ratio.blocks} blocks)`;
  const word = verdictText(ratio);
  const styled = ratio.verdict === null ? word : terminal.style(VERDICT_STYLES[ratio.verdict], word);
  return `${interval} ${styled}${time}`;
}

function verdictText({ verdict, ratio }: ReportRatio): string {
  if (verdict === null || ratio === null) return '';
  const percent = `${(Math.abs(ratio - 1) * 100).toFixed(0)} %`;
  switch (verdict) {
    case 'better':
      return `${percent} faster`;
    case 'worse':
      return `${percent} slower`;
    case 'same':
      return 'the same within 2 %';
    case 'undecided':
      return 'no difference shown';
  }
}

function failureLines(terminal: Terminal, report: Report): readonly string[] {
  if (report.failures.length === 0) return ['', 'nothing failed'];
  return [
    '',
    terminal.style('bold', 'failures by cause'),
    ...report.failures.flatMap((failure) => [
      `  ${terminal.style('red', failure.cause)} while ${failure.phase ?? 'working'}, ${plural(failure.inspections, 'inspection')}: [${failure.code}] ${failure.message.split('\n')[0] ?? ''}`,
      `    ${failure.labels.slice(0, 6).join('; ')}${failure.labels.length > 6 ? ` and ${failure.labels.length - 6} more` : ''}`,
    ]),
  ];
}
