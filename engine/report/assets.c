#include "report/assets.h"

/* The paths are those from the top of the tree, where make runs the compiler; the Makefile says what depends
 * on them. */
#define ASSET(name, path)                                                                   \
    __asm__(".pushsection .rodata\n" #name "_begin: .incbin \"" path "\"\n" #name "_end:\n" \
            ".popsection\n");                                                               \
    extern const char name##_begin[], name##_end[]

ASSET(report_page_style, "engine/report/page.css");
ASSET(report_page_script, "engine/report/page.js");

struct slice asset_style(void)
{
    return slice_of(report_page_style_begin, (size_t)(report_page_style_end - report_page_style_begin));
}

struct slice asset_script(void)
{
    return slice_of(report_page_script_begin, (size_t)(report_page_script_end - report_page_script_begin));
}
