/* file: URIs and paths (RFC 8089). Pure; any thread. The caller frees what is returned. */
#ifndef SLUICE_LSP_URI_H
#define SLUICE_LSP_URI_H

enum { URI_MOST = 8192 };

/* The path of a file: URI; a URI of another kind as it is; NULL for one that is too long, or without memory.
 */
char *uri_path(const char *uri);

/* file: with what is not allowed in a URI written as %HH. */
char *uri_of_path(const char *path);

#endif
