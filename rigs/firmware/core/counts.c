#include "counts.h"

struct counts counts;
