// grammar.test.js: the scopes that VS Code's own tokenizer gives to rules.
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');

const oniguruma = require('vscode-oniguruma');
const { Registry, parseRawGrammar, INITIAL } = require('vscode-textmate');

const file = path.join(__dirname, '..', 'syntaxes', 'suricata.tmLanguage.json');

// Text, and what some of its words are.
const CASES = [
  ['alert http $HOME_NET any -> any any (msg:"a |0d 0a| \\"b"; http.uri; to_lowercase; content:"x"; http_uri; bsize:>3; contnet:"y"; sid:12;)', {
    alert: 'keyword.control.action', http: 'storage.type.protocol', $HOME_NET: 'variable.other', '->': 'keyword.operator.direction', msg: 'keyword.other.option',
    '|0d 0a|': 'constant.numeric.hexadecimal', '\\"': 'constant.character.escape', 'http.uri': 'support.variable.buffer', to_lowercase: 'support.function.transform',
    content: 'keyword.other.option', http_uri: 'invalid.deprecated.keyword', contnet: 'entity.name.unknown', 3: 'constant.numeric', 12: 'constant.numeric',
  }],
  ['drop:flow tcp:all 10.0.0.0/8 any <> any any (ssl_state:client_hello; file_data; flowbits:set,a;)', {
    drop: 'keyword.control.action', ':flow': 'storage.modifier.scope', tcp: 'storage.type.protocol', '10.0.0.0/8': 'constant.numeric.address', file_data: 'support.variable.buffer', flowbits: 'keyword.other.option',
  }],
  ['# a comment with alert tcp', { '# a comment with alert tcp': 'comment.line' }],
  ['# sluice: disable=weak-fast-pattern', { 'sluice: disable=': 'keyword.other.directive', 'weak-fast-pattern': 'constant.other.code' }],
];

async function main() {
  const wasm = fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer;
  await oniguruma.loadWASM(wasm);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner: (p) => new oniguruma.OnigScanner(p), createOnigString: (s) => new oniguruma.OnigString(s) }),
    loadGrammar: async () => parseRawGrammar(fs.readFileSync(file, 'utf8'), file),
  });
  const grammar = await registry.loadGrammar('source.suricata');
  for (const [text, words] of CASES) {
    const tokens = grammar.tokenizeLine(text, INITIAL).tokens.map((t) => [text.slice(t.startIndex, t.endIndex), t.scopes.join(' ')]);
    for (const [word, scope] of Object.entries(words))
      assert.ok(tokens.some(([t, s]) => t === word && s.includes(scope)), `${word} is not ${scope}: ${JSON.stringify(tokens)}`);
  }
  console.log('ok scopes of ' + CASES.length + ' lines');
}

main().catch((error) => { console.error(error); process.exit(1); });
