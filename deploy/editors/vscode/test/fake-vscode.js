// As much of VS Code's interface as its language client needs to run outside of it: documents, diagnostics, providers. What it only touches
// (kinds, classes that it derives from) is made as it is named.
'use strict';

const { pathToFileURL, fileURLToPath } = require('url');

class Disposable {
  constructor(dispose) { this.dispose = dispose || (() => {}); }
  static from() { return new Disposable(); }
}

class EventEmitter {
  constructor() {
    this.listeners = [];
    this.event = (listener, self) => {
      this.listeners.push([listener, self]);
      return new Disposable();
    };
  }
  fire(value) { for (const [listener, self] of this.listeners) listener.call(self, value); }
  dispose() {}
}

class Position {
  constructor(line, character) { Object.assign(this, { line, character }); }
}

class Range {
  constructor(a, b, c, d) {
    this.start = a instanceof Position ? a : new Position(a, b);
    this.end = a instanceof Position ? b : new Position(c, d);
  }
}

class Uri {
  constructor(text) { Object.assign(this, { text, scheme: text.split(':')[0], fsPath: text.startsWith('file:') ? fileURLToPath(text) : text }); this.path = this.fsPath; }
  static parse(text) { return new Uri(text); }
  static file(path) { return new Uri(pathToFileURL(path).href); }
  toString() { return this.text; }
}

class TextEdit {
  constructor(range, newText) { Object.assign(this, { range, newText }); }
  static replace(range, text) { return new TextEdit(range, text); }
}

class WorkspaceEdit {
  constructor() { this.all = []; }
  set(uri, edits) { this.all.push([uri, edits]); }
}

class CancellationTokenSource {
  constructor() { this.token = { isCancellationRequested: false, onCancellationRequested: () => new Disposable() }; }
  cancel() {}
  dispose() {}
}

class TabInputText {
  constructor(uri) { this.uri = uri; }
}

class CompletionList {
  constructor(items, isIncomplete) { Object.assign(this, { items, isIncomplete }); }
}

class MarkdownString {
  constructor(value = '') { this.value = value; }
  appendMarkdown(text) { this.value += text; return this; }
  appendText(text) { this.value += text; return this; }
  appendCodeblock(text) { this.value += text; return this; }
}

class CodeActionKind {
  constructor(value) { this.value = value; }
  append(part) { return new CodeActionKind(this.value ? `${this.value}.${part}` : part); }
}
CodeActionKind.Empty = new CodeActionKind('');
CodeActionKind.QuickFix = new CodeActionKind('quickfix');

class Document {
  constructor(path, text) { Object.assign(this, { uri: Uri.file(path), fileName: path, languageId: 'suricata', version: 1, text, isClosed: false }); }
  getText() { return this.text; }
  get lineCount() { return this.text.split('\n').length; }
}

const emitters = {};
const emitter = (name) => (emitters[name] = emitters[name] || new EventEmitter());
const providers = {};
const diagnostics = new Map();
const shown = [];
const settings = {};
const handlers = {};

const languages = new Proxy({
  match: (selector, document) => (selector.some((s) => s.language === document.languageId && s.scheme === document.uri.scheme) ? 10 : 0),
  createDiagnosticCollection: () => ({ set: (uri, list) => diagnostics.set(uri.toString(), list), delete: (uri) => diagnostics.delete(uri.toString()), clear() {}, dispose() {} }),
}, {
  get(target, name) {
    if (name in target) return target[name];
    return (...args) => {
      const provider = args.find((a, i) => i > 0 && a && typeof a === 'object') || args[0];
      providers[name.replace(/^register/, '').replace(/Provider$/, '')] = provider;
      return new Disposable();
    };
  },
});

const configuration = { get: (name, otherwise) => (name in settings ? settings[name] : otherwise), has: () => false, inspect: () => undefined };
const workspace = {
  textDocuments: [], notebookDocuments: [], workspaceFolders: undefined, isTrusted: true,
  getConfiguration: () => configuration,
  getWorkspaceFolder: () => undefined,
  createFileSystemWatcher: () => ({ onDidCreate: emitter('create').event, onDidChange: emitter('change').event, onDidDelete: emitter('delete').event, dispose() {} }),
  registerTextDocumentContentProvider: () => new Disposable(),
  applyEdit: async () => true,
};
for (const name of ['OpenTextDocument', 'CloseTextDocument', 'ChangeTextDocument', 'SaveTextDocument', 'ChangeWorkspaceFolders', 'ChangeConfiguration', 'CreateFiles', 'RenameFiles', 'DeleteFiles', 'OpenNotebookDocument', 'CloseNotebookDocument', 'ChangeNotebookDocument', 'SaveNotebookDocument', 'GrantWorkspaceTrust'])
  workspace['onDid' + name] = emitter(name).event;
for (const name of ['SaveTextDocument', 'CreateFiles', 'RenameFiles', 'DeleteFiles'])
  workspace['onWill' + name] = emitter('will' + name).event;

const channel = () => ({ append() {}, appendLine() {}, show() {}, clear() {}, dispose() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {}, onDidChangeLogLevel: emitter('log').event });
const say = (text) => { shown.push(text); return Promise.resolve(undefined); };
const window = {
  createOutputChannel: channel, showErrorMessage: say, showWarningMessage: say, showInformationMessage: say,
  onDidChangeActiveTextEditor: emitter('active').event, onDidChangeVisibleTextEditors: emitter('visible').event,
  visibleTextEditors: [], activeTextEditor: undefined,
  tabGroups: { all: [], onDidChangeTabs: emitter('tabs').event, onDidChangeTabGroups: emitter('groups').event },
  withProgress: (_, task) => task({ report() {} }, new CancellationTokenSource().token),
};

const known = {
  Disposable, EventEmitter, Position, Range, Uri, TextEdit, WorkspaceEdit, CancellationTokenSource, MarkdownString, CodeActionKind, TabInputText, CompletionList, languages, workspace, window,
  version: '1.95.0',
  env: { appName: 'fake', language: 'en', clipboard: {}, machineId: 'x', sessionId: 'x', isTelemetryEnabled: false },
  extensions: { getExtension: () => undefined, all: [] },
  commands: {
    registerCommand: (name, run) => { handlers[name] = run; return new Disposable(); },
    executeCommand: async (name, ...args) => handlers[name] && handlers[name](...args),
  },
  l10n: { t: (text) => text },
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
  // For the test.
  fake: { Document, emitter, providers, diagnostics, shown, settings, handlers },
};

/** A class whose static members are numbers: stands for classes to derive from, and for enumerations. */
function made(name) {
  const class_ = { [name]: class { constructor(...args) { this.args = args; [this.label, this.kind] = args; if (name === 'Diagnostic') [this.range, this.message, this.severity] = args; } } }[name];
  let next = 0;
  return new Proxy(class_, {
    get(target, member) {
      if (member in target || typeof member === 'symbol') return target[member];
      target[member] = next++;
      return target[member];
    },
  });
}

module.exports = new Proxy(known, {
  get(target, name) {
    if (!(name in target) && typeof name === 'string') target[name] = made(name);
    return target[name];
  },
  has: () => true,
});
