'use strict';
(() => {
  const $ = (id) => document.getElementById(id);
  document.documentElement.classList.add('js');

  /* All content is added as text nodes, so that no text of the report is parsed as markup. */
  const SVG = 'http://www.w3.org/2000/svg';
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'class') element.className = value;
      else if (value !== null && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== ''));
    return element;
  }
  /* Text between backticks of a policy is code. */
  const prose = (text) => text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 ? make('code', {}, part) : part));
  function glyph(verdict, counts = true, extra = '') {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', `g g-${verdict} ${extra}`);
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS(SVG, 'use');
    const quiet = !counts && (verdict === 'fail' || verdict === 'unknown');
    use.setAttribute('href', `#${verdict}${quiet ? '-quiet' : ''}`);
    svg.append(use);
    return svg;
  }

  async function copy(button) {
    const code = button.parentNode.querySelector('code');
    let done = false;
    try {
      await navigator.clipboard.writeText(code.textContent);
      done = true;
    } catch {
      // If the clipboard is not accessible, the user can still copy the selected text.
      getSelection().selectAllChildren(code);
      done = document.execCommand('copy');
    }
    button.textContent = done ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  }
  function ready(button) {
    button.hidden = false;
    button.addEventListener('click', () => copy(button));
    return button;
  }
  document.querySelectorAll('.copy').forEach(ready);
  function block(text) {
    return make('div', { class: 'code' }, make('p', { class: 'label' }, 'In Terraform'),
      ready(make('button', { type: 'button', class: 'copy' }, 'Copy')),
      make('pre', { tabindex: '0', role: 'group', 'aria-label': 'In Terraform' }, make('code', {}, text)));
  }

  if (!$('data')) return;

  /* The report: rows of numbers that refer to its tables. */
  const VERDICTS = ['pass', 'fail', 'unknown', 'waived', 'not-applicable'];
  const SEVERITIES = ['error', 'warning', 'note'];
  const WORDS = { pass: 'passed', fail: 'failed', unknown: 'unknown', waived: 'waived', 'not-applicable': 'not applicable' };
  /* The worst result decides how a cell with several results looks. */
  const WEIGHTS = { fail: 50, unknown: 40, waived: 30, pass: 20, 'not-applicable': 10 };
  const data = JSON.parse($('data').textContent);
  const say = (number) => (number === null || number === undefined ? null : data.texts[number]);
  const rules = data.rules;
  const clients = data.clients.map(([root, address, name, grant], index) => ({
    index, root: say(root), address: say(address), name: say(name), grant: say(grant),
    cells: new Map(), haystack: null,
  }));
  const results = data.results.map(([client, rule, code, message, detail, hcl, path, line, excerpt]) => ({
    rule, client, counts: code % 2 === 1, severity: SEVERITIES[(code >> 1) % 3], verdict: VERDICTS[Math.floor(code / 6)],
    message: say(message), detail: data.details[detail], hcl: say(hcl),
    path: say(path), line, excerpt: say(excerpt),
  }));
  for (const result of results) {
    const { cells } = clients[result.client];
    if (!cells.has(result.rule)) cells.set(result.rule, []);
    cells.get(result.rule).push(result);
  }
  const needy = (result) => result.verdict === 'fail' || result.verdict === 'unknown';
  const weight = (result) => WEIGHTS[result.verdict] + (needy(result) && result.counts ? 20 : 0);
  const worst = (found) => found.reduce((a, b) => (weight(b) > weight(a) ? b : a));
  const label = (client) => client.name || client.address || 'no client';
  const rootName = (root) => (root === null ? 'All sources' : root);

  /* The view. The URL stores it, so that a link shows the same view. */
  const BIG = 50;
  const DEFAULT_ATTENTION = clients.length > BIG && results.some(needy);
  const fresh = () => ({ q: '', verdicts: new Set(), rule: '', root: '', severity: '', attention: DEFAULT_ATTENTION });
  const roots = [...new Set(clients.map((client) => client.root))];
  let state = fresh();
  let chosen = { client: null, rule: 0 };
  /* Whether the user chose the cell; the default is the worst visible one. */
  let picked = false;

  function readHash() {
    const asked = new URLSearchParams(location.hash.slice(1));
    state = fresh();
    state.q = asked.get('q') || '';
    state.verdicts = new Set((asked.get('verdict') || '').split(',').filter((each) => VERDICTS.includes(each)));
    if (rules.some((rule) => rule.id === asked.get('rule'))) state.rule = asked.get('rule');
    if (roots.some((root) => rootName(root) === asked.get('root'))) state.root = asked.get('root');
    if (SEVERITIES.includes(asked.get('severity'))) state.severity = asked.get('severity');
    if (asked.has('attention')) state.attention = asked.get('attention') === '1';
    const rule = rules.findIndex((each) => each.id === asked.get('at'));
    const client = clients.find((each) => asked.has('client') && each.address === asked.get('client') && (!asked.has('in') || rootName(each.root) === asked.get('in')));
    chosen = client ? { client: client.index, rule: Math.max(rule, 0) } : { client: null, rule: 0 };
    picked = Boolean(client);
  }
  function writeHash() {
    const asked = new URLSearchParams();
    for (const key of ['q', 'rule', 'root', 'severity']) if (state[key]) asked.set(key, state[key]);
    if (state.verdicts.size) asked.set('verdict', [...state.verdicts].join(','));
    if (state.attention !== DEFAULT_ATTENTION) asked.set('attention', state.attention ? '1' : '0');
    if (picked && clients[chosen.client].address !== null) {
      asked.set('client', clients[chosen.client].address);
      if (roots.length > 1) asked.set('in', rootName(clients[chosen.client].root));
      asked.set('at', rules[chosen.rule].id);
    }
    const hash = asked.toString();
    try {
      history.replaceState(null, '', hash ? `#${hash}` : `${location.pathname}${location.search}`);
    } catch { /* A frame without its own URL has no link to store. */ }
  }

  /* Filters. */
  let shownRows = [];
  let shownRules = [];
  let words = [];
  const fits = (result) => (!state.verdicts.size || state.verdicts.has(result.verdict))
    && (!state.severity || result.severity === state.severity)
    && (!state.rule || rules[result.rule].id === state.rule)
    && (!state.attention || needy(result));
  function haystack(client) {
    if (client.haystack === null) {
      const parts = [rootName(client.root), client.address, client.name, client.grant];
      for (const [rule, found] of client.cells) {
        parts.push(rules[rule].id, rules[rule].title, ...rules[rule].operations, ...found.map((result) => result.message));
      }
      client.haystack = parts.filter(Boolean).join('\n').toLowerCase();
    }
    return client.haystack;
  }
  function passes(client) {
    if (state.root && rootName(client.root) !== state.root) return false;
    if (!words.every((word) => haystack(client).includes(word))) return false;
    for (const found of client.cells.values()) if (found.some(fits)) return true;
    return false;
  }
  function applyFilters() {
    words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    shownRules = rules.map((_, index) => index).filter((index) => !state.rule || rules[index].id === state.rule);
    const kept = clients.filter(passes);
    shownRows = [];
    let last;
    for (const client of kept) {
      if (roots.length > 1 && client.root !== last) shownRows.push({ root: client.root });
      last = client.root;
      shownRows.push({ client });
    }
    const all = clients.filter((client) => client.name !== null).length;
    const some = kept.filter((client) => client.name !== null).length;
    $('shown').textContent = some === all ? `${all} ${all === 1 ? 'client' : 'clients'}` : `${some} of ${all} clients`;
    const touched = state.q || state.verdicts.size || state.rule || state.root || state.severity || state.attention;
    $('reset').hidden = !touched;
    $('reset').parentNode.hidden = clients.length < 2 && !touched;
    $('reset').textContent = state.attention && !(state.q || state.verdicts.size || state.rule || state.root || state.severity) ? 'Show all' : 'Clear filters';
    $('empty').hidden = kept.length > 0;
    $('grid').hidden = kept.length === 0;
    if (!picked || !kept.includes(clients[chosen.client]) || !shownRules.includes(chosen.rule)) chooseFirst(kept);
    drawHead();
    drawRows(true);
    if (rowOf() >= 0) reveal(rowOf(), false);
    drawPanel();
    writeHash();
  }
  function chooseFirst(kept) {
    picked = false;
    let best = null;
    for (const client of kept) {
      for (const [rule, found] of client.cells) {
        const fitting = found.filter(fits);
        if (fitting.length && (best === null || weight(worst(fitting)) > best.weight)) best = { client: client.index, rule, weight: weight(worst(fitting)) };
      }
      if (best !== null && best.weight >= 70) break;
    }
    chosen = best === null ? { client: null, rule: 0 } : { client: best.client, rule: best.rule };
  }

  /* The table. The document only has the visible rows and some around them. */
  const scroller = $('scroller');
  const grid = $('grid');
  const SPARE = 12;
  const STEP = 8;
  let drawn = null;
  let rowHeight = 44;
  /* A summary of each rule. If no result needs attention, it is the best verdict of the rule. */
  const summaries = rules.map((_, index) => {
    const found = clients.map((client) => client.cells.get(index)).filter(Boolean);
    const needing = found.filter((each) => each.some(needy)).length;
    const said = ['pass', 'waived', 'not-applicable'].find((verdict) => found.some((each) => each.some((result) => result.verdict === verdict)));
    return needing ? `${needing} to look at` : WORDS[said];
  });
  function drawHead() {
    const narrow = innerWidth < 640;
    /* Ids may break at hyphens. */
    const longest = Math.max(...shownRules.map((index) => Math.max(...rules[index].id.split('-').map((part) => part.length))));
    const width = Math.min(narrow ? 96 : 112, Math.max(narrow || shownRules.length > 6 ? 64 : 88, longest * 7.2 + 16));
    const cells = shownRules.map((index) => {
      const rule = rules[index];
      const cell = make('th', { scope: 'col', title: rule.title }, rule.id, make('small', {}, summaries[index]));
      cell.style.width = `${width}px`;
      return cell;
    });
    const corner = make('th', { scope: 'col' }, 'Client');
    grid.tHead.replaceChildren(make('tr', { 'aria-rowindex': '1' }, corner, ...cells));
    grid.style.minWidth = `${(narrow ? 144 : 264) + width * shownRules.length}px`;
    grid.setAttribute('aria-rowcount', shownRows.length + 1);
    grid.setAttribute('aria-colcount', shownRules.length + 1);
  }
  function drawRow(row, number) {
    if (!row.client) {
      const head = make('th', { scope: 'rowgroup', colspan: shownRules.length + 1 }, make('code', { title: rootName(row.root) }, rootName(row.root)));
      return make('tr', { class: 'root', 'aria-rowindex': number + 2 }, head);
    }
    const { client } = row;
    const head = make('th', { scope: 'row', title: [label(client), client.address, client.grant].filter(Boolean).join('\n') },
      make('b', {}, label(client)),
      make('small', {}, client.address === null ? 'a rule that must match one' : client.address));
    head.addEventListener('click', () => {
      const found = [...client.cells].filter(([rule]) => shownRules.includes(rule));
      found.sort((a, b) => weight(worst(b[1])) - weight(worst(a[1])));
      choose(number, found.length ? found[0][0] : shownRules[0], true);
    });
    const line = make('tr', { 'aria-rowindex': number + 2, class: chosen.client === client.index ? 'current' : '' }, head);
    for (const rule of shownRules) {
      const found = client.cells.get(rule);
      const current = chosen.client === client.index && chosen.rule === rule;
      const cell = make('td', { tabindex: current ? '0' : '-1', 'aria-selected': current ? 'true' : 'false' });
      let told = rules[rule].kind === 'policy' ? 'the rule is not about it' : 'did not fire';
      if (found) {
        const shown = worst(found);
        cell.append(glyph(shown.verdict, shown.counts));
        told = WORDS[shown.verdict] + (needy(shown) && !shown.counts ? ', not counted' : '');
        if (!found.some(fits)) cell.classList.add('dim');
      }
      if (current) cell.classList.add('current');
      cell.setAttribute('aria-label', `${label(client)}, ${rules[rule].id}: ${told}`);
      cell.addEventListener('click', () => choose(number, rule, true));
      line.append(cell);
    }
    return line;
  }
  function drawRows(anew) {
    const visible = Math.ceil(scroller.clientHeight / rowHeight) || 20;
    const top = Math.floor(scroller.scrollTop / rowHeight);
    const from = Math.max(0, Math.floor((top - SPARE) / STEP) * STEP);
    const to = Math.min(shownRows.length, Math.ceil((top + visible + SPARE) / STEP) * STEP);
    if (!anew && drawn && drawn.from === from && drawn.to === to) return;
    const focused = grid.contains(document.activeElement);
    drawn = { from, to };
    $('pad').style.paddingTop = `${from * rowHeight}px`;
    $('pad').style.paddingBottom = `${(shownRows.length - to) * rowHeight}px`;
    grid.tBodies[0].replaceChildren(...shownRows.slice(from, to).map((row, index) => drawRow(row, from + index)));
    /* If the chosen row is not in the document, the scroll box receives the keys. */
    const current = grid.querySelector('td.current');
    scroller.tabIndex = current ? -1 : 0;
    if (focused) (current || scroller).focus({ preventScroll: true });
  }
  const rowOf = () => shownRows.findIndex((row) => row.client && row.client.index === chosen.client);
  function reveal(number, anew) {
    const head = grid.tHead.offsetHeight;
    const top = number * rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (head + top + rowHeight > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = head + top + rowHeight - scroller.clientHeight + 2;
    drawRows(anew);
    const cell = grid.querySelector('td.current');
    if (!cell) return;
    const left = cell.offsetLeft - grid.tHead.rows[0].cells[0].offsetWidth;
    if (left < scroller.scrollLeft) scroller.scrollLeft = left;
    else if (cell.offsetLeft + cell.offsetWidth > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = cell.offsetLeft + cell.offsetWidth - scroller.clientWidth;
  }
  function choose(number, rule, byPointer) {
    chosen = { client: shownRows[number].client.index, rule };
    picked = true;
    reveal(number, true);
    const cell = grid.querySelector('td.current');
    if (cell) cell.focus({ preventScroll: true });
    drawPanel();
    writeHash();
    if (byPointer && innerWidth < 1024) $('panel').scrollIntoView({ block: 'nearest' });
  }
  function move(event) {
    if (event.altKey || event.metaKey || chosen.client === null) return;
    let row = rowOf();
    let column = shownRules.indexOf(chosen.rule);
    const last = shownRows.length - 1;
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
    const go = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-page, 0], PageDown: [page, 0],
      Home: event.ctrlKey ? [-last, -column] : [0, -column],
      End: event.ctrlKey ? [last, shownRules.length] : [0, shownRules.length],
    }[event.key];
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const heading = $('panel').querySelector('h3');
      heading.focus();
      heading.scrollIntoView({ block: 'nearest' });
      return;
    }
    if (!go) return;
    event.preventDefault();
    row = Math.min(last, Math.max(0, row + go[0]));
    /* Skip the rows of roots; above the first client, turn back. */
    const way = go[0] < 0 ? -1 : 1;
    while (shownRows[row] && !shownRows[row].client) row += way;
    if (!shownRows[row]) { row = 0; while (!shownRows[row].client) row += 1; }
    column = Math.min(shownRules.length - 1, Math.max(0, column + go[1]));
    choose(row, shownRules[column], false);
  }

  /* The path from the client to the operation. Each station shows its own status. */
  const where = (division) => ({ home: 'in the home division', '*': 'in all divisions', all: 'in all divisions', any: '' }[division] ?? (division ? `in division ${division}` : ''));
  function stations(result, client) {
    const { detail, verdict } = result;
    const rule = rules[result.rule];
    const failed = verdict === 'fail' || (verdict === 'waived' && !detail.reasons);
    const lack = failed ? 'missing' : 'open';
    const way = [];
    const add = (what, name, said, how, edge) => way.push({ what, name, said, how, edge });
    if (client.address === null) add('Client', 'none matches', '', lack, 'no such client');
    else if (client.name === null) add('Module', client.address, 'was not read', 'open', 'not known');
    else add('Client', label(client), client.address === label(client) ? '' : client.address, 'there');
    const needs = detail.missing || [];
    const roles = detail.roles || [];
    if (detail.setting) {
      const [name, expected, actual] = detail.setting;
      add('Setting', `${name} = ${actual}`, `expected: ${expected}`, verdict === 'pass' ? 'held' : lack, 'not as the rule asks');
    } else if (client.name !== null) {
      const machine = client.grant === 'CLIENT-CREDENTIALS';
      if (client.grant) add('Grant type', client.grant, machine ? 'its roles decide' : 'its scopes decide', 'there');
      else add('Grant type', 'not known', '', 'open', 'not known');
      if (rule.kind === 'policy' && (roles.length || (machine && needs.some((need) => need.kind === 'permission')))) {
        const open = lack === 'open' && needs.length;
        if (roles.length) for (const [role, division] of roles) add('Role', role, where(division), 'there');
        else add('Role', open ? 'not known' : 'none', '', lack, open ? 'not known' : 'no role is granted');
      }
      for (const name of detail.scopes || []) add('Scope', name, 'held', 'held');
      for (const [role, permission, division] of detail.through || []) add('Permission', permission, [`granted by ${role}`, where(division)].filter(Boolean).join(' '), 'held');
      for (const need of needs) {
        const what = need.kind === 'scope' ? 'Scope' : 'Permission';
        const edge = lack === 'open' ? 'not known' : need.kind === 'scope' ? 'not among its scopes' : `not granted ${where(need.division)}`.trim();
        add(what, need.names.join(' or '), lack === 'open' ? 'perhaps missing' : 'missing', lack, edge);
      }
      for (const held of detail.forbidden || []) {
        const by = [held.role && !roles.length ? `granted by ${held.role}` : '', where(held.division)].filter(Boolean).join(' ');
        add(held.kind === 'scope' ? 'Scope' : 'Permission', held.held, [by, held.pattern === held.held ? '' : `matches ${held.pattern}`].filter(Boolean).join('; '), 'bad');
      }
    }
    const broken = way.some((each) => each.how === 'missing');
    const open = way.some((each) => each.how === 'open');
    const reached = way.some((each) => each.how === 'bad');
    const ends = {
      pass: ['reached', 'held'], fail: [reached ? 'reached, and forbidden' : broken ? 'not reached' : 'violated', 'bad'],
      unknown: ['not decided', 'open'], waived: ['waived', 'off'], 'not-applicable': ['does not concern this client', 'off'],
    };
    let [said, how] = ends[verdict];
    const operation = rule.operations.join(', ');
    if (verdict === 'pass' && !operation) said = 'satisfied';
    /* Terraform does not show the permissions of the user who logs in. */
    else if (verdict === 'pass' && client.grant !== 'CLIENT-CREDENTIALS') said = 'reached, as far as the client decides it';
    if (broken && verdict === 'fail') how = 'lost';
    if (detail.setting && verdict === 'fail') said = 'violated';
    add(operation ? (rule.operations.length > 1 ? 'Operations' : 'Operation') : 'Rule', operation || rule.title || rule.id, said, how,
      client.address === null ? 'no client to start from' : verdict === 'unknown' && !open ? 'not known' : null);
    return way;
  }
  const SIGNS = { there: 'there', held: 'held', missing: 'gone', open: 'gone', bad: 'fail', off: 'lost', lost: 'lost' };
  function chain(result, client) {
    const way = stations(result, client);
    let lost = false;
    const list = make('ol', { class: 'chain', 'aria-label': 'From the client to what the rule is about' });
    way.forEach((station, index) => {
      const next = way[index + 1];
      const classes = [station.how === 'lost' ? 'off' : station.how];
      let note = null;
      if (station.how === 'missing' || (station.how === 'open' && next)) lost = true;
      if (next) {
        if (next.how === 'missing') { classes.push('cut'); note = glyph('cut'); }
        else if (next.how === 'open' && next.edge) { classes.push('doubt'); note = glyph('doubt'); }
        else if (next.how === 'bad') classes.push('alarm');
        else if (lost || next.how === 'off') classes.push('faded');
      }
      const item = make('li', { class: classes.join(' ') }, glyph(SIGNS[station.how], true, 'dot'),
        make('span', { class: 'what' }, station.what), make('span', { class: 'name' }, station.name),
        station.said ? make('span', { class: 'said' }, station.said) : '');
      if (note) item.append(make('span', { class: 'break' }, note, next.edge || ''));
      list.append(item);
    });
    return list;
  }

  /* The details of one client and one rule. */
  function drawPanel() {
    const panel = $('panel');
    if (chosen.client === null) {
      panel.replaceChildren(make('p', { class: 'faint' }, 'Nothing is chosen.'));
      return;
    }
    const client = clients[chosen.client];
    const rule = rules[chosen.rule];
    const found = client.cells.get(chosen.rule) || [];
    const heading = make('h3', { tabindex: '-1' }, make('code', {}, rule.id), rule.title ? ` ${rule.title}` : '');
    const parts = [heading];
    if (!found.length) parts.push(make('p', {}, make('b', {}, label(client)), rule.kind === 'policy' ? ': the rule is not about this client.' : ': the check did not fire.'));
    for (const result of found) {
      const { detail } = result;
      const told = `${WORDS[result.verdict][0].toUpperCase()}${WORDS[result.verdict].slice(1)}`;
      const quiet = needy(result) && !result.counts ? ', not counted' : '';
      const story = make('div', {},
        make('p', { class: `verdict v-${result.verdict}` }, glyph(result.verdict, result.counts), make('span', {}, told, make('span', { class: 'faint' }, ` ${result.severity}${quiet}`))),
        make('p', {}, result.message), chain(result, client));
      const list = make('dl');
      const field = (name, ...content) => list.append(make('dt', {}, name), make('dd', {}, ...content));
      for (const [reference, decided] of detail.reasons || []) field('Not known', make('code', {}, reference), `\ndecided by ${decided}`);
      if (detail.waiver) field('Waived', `${detail.waiver[0]}\nthrough ${detail.waiver[1]}, by ${detail.waiver[2]}`);
      if (detail.fix && needy(result)) field('Fix', ...prose(detail.fix));
      if (result.hcl) list.append(make('dd', {}, block(result.hcl)));
      if (result.path) {
        const place = make('code', {}, `${result.path}:${result.line}`);
        if (result.excerpt) field('Where', place, make('pre', { tabindex: '0', role: 'group', 'aria-label': 'The line' }, make('code', {}, result.excerpt.trim())));
        else field('Where', place);
        for (const call of detail.calls || []) field('Called from', make('code', {}, call));
        for (const place of detail.values || []) field('Value from', make('code', {}, place));
      }
      if (detail.why && needy(result)) field('Why', ...prose(detail.why));
      parts.push(make('div', { class: 'result' }, story, list.children.length ? list : ''));
    }
    panel.replaceChildren(...parts);
    panel.scrollTop = 0;
  }

  /* The controls. */
  function choices(select, every, options) {
    select.append(make('option', { value: '' }, every), ...options.map(([value, text]) => make('option', { value }, text)));
    $(`${select.id}-field`).hidden = options.length < 2;
  }
  function setControls() {
    $('q').value = state.q;
    $('rule').value = state.rule;
    $('root').value = state.root;
    $('severity').value = state.severity;
    $('attention').checked = state.attention;
    for (const box of $('verdicts').querySelectorAll('input')) box.checked = state.verdicts.has(box.value);
  }
  function setUp() {
    choices($('rule'), 'all rules', rules.map((rule) => [rule.id, rule.title ? `${rule.id}: ${rule.title}` : rule.id]));
    choices($('root'), 'all roots', roots.map((root) => [rootName(root), rootName(root)]));
    choices($('severity'), 'all severities', SEVERITIES.filter((each) => results.some((result) => result.severity === each)).map((each) => [each, each]));
    for (const verdict of ['fail', 'unknown', 'waived', 'pass', 'not-applicable']) {
      const number = results.filter((result) => result.verdict === verdict).length;
      if (!number) continue;
      $('verdicts').append(make('label', { class: 'chip' }, make('input', { type: 'checkbox', value: verdict }), glyph(verdict), `${WORDS[verdict]} ${number}`));
    }
    const form = $('filters');
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', (event) => {
      const { target } = event;
      if (target.id === 'attention') {
        state.attention = target.checked;
        if (target.checked) state.verdicts = new Set([...state.verdicts].filter((each) => each === 'fail' || each === 'unknown'));
      } else if (target.type === 'checkbox') {
        if (target.checked) state.verdicts.add(target.value); else state.verdicts.delete(target.value);
        if (target.checked && target.value !== 'fail' && target.value !== 'unknown') state.attention = false;
      } else {
        state[target.id] = target.value;
      }
      scroller.scrollTop = 0;
      setControls();
      applyFilters();
    });
    $('reset').addEventListener('click', () => {
      state = { ...fresh(), attention: false };
      setControls();
      applyFilters();
      $('q').focus();
    });
    let waiting = false;
    scroller.addEventListener('scroll', () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; drawRows(false); });
    }, { passive: true });
    scroller.addEventListener('keydown', move);
    $('panel').addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && chosen.client !== null && rowOf() >= 0) choose(rowOf(), chosen.rule, false);
    });
    addEventListener('resize', () => { measure(); drawHead(); drawRows(true); });
    addEventListener('hashchange', start);
  }
  function measure() {
    rowHeight = parseFloat(getComputedStyle(document.documentElement).fontSize) * 2.75;
  }
  function start() {
    readHash();
    setControls();
    applyFilters();
  }
  $('explorer').hidden = false;
  $('filters').hidden = clients.length < 2;
  /* The details need a different layout beside a short table. */
  if (clients.length <= 4) document.querySelector('.split').classList.add('few');
  measure();
  setUp();
  start();
})();
