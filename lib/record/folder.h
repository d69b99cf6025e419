/* A folder that was given where a record stream is wanted. */
#ifndef HC_RECORD_FOLDER_H
#define HC_RECORD_FOLDER_H

#include "base/err.h"

/* Say in err's hint which streams are in the folder, those of shards by one pattern. Nothing
 * when there are none. */
void hc_folder_hint(const char *path, struct hc_err *err);

#endif
