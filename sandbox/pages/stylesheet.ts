/** The sandbox's own look; plain on purpose, so that no one takes it for the real thing. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --surface: light-dark(#f6f5f2, #16181b);
  --raised: light-dark(#ffffff, #1f2226);
  --border: light-dark(#d5d2ca, #3a3f46);
  --control-border: light-dark(#827d71, #868d97);
  --text: light-dark(#1d1f23, #eceef1);
  --muted: light-dark(#5c5f66, #a9b0ba);
  --accent: light-dark(#1f5f8b, #86c1ea);
  --on-accent: light-dark(#ffffff, #10202c);
  --caution: light-dark(#7a4b00, #f0c36d);
  --caution-surface: light-dark(#fdf1d6, #352a12);
  --critical: light-dark(#a3231f, #ff9d94);
  --positive: light-dark(#1c6b3f, #82d3a4);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--surface);
  color: var(--text);
  font: 15px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
.banner {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 24px;
  justify-content: space-between;
  padding: 8px 16px;
  background: var(--caution-surface);
  color: var(--caution);
  border-bottom: 1px solid var(--border);
  font-size: 13px;
}
.banner p { margin: 0; }
.banner nav { display: flex; gap: 16px; }
.banner a { color: inherit; padding: 2px 0; }
main { margin: 0 auto; padding: 24px 16px 64px; max-width: 520px; }
.wide main { max-width: 1240px; }
h1 { font-size: 22px; line-height: 1.25; margin: 0 0 12px; }
h2 { font-size: 16px; margin: 28px 0 8px; }
p { margin: 0 0 12px; }
.muted, small { color: var(--muted); font-size: 13px; }
small { display: block; }
a { color: var(--accent); }
code { font: 13px/1.5 ui-monospace, monospace; }
fieldset { border: 0; margin: 0 0 16px; padding: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; margin-bottom: 8px; }
.steps { color: var(--muted); font-size: 13px; margin-bottom: 4px; }
.choices { display: grid; gap: 8px; list-style: none; margin: 0 0 16px; padding: 0; }
.choice {
  display: flex;
  gap: 12px;
  align-items: flex-start;
  width: 100%;
  padding: 12px;
  background: var(--raised);
  border: 1px solid var(--border);
  border-radius: 8px;
  text-align: start;
}
fieldset > .choices { margin: 0; }
label.choice { cursor: pointer; }
.choice:has(:checked) { border-color: var(--accent); }
.choice > span { min-width: 0; flex: 1; }
.clamp { display: -webkit-inline-box; max-width: 100%; vertical-align: bottom; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.choice .clamp, h2 .clamp { display: -webkit-box; }
.choice input { margin: 3px 0 0; width: 18px; height: 18px; flex: none; accent-color: var(--accent); }
button {
  font: inherit;
  min-height: 40px;
  padding: 8px 16px;
  border: 1px solid var(--control-border);
  border-radius: 8px;
  background: var(--raised);
  color: var(--text);
  cursor: pointer;
}
button:hover { border-color: var(--accent); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.danger { color: var(--critical); }
.wide button { min-height: 32px; padding: 4px 12px; font-size: 14px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; align-items: center; }
.actions form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.field { display: grid; gap: 4px; margin-bottom: 16px; }
input[type="text"], select {
  font: inherit;
  padding: 8px 12px;
  min-height: 40px;
  max-width: 100%;
  border: 1px solid var(--control-border);
  border-radius: 8px;
  background: var(--raised);
  color: var(--text);
}
.wide select { min-height: 32px; padding: 4px 8px; font-size: 14px; }
.card { background: var(--raised); border: 1px solid var(--border); border-radius: 8px; padding: 16px; margin-bottom: 12px; }
.card h2 { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
.note { border-inline-start: 3px solid var(--caution); padding: 4px 12px; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(124px, 1fr)); gap: 8px; margin: 0 0 16px; }
.figures div { background: var(--raised); border: 1px solid var(--border); border-radius: 8px; padding: 8px 12px; }
.figures dt { color: var(--muted); font-size: 13px; }
.figures dd { margin: 0; font-size: 20px; font-variant-numeric: tabular-nums; }
.bad { color: var(--critical); font-weight: 600; }
.good { color: var(--positive); }
.scroll { overflow-x: auto; border: 1px solid var(--border); border-radius: 8px; background: var(--raised); }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; text-align: start; border-bottom: 1px solid var(--border); white-space: nowrap; }
th { color: var(--muted); font-weight: 600; }
tbody tr:last-child td { border-bottom: 0; }
td.number { text-align: end; }
pre { white-space: pre-wrap; font: 13px/1.5 ui-monospace, monospace; margin: 0 0 12px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`
