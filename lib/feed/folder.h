/* The folder that a run writes its streams into: made, cleared of what an earlier run left,
 * and taken away again when nothing came of it. */
#ifndef HC_FEED_FOLDER_H
#define HC_FEED_FOLDER_H

#include "base/err.h"

/* How many bytes of path stand already: the rest of it is to be made. SIZE_MAX when out of
 * memory, so that nothing counts as ours. */
size_t hc_folder_standing(const char *path);
/* A run that failed takes away the folders it made, those beyond what stood, where nothing
 * is in them. */
void hc_folder_remove(const char *path, size_t stood);
/* Make the folder, and remove what an earlier run left: its receipt first, so that the
 * folder counts as nothing from then on. What a refusal left beside goes too. Files that no
 * run wrote stay, and so do temporary files of a process that lives. */
enum hc_status hc_folder_clear(const char *folder, struct hc_err *err) HC_MUST_CHECK;
/* Remove the folder of shards of each kind where nothing is in it. */
void hc_folder_trim(const char *folder);

#endif
