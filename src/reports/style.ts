import { type Level, levels } from './grid.ts';
import { palette } from './svg.ts';

/** In the dark what is worse is brighter. */
const dark: Readonly<Record<Level, string>> = {
  0: '#26332e',
  1: '#66430f',
  2: '#a3541b',
  3: '#e0702c',
  4: '#f8b04c',
  5: '#fff0b8',
  6: '#5b97ff',
};

const fills = (colours: Readonly<Record<Level, string>>) =>
  levels.map((level) => `--e${level}:${colours[level]}`).join(';');

/** The style sheet of the page. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--panel:#f6f8f7;--line:#dde4e0;--ink:#1b2320;--dim:#5d6b65;
--good:#1a7f4b;--bad:#c0263b;--odd:#9a6700;${fills(palette)}}
@media(prefers-color-scheme:dark){:root{--bg:#121715;--panel:#19201d;--line:#2d3833;--ink:#e4ebe7;--dim:#94a39c;
--good:#4cc38a;--bad:#ff7a85;--odd:#e3b341;${fills(dark)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}
main{max-width:1000px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:22px;margin:0 0 4px;overflow-wrap:anywhere}h2{font-size:18px;margin:36px 0 8px;overflow-wrap:anywhere}
h3{font-size:15px;margin:22px 0 6px}
p{margin:6px 0;overflow-wrap:anywhere}.dim,figcaption,dt{color:var(--dim)}
.badge{display:inline-block;font-weight:700;letter-spacing:.03em;padding:1px 9px;border-radius:5px;color:var(--bg);
background:var(--odd);margin-right:10px}
.good.badge{background:var(--good)}.bad.badge{background:var(--bad)}
td.good{color:var(--good)}td.bad{color:var(--bad)}td.odd{color:var(--odd)}
.lead{font-size:16px}.pattern{font-weight:600}
.finding{border:1px solid var(--line);border-left:4px solid var(--bad);border-radius:8px;padding:6px 20px 16px;margin:18px 0;
background:var(--panel)}
.finding h2{margin-top:10px}
.mend{border-left:3px solid var(--good);padding-left:10px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:10px 0}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:14px;margin:8px 0}
th,td{text-align:left;padding:3px 14px 3px 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--dim);font-weight:500}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.text{overflow-wrap:anywhere}
code,pre,.mono{font-family:ui-monospace,'SF Mono',Menlo,Consolas,monospace;font-size:13px}
pre{background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:9px 12px;margin:6px 0;white-space:pre-wrap;
overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:18px 30px;align-items:flex-start}
figure{margin:6px 0;max-width:100%}figcaption{font-size:13px;margin-top:2px}
svg{max-width:100%;height:auto;display:block}svg text{fill:var(--dim);font-family:inherit}
svg path{shape-rendering:crispEdges}.share{fill:var(--bad)}
${levels.map((level) => `.e${level}{fill:var(--e${level})}`).join('')}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;padding:0;margin:4px 0 14px;font-size:13px}
.legend li{display:flex;align-items:center;gap:6px}
tr.hot td{font-weight:700;color:var(--bad)}
footer{margin-top:40px;color:var(--dim);font-size:13px}a{color:inherit}
@media(max-width:640px){main{padding:20px 12px 40px}.finding{padding:6px 12px 12px}figure{overflow-x:auto}svg{max-width:none}}
@media print{.finding{break-inside:avoid}}
`;
