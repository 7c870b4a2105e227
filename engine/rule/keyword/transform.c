#include "rule/keyword.h"
const struct keyword keywords_transform[] = {{0}};
