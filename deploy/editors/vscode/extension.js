// The client of `sluice lsp`: starts it, hands it the settings, starts it again when they change.
'use strict';

const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

/** What the server is told at the start: settings that are not empty. */
function options() {
  const settings = vscode.workspace.getConfiguration('sluice');
  const told = {};
  for (const name of ['config', 'classification', 'reference', 'datasetDir', 'set']) {
    const value = settings.get(name);
    if (value && value.length) told[name] = value;
  }
  return told;
}

async function start() {
  const command = vscode.workspace.getConfiguration('sluice').get('command') || 'sluice';
  client = new LanguageClient(
    'sluice',
    'Sluice',
    { command, args: ['lsp'] },
    {
      documentSelector: [{ language: 'suricata', scheme: 'file' }, { language: 'suricata', scheme: 'untitled' }],
      initializationOptions: options(),
    },
  );
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(`Sluice: "${command} lsp" does not start (${error.message}). The setting sluice.command names the command.`);
  }
}

async function stop() {
  const old = client;
  client = undefined;
  if (old && old.needsStop()) await old.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand('sluice.restart', restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('sluice')) return restart();
      return undefined;
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
