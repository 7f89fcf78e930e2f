// SPDX-License-Identifier: Apache-2.0
// Members of recorded JSON that must be there. Include after cmocka.h.
#ifndef XBGEN_TEST_SHARED_JSON_H
#define XBGEN_TEST_SHARED_JSON_H

#include <cjson/cJSON.h>
#include <stdint.h>

static inline const cJSON *member(const cJSON *object, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!value)
        fail_msg("the record has no %s", key);
    return value;
}

static inline int64_t number(const cJSON *object, const char *key)
{
    return (int64_t)cJSON_GetNumberValue(member(object, key));
}

#endif
