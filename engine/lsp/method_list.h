/*
 * What the server answers: LSP_REQUEST("method", handler, early). A notification is a request without an
 * answer. `early`: also before initialize, and after shutdown.
 */
/* clang-format off */
LSP_REQUEST("initialize", initialize, true)
LSP_REQUEST("initialized", initialized, false)
LSP_REQUEST("shutdown", shutdown, false)
LSP_REQUEST("exit", exit, true)
LSP_REQUEST("textDocument/didOpen", did_open, false)
LSP_REQUEST("textDocument/didChange", did_change, false)
LSP_REQUEST("textDocument/didClose", did_close, false)
LSP_REQUEST("workspace/didChangeWatchedFiles", did_change_watched_files, false)
LSP_REQUEST("workspace/didChangeWorkspaceFolders", did_change_workspace_folders, false)
LSP_REQUEST("textDocument/diagnostic", diagnostic, false)
LSP_REQUEST("textDocument/hover", hover, false)
LSP_REQUEST("textDocument/completion", completion, false)
LSP_REQUEST("textDocument/documentSymbol", document_symbol, false)
LSP_REQUEST("workspace/symbol", workspace_symbol, false)
LSP_REQUEST("textDocument/formatting", formatting, false)
LSP_REQUEST("textDocument/rangeFormatting", range_formatting, false)
LSP_REQUEST("textDocument/codeAction", code_action, false)
LSP_REQUEST("textDocument/definition", definition, false)
LSP_REQUEST("textDocument/references", references, false)
LSP_REQUEST("textDocument/documentHighlight", document_highlight, false)
LSP_REQUEST("textDocument/rename", rename, false)
LSP_REQUEST("textDocument/prepareRename", prepare_rename, false)
LSP_REQUEST("textDocument/signatureHelp", signature_help, false)
LSP_REQUEST("textDocument/semanticTokens/full", tokens_full, false)
LSP_REQUEST("textDocument/semanticTokens/range", tokens_range, false)
LSP_REQUEST("textDocument/codeLens", code_lens, false)
LSP_REQUEST("workspace/executeCommand", execute_command, false)
/* clang-format on */
