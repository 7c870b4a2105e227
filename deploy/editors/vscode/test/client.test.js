// client.test.js SLUICE: the extension with VS Code's own language client, against `sluice lsp`; VS Code itself is faked (fake-vscode.js).
'use strict';

const assert = require('assert');
const fs = require('fs');
const Module = require('module');
const os = require('os');
const path = require('path');

const fake = require('./fake-vscode.js');
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? fake : load(request, ...rest));
const extension = require('../extension.js');

const { Document, emitter, providers, diagnostics, shown, settings } = fake.fake;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function until(what, name) {
  for (let i = 0; i < 500; i++) {
    const value = await what();
    if (value) return value;
    await sleep(20);
  }
  throw new Error('never: ' + name);
}

const FIRST = 'alert tcp any any -> any any (msg:"é😀"; contnet:"abcdef"; nocase; flowbits:isset,seen.it; classtype:misc-activity; sid:1; rev:1;)\n';
const SECOND = 'alert tcp any any -> any any (msg:"s"; content:"abcdef"; flowbits:set,seen.it; classtype:misc-activity; sid:2; rev:1;)\n';
const token = new fake.CancellationTokenSource().token;

function change(document, from, to, text) {
  const before = document.text;
  const position = (at) => { const lines = before.slice(0, at).split('\n'); return new fake.Position(lines.length - 1, lines[lines.length - 1].length); };
  document.text = before.slice(0, from) + text + before.slice(to);
  document.version++;
  emitter('ChangeTextDocument').fire({ document, contentChanges: [{ range: new fake.Range(position(from), position(to)), rangeOffset: from, rangeLength: to - from, text }] });
}

const at = (document, word, into = 1) => {
  const lines = document.text.slice(0, document.text.indexOf(word) + into).split('\n');
  return new fake.Position(lines.length - 1, lines[lines.length - 1].length);
};

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-'));
  const document = new Document(path.join(folder, 'a.rules'), FIRST + SECOND);
  Object.assign(settings, { command: process.argv[2], set: ['MINE=10.0.0.0/8'] });
  fake.workspace.textDocuments.push(document);
  fake.window.activeTextEditor = { document };
  fake.window.tabGroups.all = [{ tabs: [{ input: new fake.TabInputText(document.uri) }] }];
  const context = { subscriptions: [] };
  await extension.activate(context);
  assert.deepStrictEqual(shown, []);
  console.log('ok the server starts');

  const found = () => diagnostics.get(document.uri.toString());
  const codes = async () => (found() || []).map((d) => (d.code && d.code.value) || d.code).sort();
  await until(async () => (await codes()).includes('unknown-keyword'), 'diagnostics');
  const wrong = found().find((d) => (d.code.value || d.code) === 'unknown-keyword');
  assert.deepStrictEqual([wrong.range.start.line, wrong.range.start.character], [0, FIRST.indexOf('contnet')]);
  console.log('ok diagnostics, where characters have two units before them');

  const spot = document.text.indexOf('contnet');
  change(document, spot + 4, spot + 7, 'ent');
  await until(async () => (await codes()).length === 0, 'mended');
  console.log('ok diagnostics as one types');

  const hover = await providers.Hover.provideHover(document, at(document, 'nocase'), token);
  assert.match(JSON.stringify(hover), /upper and lower case/);
  console.log('ok hover');

  const end = document.text.length;
  change(document, end, end, 'alert http $MINE any -> any any (http.u');
  const list = await providers.CompletionItem.provideCompletionItems(document, at(document, '(http.u', 7), token, { triggerKind: 0 });
  assert.ok((list.items || list).some((item) => item.label === 'http.uri'));
  change(document, end, document.text.length, '');
  console.log('ok completion');

  const renamed = await providers.Rename.provideRenameEdits(document, at(document, 'seen.it'), 'was.seen', token);
  assert.strictEqual(renamed.all.flatMap(([, edits]) => edits).length, 2);
  console.log('ok rename');

  const symbols = await providers.DocumentSymbol.provideDocumentSymbols(document, token);
  assert.strictEqual(symbols.length, 2);
  const definition = await providers.Definition.provideDefinition(document, at(document, 'seen.it'), token);
  assert.strictEqual(JSON.stringify(definition).includes('a.rules'), true);
  console.log('ok symbols and definition');

  await extension.deactivate();
  console.log('ok the server ends');
  fs.rmSync(folder, { recursive: true });
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
