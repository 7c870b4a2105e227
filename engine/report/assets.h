/* The style and the script of a report's page: page.css and page.js, taken into the program as they are. */
#ifndef SLUICE_REPORT_ASSETS_H
#define SLUICE_REPORT_ASSETS_H

#include "base/slice.h"

struct slice asset_style(void);
struct slice asset_script(void);

#endif
