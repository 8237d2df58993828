"""The one style sheet of the people's pages: readable on a phone, by day and by night."""

STYLE = """\
:root { color-scheme: light dark; --ink: #1d2430; --paper: #fbfaf7; --line: #d9d5cb;
  --quiet: #66707f; --accent: #a8480c; --card: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --paper: #15181d; --line: #343a44; --quiet: #9aa4b2;
    --accent: #f0a35e; --card: #1d2128; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline;
  border-bottom: 2px solid var(--accent); padding-bottom: .5rem; }
h1 { font-size: 1.25rem; margin: 0; } h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
a { color: var(--accent); } a:focus-visible, button:focus-visible, input:focus-visible,
select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { width: 1em; height: 1em; margin-right: .25em; vertical-align: -.1em; fill: currentColor; }
svg .hollow { fill: none; stroke: currentColor; stroke-width: 1.3; }
.quiet { color: var(--quiet); font-size: .9rem; } .push { margin-left: auto; }
ul.items { list-style: none; margin: 0; padding: 0; }
ul.items li { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1rem; padding: .6rem 0;
  border-bottom: 1px solid var(--line); }
ul.items .name { flex: 1 1 16rem; white-space: pre-wrap; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .75rem 0; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; background: var(--card);
  padding: .25rem 1rem; margin: 1rem 0; min-width: 0; }
input, select, button, textarea { font: inherit; padding: .5rem .7rem;
  border: 1px solid var(--line);
  border-radius: .4rem; background: var(--card); color: inherit; max-width: 100%;
  min-width: 0; min-height: 2.75rem; }
select { flex: 0 1 auto; text-overflow: ellipsis; max-width: min(100%, 26rem); }
form > label { min-width: 0; }
input[type=text] { flex: 1 1 12rem; }
button { background: var(--accent); color: var(--paper); border-color: var(--accent);
  cursor: pointer; }
fieldset .whole { flex: 1 1 100%; margin: .5rem 0; padding-left: 1.25rem; }
fieldset.row { display: flex; flex-wrap: wrap; gap: 0 2rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
nav.sections { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0; }
ul.items li form { margin: 0; } .ask { display: flex; flex-direction: column; min-width: 0; }
.ask label { font-size: .9rem; color: var(--quiet); } details form { align-items: flex-end; }
section { scroll-margin-top: 1rem; } label { flex: 0 1 auto; }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; padding: .4rem 0; } summary:focus-visible, .wide:focus-visible,
textarea:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul.knobs { flex: 1 1 100%; min-width: 0; list-style: none; margin: 0; padding: 0; }
ul.knobs li { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center;
  padding: .5rem 0; border-bottom: 1px solid var(--line); }
ul.knobs label { flex: 1 1 min(20rem, 100%); } ul.knobs label .quiet { display: block; }
ul.knobs input, ul.knobs select { flex: 0 1 14rem; min-width: 0; }
ul.knobs .turned label { font-weight: 600; }
ul.knobs .quiet { font-weight: 400; } .bar { display: flex; flex-wrap: wrap; gap: .5rem;
  position: sticky; bottom: 0; flex: 1 1 100%; background: var(--paper); margin: 0;
  padding: .75rem 0; }
.wide { overflow-x: auto; max-width: 100%; } pre { background: var(--card); padding: .75rem; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); } td { min-width: 4rem; } .bad td { color: var(--accent); }
.done { border-left: 4px solid var(--quiet); padding: .5rem 1rem; background: var(--card); }
legend { padding: 0 .4rem; font-size: .9rem; color: var(--quiet); }
.links a, header .push a, nav.sections a { margin-right: 1rem; } [aria-current] { font-weight: 700;
  text-decoration: none; color: inherit; } input[type=checkbox] { min-height: 0; width: 1.2rem;
  height: 1.2rem; vertical-align: middle; } textarea { width: 100%; font-family: ui-monospace,
  monospace; font-size: .95rem; tab-size: 4; resize: vertical; }
.warning { border-left: 4px solid var(--accent); padding: .5rem 1rem; background: var(--card); }
"""
